#include "store/sqlite/summary_json.h"

#include "base/rng.h"
#include "store/codes.h"
#include "store/sqlite/json_fields.h"

#include <doctest/doctest.h>

#include <limits>

namespace palier::store_sqlite {
namespace {

using core::Summary;

// Random values for every field, with the awkward ones often.
class Maker {
   public:
    explicit Maker(std::uint64_t seed) : rng_(seed) {}

    bool coin() { return rng_.below(2) == 0; }
    std::int64_t integer() {
        const auto number = static_cast<std::int64_t>(rng_.next());
        return coin() ? number : number % 100;
    }
    int small() { return static_cast<int>(rng_.below(200)) - 100; }
    std::uint64_t natural() { return coin() ? rng_.next() : rng_.below(100); }
    double real() {
        switch (rng_.below(6)) {
            case 0:
                return std::numeric_limits<double>::infinity() * (coin() ? 1 : -1);
            case 1:
                return std::numeric_limits<double>::denorm_min();
            case 2:
                return (rng_.uniform() - 0.5) * 1e300;
            case 3:
                return static_cast<double>(small());
            default:
                return rng_.uniform() / 3;
        }
    }
    std::string text() {
        std::string out;
        for (std::uint64_t i = rng_.below(12); i > 0; --i) {
            // One in three is any bytes, mostly not UTF-8.
            out += static_cast<char>(coin() ? 'a' + rng_.below(26) : rng_.below(256));
        }
        return coin() ? out : "été \"\\\n\0" + std::to_string(small());
    }
    template <class E>
    E any(int count) {
        return static_cast<E>(rng_.below(static_cast<std::uint64_t>(count)));
    }
    template <class T, class Make>
    std::vector<T> list(const Make& make) {
        std::vector<T> out;
        for (std::uint64_t i = rng_.below(4); i > 0; --i) {
            out.push_back(make());
        }
        return out;
    }
    template <class T, class Make>
    std::optional<T> maybe(const Make& make) {
        return coin() ? std::optional<T>(make()) : std::nullopt;
    }

    std::vector<std::string> texts() {
        return list<std::string>([this] { return text(); });
    }
    std::optional<double> maybe_real() {
        return maybe<double>([this] { return real(); });
    }
    std::optional<core::Trouble> trouble() {
        return maybe<core::Trouble>([this] { return any<core::Trouble>(7); });
    }
    core::Rung rung() { return any<core::Rung>(8); }
    std::vector<core::Rung> rungs() {
        return list<core::Rung>([this] { return rung(); });
    }
    std::vector<core::Shot> shots() {
        return list<core::Shot>([this] { return core::Shot{text(), text()}; });
    }
    core::Interval interval() { return {real(), real(), real()}; }
    std::vector<core::Reason> reasons() {
        return list<core::Reason>(
            [this] { return core::Reason{text(), maybe_real(), maybe_real()}; });
    }
    core::Candidate candidate() {
        return {text(),
                maybe<std::uint64_t>([this] { return natural(); }),
                rungs(),
                core::Abilities{coin(), coin(), coin(), coin()},
                reasons(),
                coin(),
                coin(),
                coin()};
    }

    core::System system() {
        core::System out;
        out.id = text();
        out.candidate = text();
        out.hash = text();
        core::SystemSpec& spec = out.spec;
        spec.model_identity = text();
        spec.engine = text();
        spec.engine_build = text();
        spec.chat_template = text();
        spec.weights = any<core::Weights>(2);
        spec.adapter = text();
        spec.context_tokens = small();
        spec.engine_options =
            list<std::pair<std::string, std::string>>([this] { return std::pair(text(), text()); });
        spec.task = any<core::Task>(4);
        spec.language = text();
        spec.instructions = text();
        spec.labels = list<std::string>([this] { return text(); });
        spec.schema = text();
        spec.label_prior = list<double>([this] { return real(); });
        spec.score_temperature = real();
        spec.label_precision = list<double>([this] { return real(); });
        spec.learned = text();
        spec.prompt_version = small();
        core::Recipe& recipe = spec.recipe;
        recipe.rung = rung();
        recipe.decide = any<core::Decide>(3);
        recipe.norm = any<core::LabelNorm>(4);
        recipe.baseline = any<core::Baseline>(4);
        recipe.constrained = coin();
        recipe.nearest = small();
        recipe.shots = shots();
        spec.examples = shots();
        recipe.temperature = real();
        recipe.sampling_seed = natural();
        recipe.max_tokens = small();
        return out;
    }

    core::SystemVerdict system_verdict() {
        core::SystemVerdict out;
        out.id = text();
        out.role = any<core::Role>(4);
        out.candidate = text();
        out.rung = maybe<core::Rung>([this] { return rung(); });
        out.on_these_cases = any<core::Decision>(3);
        out.on_future_traffic = maybe<core::Decision>([this] { return any<core::Decision>(3); });
        out.status = any<core::Status>(8);
        out.reasons = reasons();
        out.rungs_not_proved = rungs();
        out.trouble = trouble();
        return out;
    }

    core::LatencyMeasure latency() {
        return {
            integer(), small(), real(), real(), real(), real(), interval(), coin(), real(), real()};
    }

    core::Measure measure() {
        core::Measure out;
        out.system = text();
        out.items_used = integer();
        out.items_total = integer();
        out.quality = maybe<core::QualityMeasure>(
            [this] { return core::QualityMeasure{text(), real(), interval(), text(), real()}; });
        out.other_metrics = {{text(), real()}, {text() + "2", real()}};
        out.latency = maybe<core::LatencyMeasure>([this] { return latency(); });
        out.cost =
            maybe<core::CostMeasure>([this] { return core::CostMeasure{real(), text(), text()}; });
        out.memory_bytes_peak = maybe<std::uint64_t>([this] { return natural(); });
        out.errors = {{text(), integer()}};
        out.labels = list<core::LabelRow>([this] {
            return core::LabelRow{
                text(), integer(), integer(), integer(), real(), real(), real(), interval()};
        });
        out.confusion = list<std::vector<std::int64_t>>(
            [this] { return list<std::int64_t>([this] { return integer(); }); });
        out.fields = list<core::Measure::FieldRow>([this] {
            return core::Measure::FieldRow{
                text(), integer(), integer(), integer(), real(), real(), real()};
        });
        out.batch_checked = integer();
        out.batch_disagreed = integer();
        return out;
    }

    core::SystemSummary system_summary() {
        return {system(),
                system_verdict(),
                measure(),
                natural(),
                text(),
                maybe<core::ModelSpec>([this] { return source(); }),
                coin(),
                {{text(), text()}}};
    }

    core::ModelSpec source() {
        core::ModelSpec out{text(), text(), text(), text(), text(), std::nullopt, std::nullopt};
        out.parameters = maybe<std::uint64_t>([this] { return natural(); });
        out.price = maybe<core::Price>([this] { return core::Price{real(), real(), text()}; });
        out.thinking = maybe<bool>([this] { return coin(); });
        out.max_tokens = maybe<int>([this] { return small(); });
        return out;
    }

    core::ClimbPlan plan() {
        core::ClimbPlan out;
        out.ingredients.max_tokens = small();
        out.ingredients.shots = shots();
        out.ingredients.fixed = list<std::vector<std::size_t>>(
            [this] { return list<std::size_t>([this] { return natural(); }); });
        out.ingredients.shown = list<std::int64_t>([this] { return integer(); });
        out.ingredients.nearest = list<int>([this] { return small(); });
        out.topline = maybe<core::Candidate>([this] { return candidate(); });
        out.topline_shown_only = coin();
        out.candidates = list<core::Candidate>([this] { return candidate(); });
        out.order = any<core::Order>(3);
        const auto micros = [this] { return integer(); };
        out.quality = {text(), maybe<Micros>(micros), maybe<Micros>(micros)};
        out.sequential = coin();
        out.zero_one = coin();
        out.p95_ms = maybe_real();
        out.ttft_p95_ms = maybe_real();
        out.cost_per_1k = maybe_real();
        out.memory_bytes = maybe<std::uint64_t>([this] { return natural(); });
        out.dev_cases = integer();
        out.test_cases = integer();
        out.alpha = real();
        out.k = small();
        return out;
    }

    Summary summary() {
        const auto pairs = [this] {
            return list<std::pair<std::string, std::string>>(
                [this] { return std::pair(text(), text()); });
        };
        Summary out;
        out.run = text();
        out.job_name = text();
        out.job_path = text();
        out.task = any<core::Task>(4);
        out.labels = texts();
        out.plan = plan();
        out.seed = natural();
        out.started_at = text();
        out.elapsed_s = real();
        out.finished = coin();
        out.verdict.choice = any<core::Choice>(5);
        out.verdict.system = text();
        out.verdict.topline_meets_threshold = maybe<bool>([this] { return coin(); });
        out.verdict.systems = list<core::SystemVerdict>([this] { return system_verdict(); });
        out.verdict.undecided_smaller = texts();
        out.verdict.exit_code = small();
        out.exit_code = small();
        out.systems = list<core::SystemSummary>([this] { return system_summary(); });
        out.rungs = list<core::RungTried>([this] {
            const auto places = [this] { return list<std::int64_t>([this] { return integer(); }); };
            return core::RungTried{text(),
                                   rung(),
                                   text(),
                                   real(),
                                   real(),
                                   coin(),
                                   trouble(),
                                   integer(),
                                   maybe<std::int64_t>([this] { return integer(); }),
                                   text(),
                                   integer(),
                                   places(),
                                   places(),
                                   maybe<double>([this] { return real(); }),
                                   maybe<double>([this] { return real(); })};
        });
        out.dev_ids = list<std::string>([this] { return text(); });
        out.comparisons = list<core::Comparison>([this] {
            return core::Comparison{
                text(), text(), integer(), integer(), integer(), real(), real(), text()};
        });
        out.notes = list<core::Note>([&] { return core::Note{small(), pairs()}; });
        out.facts = pairs();
        out.currency = text();
        return out;
    }

   private:
    Rng rng_;
};

TEST_CASE("a summary is read back as it was written, whatever it holds") {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        CAPTURE(seed);
        const Summary summary = Maker(seed).summary();
        const std::string text = json::write(summary_to_json(summary));
        const auto parsed = json::parse(text);
        REQUIRE(std::holds_alternative<json::Value>(parsed));
        const Result<Summary> read = summary_from_json(std::get<json::Value>(parsed));
        REQUIRE(read);
        REQUIRE(json::write(summary_to_json(*read)) == text);
    }
}

TEST_CASE("single values survive that plain JSON bends") {
    Summary summary;
    summary.job_path = "jobs/\xff\xfe.toml";
    summary.seed = 0xffff'ffff'ffff'fffeULL;
    summary.elapsed_s = 0.1 + 0.2;
    summary.plan.alpha = std::numeric_limits<double>::infinity();
    summary.plan.p95_ms = 0.0;
    summary.verdict.topline_meets_threshold = false;
    summary.facts = {{"z", "1"}, {"a", "2"}, {"z", "3"}};
    const auto parsed = json::parse(json::write(summary_to_json(summary)));
    const Result<Summary> read = summary_from_json(std::get<json::Value>(parsed));
    REQUIRE(read);
    CHECK(read->job_path == summary.job_path);
    CHECK(read->seed == summary.seed);
    CHECK(read->elapsed_s == summary.elapsed_s);
    CHECK(read->plan.alpha == summary.plan.alpha);
    CHECK(read->plan.p95_ms == 0.0);
    CHECK_FALSE(read->plan.ttft_p95_ms.has_value());
    CHECK(read->verdict.topline_meets_threshold == false);
    CHECK(read->facts == summary.facts);
}

TEST_CASE("the text has the words and the names of the formats") {
    Summary summary;
    summary.systems.resize(1);
    summary.systems[0].system.spec.recipe.decide = core::Decide::Score;
    summary.systems[0].verdict.status = core::Status::RuledOutOnDev;
    const json::Value value = summary_to_json(summary);
    CHECK(value["format"].as_int() == k_summary_format);
    CHECK(value["task"].as_string() == "classify");
    const json::Value& system = value["systems"].as_array()[0];
    CHECK(system["system"]["spec"]["recipe"]["decide"].as_string() == "score");
    CHECK(system["verdict"]["status"].as_string() == "ruled_out_on_dev");
    CHECK(system["measure"]["memory_bytes_peak"].is_null());
}

const std::string k_now = "\"format\":" + std::to_string(k_summary_format) + ",";

// The error of a summary in which `from` was replaced by `to`.
Error error_after(const std::string& from, const std::string& to) {
    Summary summary = Maker(4).summary();
    summary.job_name = "name of the job";
    summary.seed = 4711;
    summary.systems.resize(2);
    summary.systems[1].system.spec.recipe.max_tokens = 7777;
    std::string text = json::write(summary_to_json(summary));
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    const auto parsed = json::parse(text);
    REQUIRE(std::holds_alternative<json::Value>(parsed));
    const Result<Summary> read = summary_from_json(std::get<json::Value>(parsed));
    REQUIRE_FALSE(read);
    return read.error();
}

TEST_CASE("older formats lack what a model's place got later, and are read with its default") {
    core::Summary summary;
    summary.systems.resize(1);
    summary.systems.front().source.emplace().model = "m.gguf";
    std::string text = json::write(summary_to_json(summary));
    const auto edit = [&](const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
    };
    edit(",\"api\":\"chat\"", "");
    CHECK_FALSE(summary_from_json(*json::parse_or_nothing(text)));
    edit(k_now, "\"format\":3,");
    const auto read_3 = summary_from_json(*json::parse_or_nothing(text));
    REQUIRE(read_3);
    CHECK(read_3->systems.front().source->api == core::Api::Chat);
    edit(",\"thinking\":null,\"max_tokens\":null", "");
    edit("\"format\":3,", "\"format\":2,");
    const auto read = summary_from_json(*json::parse_or_nothing(text));
    REQUIRE(read);
    CHECK(read->systems.front().source->model == "m.gguf");
    CHECK_FALSE(read->systems.front().source->thinking);
}

TEST_CASE("another format number is an error that names both") {
    for (const std::string number : {"0", "8", "17"}) {
        const Error error = error_after(k_now, "\"format\":" + number + ",");
        CHECK(error.code == store::codes::result_of_other_version);
        CHECK(error.args[0] == std::pair<std::string, std::string>("found", number));
        CHECK(error.args[1] ==
              std::pair<std::string, std::string>("known", std::to_string(k_summary_format)));
    }
    CHECK(error_after(k_now, "").code == store::codes::result_damaged);
}

TEST_CASE("a damaged summary is an error that says where") {
    const auto where = [](const std::string& from, const std::string& to) {
        const Error error = error_after(from, to);
        CHECK(error.code == store::codes::result_damaged);
        return error.args[0].second;
    };
    CHECK(where("\"name of the job\"", "12") == "job_name");
    CHECK(where("\"seed\":4711,", "") == "seed");
    CHECK(where("\"seed\":4711", "\"seed\":-1") == "seed");
    CHECK(where("\"max_tokens\":7777", "\"max_tokens\":7e9") ==
          "systems[1].system.spec.recipe.max_tokens");
    CHECK(where("\"max_tokens\":7777", "\"max_tokens\":7777777777") ==
          "systems[1].system.spec.recipe.max_tokens");
    CHECK(where("\"max_tokens\":7777", "\"max_tokens\":null") ==
          "systems[1].system.spec.recipe.max_tokens");
    CHECK(where("\"plan\":{", "\"plan\":[],\"other\":{") == "plan");
}

TEST_CASE("no edit of the text makes reading fail in any way but an error") {
    Rng rng(5);
    const std::string text = json::write(summary_to_json(Maker(9).summary()));
    int refused = 0;
    for (int i = 0; i < 2000; ++i) {
        std::string edited = text;
        edited[static_cast<std::size_t>(rng.below(edited.size()))] = "0{}[],:\"n"[rng.below(9)];
        const std::optional<json::Value> parsed = json::parse_or_nothing(edited);
        const bool read = parsed && summary_from_json(*parsed).has_value();
        refused += read ? 0 : 1;
    }
    CHECK(refused > 500);
}

}  // namespace
}  // namespace palier::store_sqlite
