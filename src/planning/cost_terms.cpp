#include "planning/cost_terms.h"

#include "planning/codes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace palier::planning {
namespace {

constexpr double k_default_fallback = 0.1;
constexpr std::string_view k_default_gpu = "L4";

std::string dated(const catalog::PriceSource& source) {
    return source.title + (source.day().empty() ? "" : ", " + source.day());
}

}  // namespace

std::string text_of(double value) {
    std::array<char, 32> text{};
    const auto [end, failure] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6);
    return {text.data(), end};
}

std::string text_of(const core::Range& range) {
    return range.is_exact() ? text_of(range.low)
                            : text_of(range.low) + " to " + text_of(range.high);
}

std::string text_of(const TokenCount& tokens) {
    return text_of(std::round(tokens.least.input)) + " to " +
           text_of(std::round(tokens.most.input)) + " in, " +
           text_of(std::round(tokens.least.output)) + " to " +
           text_of(std::round(tokens.most.output)) + " out";
}

PricedModel of_table(const catalog::ModelPrice& price, const std::string& currency, bool batch) {
    PricedModel priced{price.name(),
                       {price.input_per_1m, price.output_per_1m, price.cached_input_per_1m},
                       price.currency,
                       Origin::PriceTable,
                       dated(price.source),
                       &price};
    for (const catalog::OtherCurrency& other : price.also) {
        if (other.currency == currency && price.currency != currency) {
            priced.price = {other.input_per_1m, other.output_per_1m, other.cached_input_per_1m};
            priced.currency = currency;
        }
    }
    if (batch && price.batch_share) {
        priced.price.input_per_1m *= *price.batch_share;
        priced.price.output_per_1m *= *price.batch_share;
        priced.price.cached_input_per_1m.reset();  // sellers state none for batches
        priced.in_batches = true;
    }
    return priced;
}

std::optional<PricedModel> CostTerms::price_of(const core::ModelSpec* spec,
                                               const std::string& name) const {
    if (spec && spec->price) {
        return PricedModel{name,
                           {spec->price->input_per_1m, spec->price->output_per_1m, std::nullopt},
                           spec->price->currency,
                           Origin::Job,
                           "",
                           nullptr};
    }
    // What runs here is not bought from the provider that has a model of that name.
    if (!spec || !(spec->is_remote() || spec->is_recorded())) {
        return std::nullopt;
    }
    // A decision is sold at a price of its own, never at the model's price for text.
    const std::string sold_as =
        spec->api == core::Api::Decisions ? spec->model + ":decisions" : spec->model;
    const catalog::ModelPrice* known = catalog::find_price(prices_, sold_as);
    return known ? std::optional(of_table(*known, answer_.currency, question_.batch))
                 : std::nullopt;
}

void CostTerms::assume_price(const PricedModel& priced) {
    const std::string key = "price." + priced.name;
    for (const Assumption& known : answer_.assumptions) {
        if (known.key == key) {
            return;
        }
    }
    std::string value =
        text_of(priced.price.input_per_1m) + " in, " + text_of(priced.price.output_per_1m) + " out";
    if (priced.price.cached_input_per_1m) {
        value += ", " + text_of(*priced.price.cached_input_per_1m) + " cached";
    }
    assume(key, value + " " + priced.currency + "/1M", priced.origin, priced.detail);
    if (!priced.known) {
        return;
    }
    date_last(priced.known->source, priced.name);
    if (!priced.known->ends.empty() && !question_.today.empty()) {
        remark(
            priced.known->is_sold(question_.today) ? codes::sale_will_end : codes::no_longer_sold,
            {{"what", priced.name}, {"date", priced.known->ends}});
    }
    if (priced.known->batch_share) {
        constexpr double hundred = 100;
        remark(priced.in_batches ? codes::counted_in_batches : codes::batches_cost_less,
               {{"what", priced.name}, {"percent", text_of(*priced.known->batch_share * hundred)}});
    } else if (question_.batch) {
        remark(codes::no_batch_price, {{"what", priced.name}});
    }
}

void CostTerms::date_last(const catalog::PriceSource& source, const std::string& what) {
    Assumption& last = answer_.assumptions.back();
    last.checked = source.checked;
    last.stale = catalog::is_stale(source, question_.today);
    if (last.stale && source.checked.empty()) {
        remark(codes::price_unchecked, {{"what", what}, {"date", source.dated}});
    } else if (last.stale) {
        const int days = catalog::days_between(source.checked, question_.today).value_or(0);
        remark(codes::price_old,
               {{"what", what}, {"date", source.checked}, {"days", std::to_string(days)}});
    }
}

void CostTerms::assume(std::string key, std::string value, Origin origin, std::string detail) {
    answer_.assumptions.push_back(
        {std::move(key), std::move(value), origin, std::move(detail), "", false});
}

void CostTerms::remark(int code, std::vector<std::pair<std::string, std::string>> args) {
    for (const core::Note& note : answer_.remarks) {
        if (note.code == code && note.args == args) {
            return;
        }
    }
    answer_.remarks.push_back({code, std::move(args)});
}

Result<void> CostTerms::take() {
    PALIER_TRY(take_hardware());
    note_hardware();
    take_volume();
    take_rent();
    take_electricity();
    return {};
}

Result<void> CostTerms::take_hardware() {
    hardware_ = job_.hardware.value_or(core::Hardware{});
    const bool stated = job_.hardware.has_value();
    if (question_.hardware_price) {
        if (stated && hardware_.currency != question_.hardware_price->currency) {
            return Error(
                codes::hardware_price_currency,
                {{"given", question_.hardware_price->currency}, {"currency", hardware_.currency}});
        }
        hardware_.currency = question_.hardware_price->currency;
        hardware_.price = core::Range{question_.hardware_price->amount};
    }
    answer_.currency = currency();
    hardware_.currency = answer_.currency;
    // A rate given now is newer than the job's.
    hardware_.rates.insert(hardware_.rates.begin(), question_.rates.begin(), question_.rates.end());
    return {};
}

void CostTerms::note_hardware() {
    const Origin origin = job_.hardware ? Origin::Job : Origin::Default;
    const auto money = [&](const core::Range& range) {
        return text_of(range) + " " + answer_.currency;
    };
    if (hardware_.price) {
        assume("hardware.price",
               money(*hardware_.price),
               question_.hardware_price ? Origin::Flag : Origin::Job,
               "");
        const core::Hardware usual;
        const auto note = [&](const char* key, const core::Range& is, const core::Range& was) {
            assume(key, text_of(is), is == was ? Origin::Default : origin, "");
        };
        note("hardware.life_years", hardware_.life_years, usual.life_years);
        note("hardware.residual", hardware_.residual, usual.residual);
        note("hardware.maintenance",
             hardware_.maintenance_share_per_year,
             usual.maintenance_share_per_year);
        note("hardware.ops_per_month", hardware_.ops_per_month, usual.ops_per_month);
    } else {
        remark(codes::machine_price_unknown);
    }
    assume("hardware.hours_on_per_month",
           text_of(core::hours_on_per_month(hardware_)),
           core::hours_on_per_month(hardware_) == core::hours_on_per_month({}) ? Origin::Default
                                                                               : origin,
           "");
}

std::string CostTerms::currency() const {
    if (!hardware_.currency.empty()) {
        return hardware_.currency;
    }
    if (job_.constraints.cost_per_1k) {
        return job_.constraints.cost_per_1k->currency;
    }
    if (job_.topline && job_.topline->price) {
        return job_.topline->price->currency;
    }
    const catalog::ModelPrice* price = catalog::find_price(prices_, question_.api);
    return price ? price->currency : "EUR";
}

std::optional<double> CostTerms::rate_of(const std::string& from) const {
    if (from == answer_.currency) {
        return 1;
    }
    const auto found = std::ranges::find(hardware_.rates, from, &core::ExchangeRate::from);
    return found == hardware_.rates.end() ? std::nullopt : std::optional(found->rate);
}

// Into the answer's currency, by a rate that the user stated; nullopt without one.
std::optional<double> CostTerms::converted(double amount,
                                           const std::string& from,
                                           std::string_view what) {
    const auto one = rate_of(from);
    if (!one) {
        remark(codes::rate_unknown,
               {{"what", std::string(what)}, {"from", from}, {"currency", answer_.currency}});
        return std::nullopt;
    }
    const std::string key = "rate." + from;
    const bool told =
        from == answer_.currency ||
        std::ranges::find(answer_.assumptions, key, &Assumption::key) != answer_.assumptions.end();
    if (!told) {
        const auto rate = std::ranges::find(hardware_.rates, from, &core::ExchangeRate::from);
        const bool flag = std::ranges::find(question_.rates, *rate) != question_.rates.end();
        assume(key,
               text_of(rate->rate) + " " + answer_.currency,
               flag ? Origin::Flag : Origin::Job,
               rate->date);
    }
    return amount * *one;
}

void CostTerms::take_volume() {
    if (question_.per_month) {
        answer_.per_month = question_.per_month;
    } else if (job_.requests_per_month > 0) {
        answer_.per_month = job_.requests_per_month;
    }
    if (answer_.per_month) {
        assume("traffic.per_month",
               std::to_string(*answer_.per_month),
               question_.per_month ? Origin::Flag : Origin::Job,
               "");
    } else {
        remark(codes::volume_unknown);
    }
    answer_.peak = job_.peak;
    assume("traffic.peak",
           text_of(job_.peak),
           job_.peak == core::Job{}.peak ? Origin::Default : Origin::Job,
           "");
    answer_.fallback_share = question_.fallback_share.value_or(k_default_fallback);
    assume("fallback_share",
           text_of(answer_.fallback_share),
           question_.fallback_share ? Origin::Flag : Origin::Default,
           "");
}

Result<std::optional<PricedModel>> CostTerms::api() {
    if (!question_.api.empty()) {
        const catalog::ModelPrice* known = catalog::find_price(prices_, question_.api);
        if (!known) {
            std::string near;
            for (const std::string& name : catalog::names_near(prices_, question_.api, 3)) {
                near += (near.empty() ? "" : ", ") + name;
            }
            return Error(codes::no_price_known,
                         {{"model", question_.api}, {"near", near.empty() ? "-" : near}});
        }
        return std::optional(of_table(*known, answer_.currency, question_.batch));
    }
    auto priced =
        job_.topline ? price_of(&*job_.topline, job_.topline->model) : std::optional<PricedModel>();
    if (!priced) {
        remark(codes::no_api_price);
    }
    return priced;
}

std::optional<core::Range> CostTerms::in_currency(const core::Range& amount,
                                                  const std::string& from,
                                                  std::string_view what) {
    const auto one = converted(1, from, what);
    return one ? std::optional(amount * core::Range{*one}) : std::nullopt;
}

void CostTerms::take_rent() {
    Origin origin = Origin::Job;
    std::string detail;
    std::optional<Money> offer;
    const catalog::GpuPrice* known = nullptr;
    if (question_.rent_per_hour) {
        origin = Origin::Flag;
        offer = question_.rent_per_hour;
    } else if (!hardware_.rent_per_hour) {
        const std::string gpu = question_.gpu.empty() ? std::string(k_default_gpu) : question_.gpu;
        const auto found = std::find_if(
            prices_.gpus.begin(), prices_.gpus.end(), [&](const catalog::GpuPrice& price) {
                return price.gpu == gpu || price.offer == gpu;
            });
        if (found == prices_.gpus.end()) {
            remark(codes::no_such_gpu, {{"gpu", gpu}});
            return;
        }
        known = &*found;
        offer = Money{found->per_hour, found->currency};
        origin = Origin::PriceTable;
        detail = found->gpu + ", " + dated(found->source) +
                 (found->how.empty() ? "" : ", " + found->how);
    }
    if (offer) {
        hardware_.rent_per_hour =
            in_currency(offer->amount, offer->currency, detail.empty() ? "rent" : detail);
    }
    if (hardware_.rent_per_hour) {
        assume("hardware.rent_per_hour",
               text_of(*hardware_.rent_per_hour) + " " + answer_.currency,
               origin,
               detail);
        if (known) {
            date_last(known->source, known->gpu);
        }
    }
}

void CostTerms::take_electricity() {
    Origin origin = Origin::Job;
    std::string detail;
    const catalog::ElectricityPrice* known = nullptr;
    if (!hardware_.electricity_per_kwh && hardware_.power_w) {
        for (const catalog::ElectricityPrice& price : prices_.electricity) {
            if (price.country == hardware_.country && !hardware_.electricity_per_kwh) {
                known = &price;
                hardware_.electricity_per_kwh =
                    in_currency(price.per_kwh, price.currency, dated(price.source));
                origin = Origin::PriceTable;
                detail = price.country + ", " + dated(price.source);
            }
        }
    }
    if (!hardware_.power_w) {
        if (hardware_.price) {
            remark(codes::power_unknown);
        }
        return;
    }
    assume("hardware.power_w", text_of(*hardware_.power_w), Origin::Job, "");
    assume("hardware.idle_w",
           text_of(hardware_.idle_w.value_or(core::Range{0, hardware_.power_w->high})),
           hardware_.idle_w ? Origin::Job : Origin::Default,
           "");
    assume("hardware.pue",
           text_of(hardware_.pue),
           hardware_.pue == core::Hardware{}.pue ? Origin::Default : Origin::Job,
           "");
    if (hardware_.electricity_per_kwh) {
        assume("hardware.electricity_per_kwh",
               text_of(*hardware_.electricity_per_kwh) + " " + answer_.currency,
               origin,
               detail);
        if (known) {
            date_last(known->source, "electricity, " + known->country);
        }
    } else {
        remark(codes::electricity_price_unknown, {{"currency", answer_.currency}});
    }
}

}  // namespace palier::planning
