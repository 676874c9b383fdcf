#include "planning/costing.h"

#include "eval/dataset.h"
#include "machine/host.h"
#include "machine/processor.h"
#include "planning/codes.h"
#include "planning/cost_inputs.h"
#include "planning/cost_terms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace palier::planning {
namespace {

// Factors a year: prices that stay, and the range seen over the last years (docs/guide/cost.md).
constexpr std::array<double, 4> k_default_falls{1, 3, 10, 40};
constexpr double k_thousand = 1000;

class Costing {
   public:
    Costing(const job::JobFile& file,
            const CostQuestion& question,
            const catalog::PriceTable& prices)
        : job_(file.job),
          question_(question),
          prices_(prices),
          terms_(file.job, question, prices, answer_),
          hardware_(terms_.hardware()) {
        answer_.job = job_.name;
    }

    Result<CostAnswer> make(const std::optional<store::RunRow>& row,
                            const core::Summary& summary,
                            std::vector<SystemCost> systems,
                            TokenCount estimate) {
        estimate_ = estimate;
        answer_.systems = std::move(systems);
        answer_.run = row ? row->id : "";
        if (!row) {
            terms_.remark(codes::no_run_in_store, {{"job", job_.name}});
            terms_.assume("tokens", text_of(estimate_), Origin::Estimate, "");
        }
        PALIER_TRY(terms_.take());
        PALIER_TRY(take_api());
        PALIER_TRY(choose_small(summary));
        for (SystemCost& system : answer_.systems) {
            price(system);
        }
        draw();
        say_what_is_left_out();
        return std::move(answer_);
    }

   private:
    Result<void> take_api() {
        const auto api = terms_.api();
        if (!api) {
            return api.error();
        }
        if (!*api) {
            return {};
        }
        const PricedModel& priced = **api;
        answer_.api = priced.name;
        answer_.api_tokens = estimate_;
        for (const SystemCost& system : answer_.systems) {
            const bool is_it = system.role == core::Role::Topline && question_.api.empty();
            const bool writes = !system.source || system.source->api == core::Api::Chat;
            if (is_it && system.tokens.counted && (system.tokens.most.output > 0 || !writes)) {
                answer_.api_tokens = system.tokens;
            }
        }
        think();
        if (!answer_.api_tokens.counted && !answer_.run.empty()) {
            terms_.assume(
                "tokens." + priced.name, text_of(answer_.api_tokens), Origin::Estimate, "");
        }
        terms_.assume_price(priced);
        api_per_request_ = terms_.in_currency(
            answer_.api_tokens.price_of(priced.price), priced.currency, priced.name);
        return {};
    }

    // What the API thinks is paid as output. A run that counted its tokens counted these.
    void think() {
        if (answer_.api_tokens.counted) {
            if (question_.thinking_tokens) {
                terms_.remark(codes::thinking_counted_already);
            }
            return;
        }
        if (!question_.thinking_tokens) {
            terms_.remark(codes::thinking_not_counted, {{"api", answer_.api}});
            return;
        }
        answer_.api_tokens = with_thinking(answer_.api_tokens);
        terms_.assume("tokens.thinking", text_of(*question_.thinking_tokens), Origin::Flag, "");
    }

    [[nodiscard]] TokenCount with_thinking(TokenCount tokens) const {
        tokens.least.output += question_.thinking_tokens.value_or(0);
        tokens.most.output += question_.thinking_tokens.value_or(0);
        return tokens;
    }

    // The System that the lines are about: named, chosen, or the best that runs here.
    Result<void> choose_small(const core::Summary& summary) {
        if (answer_.run.empty()) {
            assumed_small();
        }
        for (const SystemCost& system : answer_.systems) {
            const bool named =
                question_.system == system.id || question_.system == system.candidate;
            const bool wanted = question_.system.empty()
                                    ? system.on_own_machine && system.role == core::Role::Candidate
                                    : named;
            const bool is_choice = system.id == summary.verdict.system;
            const bool have_choice =
                !answer_.small.empty() && answer_.small == summary.verdict.system;
            const bool better =
                !small_one() || system.quality.value_or(0) > small_one()->quality.value_or(0);
            if (wanted && (is_choice || (!have_choice && better))) {
                answer_.small = system.id;
            }
        }
        SystemCost* small = small_one();
        if (!small && !question_.system.empty()) {
            std::string known;
            for (const SystemCost& system : answer_.systems) {
                known += (known.empty() ? "" : ", ") + system.id;
            }
            return Error(codes::system_not_measured,
                         {{"system", question_.system}, {"known", known.empty() ? "-" : known}});
        }
        if (!small) {
            terms_.remark(codes::no_own_system);
            return {};
        }
        for (const core::SystemVerdict& verdict : summary.verdict.systems) {
            if (verdict.id == small->id && verdict.status != core::Status::Pass) {
                terms_.remark(codes::system_does_not_do, {{"system", small->id}});
            }
        }
        if (question_.seconds_per_request) {
            small->service = core::ServiceTime{
                *question_.seconds_per_request, std::max(1, job_.concurrency), job_.peak};
            small->service_assumed = true;
        }
        if (!small->service) {
            terms_.remark(codes::request_time_unknown, {{"system", small->id}});
            return {};
        }
        terms_.assume("seconds_per_request",
                      text_of(small->service->seconds_per_request) + " at " +
                          std::to_string(small->service->concurrency) + " at once",
                      small->service_assumed ? Origin::Flag : Origin::Run,
                      small->service_assumed ? "" : answer_.run);
        return {};
    }

    // Nothing was measured: the job's first local candidate stands for the small System.
    void assumed_small() {
        for (const core::ModelSpec& spec : job_.candidates) {
            if (!spec.is_remote() && !spec.is_recorded() && answer_.systems.empty()) {
                SystemCost system;
                system.id = system.candidate = system.name = spec.model;
                system.source = spec;
                system.on_own_machine = true;
                system.tokens = estimate_;
                answer_.systems.push_back(std::move(system));
            }
        }
    }

    [[nodiscard]] SystemCost* small_one() {
        const auto found = std::find_if(answer_.systems.begin(),
                                        answer_.systems.end(),
                                        [&](const SystemCost& s) { return s.id == answer_.small; });
        return found == answer_.systems.end() ? nullptr : &*found;
    }

    void price(SystemCost& system) {
        const core::ModelSpec* spec = system.source ? &*system.source : nullptr;
        if (!system.tokens.counted) {
            system.tokens = system.on_own_machine ? estimate_ : with_thinking(estimate_);
        }
        if (const auto priced = terms_.price_of(spec, system.name);
            priced && !system.on_own_machine) {
            terms_.assume_price(*priced);
            const core::Range amount =
                system.tokens.price_of(priced->price) * core::Range{k_thousand};
            system.api_per_1k = terms_.in_currency(amount, priced->currency, priced->name);
            if (!system.api_per_1k) {
                system.api_per_1k_apart = Money{amount.high, priced->currency};
            }
        }
        if (!system.on_own_machine || !system.service) {
            return;
        }
        system.service->peak = job_.peak;
        const double most = core::capacity_per_month(hardware_, *system.service).low;
        if (hardware_.price) {
            const core::CostLine line =
                core::own_machine_line(system.id, hardware_, *system.service);
            system.own_per_1k_full = per_thousand(line, most);
            if (answer_.per_month) {
                const auto volume = static_cast<double>(*answer_.per_month);
                system.own_per_1k = per_thousand(line, volume);
                system.machines = line.dearest.machines(volume);
            }
        }
        if (hardware_.power_w && hardware_.electricity_per_kwh) {
            system.electricity_per_1k =
                per_thousand(core::owned_machine_line(system.id, hardware_, *system.service), most);
        }
        if (hardware_.power_w) {
            system.energy.push_back(core::metered_energy(hardware_, *system.service));
        }
        if (hardware_.tdp_w) {
            const int threads = machine::allowed_threads();
            system.energy.push_back(
                core::tdp_energy(hardware_,
                                 *system.service,
                                 threads,
                                 machine::read_processor("").threads.value_or(threads)));
        }
    }

    static core::Range per_thousand(const core::CostLine& line, double requests) {
        return line.at(requests) * core::Range{k_thousand / requests};
    }

    // Two things that every bill has, and this one has not.
    void say_what_is_left_out() {
        const bool anything =
            !answer_.lines.empty() || std::ranges::any_of(answer_.systems, [](const SystemCost& s) {
                return s.api_per_1k.has_value();
            });
        if (anything) {
            terms_.remark(codes::without_vat);
        }
        if ((hardware_.price || hardware_.rent_per_hour) &&
            hardware_.ops_per_month == core::Range{0}) {
            terms_.remark(codes::nobody_paid);
        }
    }

    void draw() {
        if (api_per_request_) {
            core::CostLine line = core::api_line("", *api_per_request_);
            line.name = answer_.api;
            answer_.lines.push_back(std::move(line));
        }
        const SystemCost* small = small_one();
        std::optional<core::CostLine> own;
        if (small && small->service && hardware_.price) {
            own = core::own_machine_line(small->id, hardware_, *small->service);
            answer_.lines.push_back(*own);
        }
        std::optional<core::CostLine> rented;
        if (small && hardware_.rent_per_hour) {
            rented = core::rented_line(small->id, hardware_);
            answer_.lines.push_back(*rented);
            terms_.remark(codes::rented_speed_unknown);
        }
        if (own && api_per_request_) {
            answer_.lines.push_back(
                core::hybrid_line(*own, *api_per_request_, answer_.fallback_share));
            answer_.lines.back().name = answer_.api;
        }
        if (!api_per_request_) {
            return;
        }
        cross(own, rented, *api_per_request_, answer_.api);
        if (own) {
            cross_with_same_model(*own, *small);
        }
        if (own && answer_.per_month) {
            const auto volume = static_cast<double>(*answer_.per_month);
            answer_.most_fallback_share =
                core::most_fallback_share(own->dearest.at(volume) / volume, api_per_request_->low);
        }
    }

    // The honest rival of an open model is the same model bought by tokens.
    void cross_with_same_model(const core::CostLine& own, const SystemCost& small) {
        auto offers = catalog::offers_of(prices_, small.candidate, question_.today);
        if (offers.empty()) {
            offers = catalog::offers_of(prices_, small.candidate + "-instruct", question_.today);
        }
        // The cheapest of those that can be compared, else the first, which a remark then names.
        std::optional<PricedModel> best;
        double least = std::numeric_limits<double>::infinity();
        for (const catalog::ModelPrice* offer : offers) {
            PricedModel priced = of_table(*offer, answer_.currency, question_.batch);
            const auto rate = terms_.rate_of(priced.currency);
            const double cost = rate ? small.tokens.price_of(priced.price).high * *rate
                                     : std::numeric_limits<double>::infinity();
            if (!best || cost < least) {
                best = std::move(priced);
                least = cost;
            }
        }
        if (!best) {
            return;
        }
        terms_.assume_price(*best);
        const auto cost =
            terms_.in_currency(small.tokens.price_of(best->price), best->currency, best->name);
        if (cost) {
            cross(own, std::nullopt, *cost, best->name);
        }
    }

    void cross(const std::optional<core::CostLine>& own,
               const std::optional<core::CostLine>& rented,
               const core::Range& price,
               const std::string& against) {
        std::vector<double> falls(k_default_falls.begin(), k_default_falls.end());
        if (question_.price_fall) {
            falls = {1, *question_.price_fall};
            falls.erase(std::unique(falls.begin(), falls.end()), falls.end());
        }
        for (const double fall : falls) {
            const core::Range mean{
                price.low * core::mean_price_share(fall, hardware_.life_years.high),
                price.high * core::mean_price_share(fall, hardware_.life_years.low)};
            if (own) {
                Crossing found{
                    core::Serving::OwnMachine, against, fall, core::break_even(*own, mean), {}, {}};
                payback(*own, price, fall, found);
                answer_.crossings.push_back(std::move(found));
                answer_.crossings.push_back(
                    {core::Serving::Hybrid,
                     against,
                     fall,
                     core::hybrid_break_even(*own, mean, answer_.fallback_share),
                     {},
                     {}});
            }
            // A rent is given up when it no longer pays, so only today's price counts.
            if (rented && fall == 1) {
                answer_.crossings.push_back({core::Serving::Rented,
                                             against,
                                             fall,
                                             core::break_even(*rented, price),
                                             {},
                                             {}});
            }
        }
    }

    void payback(const core::CostLine& own,
                 const core::Range& price,
                 double fall,
                 Crossing& found) const {
        if (!answer_.per_month) {
            return;
        }
        constexpr double months = 12;
        const auto volume = static_cast<double>(*answer_.per_month);
        // What the machines cost a year beside their price.
        const auto count = [&](const core::MonthlyCost& month) {
            return static_cast<double>(month.machines(volume));
        };
        const auto running =
            [&](const core::MonthlyCost& month, double paid, double residual, double life) {
                return month.at(volume) * months -
                       count(month) * std::max(0.0, paid - residual) / life;
            };
        found.has_payback = true;
        found.payback_years_best = core::payback_years(hardware_.price->low * count(own.cheapest),
                                                       price.high * volume * months,
                                                       running(own.cheapest,
                                                               hardware_.price->low,
                                                               hardware_.residual.high,
                                                               hardware_.life_years.high),
                                                       fall);
        found.payback_years_worst = core::payback_years(hardware_.price->high * count(own.dearest),
                                                        price.low * volume * months,
                                                        running(own.dearest,
                                                                hardware_.price->high,
                                                                hardware_.residual.low,
                                                                hardware_.life_years.low),
                                                        fall);
        // A machine that has not paid by the end of its life never does.
        const auto in_its_life = [](std::optional<double>& years, double life) {
            if (years && *years > life) {
                years.reset();
            }
        };
        in_its_life(found.payback_years_best, hardware_.life_years.high);
        in_its_life(found.payback_years_worst, hardware_.life_years.low);
    }

    const core::Job& job_;
    const CostQuestion& question_;
    const catalog::PriceTable& prices_;
    CostAnswer answer_;
    CostTerms terms_;
    const core::Hardware& hardware_;
    TokenCount estimate_;
    std::optional<core::Range> api_per_request_;
};

}  // namespace

core::Range TokenCount::price_of(const core::ApiPrice& price) const {
    return {core::api_cost_per_request(least, price), core::api_cost_per_request(most, price)};
}

std::vector<double> volumes_of(const CostAnswer& answer) {
    std::vector<double> volumes{1e3, 1e4, 1e5, 1e6, 1e7};
    if (answer.per_month) {
        volumes.push_back(static_cast<double>(*answer.per_month));
    }
    std::sort(volumes.begin(), volumes.end());
    volumes.erase(std::unique(volumes.begin(), volumes.end()), volumes.end());
    return volumes;
}

namespace {

// With what a run measured, if there is one.
Result<CostAnswer> costed(const job::JobFile& file,
                          const core::Job& job_of_run,
                          const std::optional<store::RunRow>& row,
                          const std::vector<core::Case>& cases,
                          const CostQuestion& question,
                          const catalog::PriceTable& prices,
                          store::Store& store) {
    core::Summary summary;
    std::vector<SystemCost> systems;
    if (row) {
        auto read = store.summary(row->row);
        if (!read) {
            return read.error();
        }
        summary = std::move(*read);
        auto measured = measured_systems(job_of_run, summary, row->row, store);
        if (!measured) {
            return measured.error();
        }
        systems = std::move(*measured);
    }
    return Costing(file, question, prices)
        .make(row, summary, std::move(systems), estimated_tokens(file.job, cases));
}

}  // namespace

Result<CostAnswer> cost_of_job(const job::JobFile& file,
                               const CostQuestion& question,
                               const catalog::PriceTable& prices,
                               store::Store& store) {
    auto row = run_to_cost(file, question.run, store);
    if (!row) {
        return row.error();
    }
    const auto data = eval::read_dataset(file.job.data.test, file.job);
    if (!data) {
        return data.error();
    }
    return costed(file, file.job, *row, data->cases, question, prices, store);
}

Result<job::JobFile> job_of_run(const store::RunRow& run, const core::Summary& summary) {
    std::string schema;
    for (const core::SystemSummary& system : summary.systems) {
        schema = system.system.spec.schema.empty() ? schema : system.system.spec.schema;
    }
    return job::parse_job(run.job_text, run.job_path, schema);
}

Result<CostAnswer> cost_of_run(const store::RunRow& run,
                               const CostQuestion& question,
                               const catalog::PriceTable& prices,
                               store::Store& store) {
    const auto summary = store.summary(run.row);
    if (!summary) {
        return summary.error();
    }
    const auto file = job_of_run(run, *summary);
    if (!file) {
        return file.error();
    }
    std::vector<core::Case> cases;
    PALIER_TRY(store.each_case(run.row, [&](const core::Case& item) {
        cases.push_back(item);
        return true;
    }));
    return costed(*file, file->job, run, cases, question, prices, store);
}

}  // namespace palier::planning
