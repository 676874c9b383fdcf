#include "store/sqlite/summary_json.h"

#include "core/names.h"
#include "store/sqlite/json_fields.h"

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace palier::store_sqlite {
namespace {

// One `describe` a type serves writing and reading, so that the two cannot drift apart, and takes
// the type apart by structured binding, so that a field added to it does not compile until it is
// named here (and the format number is raised).
template <class T, class Wanted>
concept Is = std::same_as<std::remove_const_t<T>, Wanted>;

template <class Visit>
void describe(Visit& visit, Is<core::Interval> auto& value) {
    auto& [low, high, level] = value;
    visit("low", low)("high", high)("level", level);
}

template <class Visit>
void describe(Visit& visit, Is<core::Shot> auto& value) {
    auto& [input, expected] = value;
    visit("input", input)("expected", expected);
}

template <class Visit>
void describe(Visit& visit, Is<core::Recipe> auto& value) {
    auto& [rung,
           decide,
           norm,
           constrained,
           shots,
           temperature,
           seed,
           max_tokens,
           weights,
           context] = value;
    visit("rung", rung)("decide", decide)("norm", norm)("constrained", constrained);
    visit("shots", shots)("temperature", temperature)("sampling_seed", seed);
    visit("max_tokens", max_tokens)("weights", weights)("context_tokens", context);
}

template <class Visit>
void describe(Visit& visit, Is<core::System> auto& value) {
    auto& [id, candidate, recipe, hash] = value;
    visit("id", id)("candidate", candidate)("recipe", recipe)("hash", hash);
}

template <class Visit>
void describe(Visit& visit, Is<core::Reason> auto& value) {
    auto& [constraint, measured, limit] = value;
    visit("constraint", constraint)("measured", measured)("limit", limit);
}

template <class Visit>
void describe(Visit& visit, Is<core::SystemVerdict> auto& value) {
    auto& [id, role, candidate, rung, here, future, status, reasons, not_proved] = value;
    visit("id", id)("role", role)("candidate", candidate)("rung", rung);
    visit("on_these_cases", here)("on_future_traffic", future)("status", status);
    visit("reasons", reasons)("rungs_not_proved", not_proved);
}

template <class Visit>
void describe(Visit& visit, Is<core::Verdict> auto& value) {
    auto& [choice, system, topline_meets, systems, undecided_smaller, exit_code] = value;
    visit("choice", choice)("system", system)("topline_meets_threshold", topline_meets);
    visit("systems", systems)("undecided_smaller", undecided_smaller)("exit_code", exit_code);
}

template <class Visit>
void describe(Visit& visit, Is<core::QualityMeasure> auto& value) {
    auto& [metric, mean, interval, method, need] = value;
    visit("metric", metric)("value", mean)("interval", interval);
    visit("interval_method", method)("need", need);
}

template <class Visit>
void describe(Visit& visit, Is<core::LatencyMeasure> auto& value) {
    auto& [requests,
           concurrency,
           ttft_p50,
           ttft_p95,
           total_p50,
           total_p95,
           interval,
           bounded,
           speed,
           load] = value;
    visit("requests", requests)("concurrency", concurrency);
    visit("ttft_ms_p50", ttft_p50)("ttft_ms_p95", ttft_p95);
    visit("total_ms_p50", total_p50)("total_ms_p95", total_p95);
    visit("total_ms_p95_interval", interval)("total_ms_p95_bounded", bounded);
    visit("tokens_per_s", speed)("load_average", load);
}

template <class Visit>
void describe(Visit& visit, Is<core::CostMeasure> auto& value) {
    auto& [per_1k, currency, method] = value;
    visit("per_1k", per_1k)("currency", currency)("method", method);
}

template <class Visit>
void describe(Visit& visit, Is<core::LabelRow> auto& value) {
    auto& [label, support, predicted, correct, precision, recall, f1, interval] = value;
    visit("label", label)("support", support)("predicted", predicted)("correct", correct);
    visit("precision", precision)("recall", recall)("f1", f1)("recall_interval", interval);
}

template <class Visit>
void describe(Visit& visit, Is<core::Measure::FieldRow> auto& value) {
    auto& [path, true_positive, false_positive, false_negative, precision, recall, f1] = value;
    visit("path", path)("true_positive", true_positive)("false_positive", false_positive);
    visit("false_negative", false_negative);
    visit("precision", precision)("recall", recall)("f1", f1);
}

template <class Visit>
void describe(Visit& visit, Is<core::Measure> auto& value) {
    auto& [system,
           used,
           total,
           quality,
           others,
           latency,
           cost,
           memory,
           errors,
           labels,
           confusion,
           fields,
           checked,
           disagreed] = value;
    visit("system", system)("items_used", used)("items_total", total)("quality", quality);
    visit("other_metrics", others)("latency", latency)("cost", cost);
    visit("memory_bytes_peak", memory)("errors", errors)("labels", labels);
    visit("confusion", confusion)("fields", fields);
    visit("batch_checked", checked)("batch_disagreed", disagreed);
}

template <class Visit>
void describe(Visit& visit, Is<core::SystemSummary> auto& value) {
    auto& [system,
           verdict,
           measure,
           parameters,
           model,
           identity,
           engine,
           build,
           weights,
           chat,
           recorded,
           notes] = value;
    visit("system", system)("verdict", verdict)("measure", measure)("parameters", parameters);
    visit("model", model)("model_identity", identity)("engine", engine)("engine_build", build);
    visit("weights", weights)("chat_template", chat)("recorded", recorded)("notes", notes);
}

template <class Visit>
void describe(Visit& visit, Is<core::Comparison> auto& value) {
    auto& [system, with, cases, only_system, only_with, difference, p_value, test] = value;
    visit("system", system)("with", with)("cases", cases)("only_system", only_system);
    visit("only_with", only_with)("difference", difference)("p_value", p_value)("test", test);
}

template <class Visit>
void describe(Visit& visit, Is<core::Note> auto& value) {
    auto& [code, args] = value;
    visit("code", code)("args", args);
}

template <class Visit>
void describe(Visit& visit, Is<core::QualityLimit> auto& value) {
    auto& [metric, min, of_topline] = value;
    visit("metric", metric)("min", min)("of_topline", of_topline);
}

template <class Visit>
void describe(Visit& visit, Is<core::CandidatePlan> auto& value) {
    auto& [id, size, rungs, screened_out, recorded, latency, memory] = value;
    visit("id", id)("size", size)("rungs", rungs)("screened_out", screened_out);
    visit("recorded", recorded)("latency_measurable", latency)("memory_measurable", memory);
}

template <class Visit>
void describe(Visit& visit, Is<core::Plan> auto& value) {
    auto& [topline,
           shown_only,
           candidates,
           baselines,
           quality,
           sequential,
           zero_one,
           p95,
           ttft,
           cost,
           memory,
           dev,
           test,
           alpha,
           k] = value;
    visit("topline", topline)("topline_shown_only", shown_only)("candidates", candidates);
    visit("baselines", baselines)("quality", quality)("sequential", sequential);
    visit("zero_one", zero_one)("p95_ms", p95)("ttft_p95_ms", ttft)("cost_per_1k", cost);
    visit("memory_bytes", memory)("dev_cases", dev)("test_cases", test);
    visit("alpha", alpha)("k", k);
}

template <class Visit>
void describe(Visit& visit, Is<core::RungTried> auto& value) {
    auto& [candidate, rung, system, score, low, ruled_out] = value;
    visit("candidate", candidate)("rung", rung)("system", system);
    visit("dev_score", score)("dev_low", low)("ruled_out", ruled_out);
}

template <class Visit>
void describe(Visit& visit, Is<core::Summary> auto& value) {
    auto& [run,
           job_name,
           job_path,
           task,
           labels,
           plan,
           seed,
           started_at,
           elapsed,
           finished,
           verdict,
           exit_code,
           systems,
           rungs,
           comparisons,
           notes,
           facts,
           currency] = value;
    visit("run", run)("job_name", job_name)("job_path", job_path)("task", task);
    visit("labels", labels)("plan", plan)("seed", seed)("started_at", started_at);
    visit("elapsed_s", elapsed)("finished", finished)("verdict", verdict);
    visit("exit_code", exit_code)("systems", systems)("rungs", rungs);
    visit("comparisons", comparisons)("notes", notes)("facts", facts)("currency", currency);
}

// --- Writing -------------------------------------------------------------------------------------

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_pair = false;
template <class First, class Second>
inline constexpr bool is_pair<std::pair<First, Second>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class Key, class T>
inline constexpr bool is_map<std::map<Key, T>> = true;

struct Writer {
    json::Object members;

    template <class T>
    Writer& operator()(const char* name, const T& value);
};

// Maps become arrays of pairs: their keys need not be valid UTF-8.
template <class T>
json::Value encoded(const T& value) {
    if constexpr (std::same_as<T, std::string>) {
        return json_text(value);
    } else if constexpr (std::same_as<T, double>) {
        return json_real(value);
    } else if constexpr (std::same_as<T, std::uint64_t>) {
        return json_unsigned(value);
    } else if constexpr (std::is_enum_v<T>) {
        return core::name_of(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return value;
    } else if constexpr (is_optional<T>) {
        return value ? encoded(*value) : json::Value();
    } else if constexpr (is_pair<T>) {
        return json::Array{encoded(value.first), encoded(value.second)};
    } else if constexpr (is_vector<T>) {
        json::Array array;
        array.reserve(value.size());
        for (const auto& element : value) {
            array.push_back(encoded(element));
        }
        return array;
    } else if constexpr (is_map<T>) {
        json::Array array;
        for (const auto& [key, mapped] : value) {
            array.push_back(json::Array{encoded(key), encoded(mapped)});
        }
        return array;
    } else {
        Writer writer;
        describe(writer, value);
        return std::move(writer.members);
    }
}

template <class T>
Writer& Writer::operator()(const char* name, const T& value) {
    members.emplace_back(name, encoded(value));
    return *this;
}

// --- Reading -------------------------------------------------------------------------------------

// Where reading stands, and where it first failed.
struct Place {
    std::string path;
    std::optional<std::string> failed_at;

    bool fail() {
        if (!failed_at) {
            failed_at = path;
        }
        return false;
    }
};

template <class T>
bool decode(const json::Value& from, T& to, Place& place);

class Reader {
   public:
    Reader(const json::Value& object, Place& place) : object_(object), place_(place) {}

    template <class T>
    Reader& operator()(const char* name, T& value) {
        if (!place_.failed_at) {
            const std::size_t here = place_.path.size();
            place_.path += (here == 0 ? "" : ".") + std::string(name);
            const json::Value* member = object_.find(name);
            if (member == nullptr) {
                place_.fail();
            } else {
                decode(*member, value, place_);
            }
            place_.path.resize(here);
        }
        return *this;
    }

   private:
    const json::Value& object_;
    Place& place_;
};

template <class T>
bool take(std::optional<T>&& read, T& to, Place& place) {
    if (!read) {
        return place.fail();
    }
    to = std::move(*read);
    return true;
}

bool decode_word(std::string_view word, core::Task& to, Place& place) {
    return take(core::task_from(word), to, place);
}
bool decode_word(std::string_view word, core::Rung& to, Place& place) {
    return take(core::rung_from(word), to, place);
}
bool decode_word(std::string_view word, core::Decide& to, Place& place) {
    return take(core::decide_from(word), to, place);
}
bool decode_word(std::string_view word, core::LabelNorm& to, Place& place) {
    return take(core::label_norm_from(word), to, place);
}
bool decode_word(std::string_view word, core::Weights& to, Place& place) {
    return take(core::weights_from(word), to, place);
}
bool decode_word(std::string_view word, core::Decision& to, Place& place) {
    return take(core::decision_from(word), to, place);
}
bool decode_word(std::string_view word, core::Status& to, Place& place) {
    return take(core::status_from(word), to, place);
}
bool decode_word(std::string_view word, core::Role& to, Place& place) {
    return take(core::role_from(word), to, place);
}
bool decode_word(std::string_view word, core::Choice& to, Place& place) {
    return take(core::choice_from(word), to, place);
}

template <class First, class Second>
bool decode_pair(const json::Value& from, First& first, Second& second, Place& place) {
    const json::Array& pair = from.as_array();
    if (pair.size() != 2) {
        return place.fail();
    }
    return decode(pair[0], first, place) && decode(pair[1], second, place);
}

// Calls read(element) for each element with the place set to it.
template <class Read>
bool decode_each(const json::Value& from, Place& place, const Read& read) {
    if (!from.is_array()) {
        return place.fail();
    }
    const std::size_t here = place.path.size();
    std::size_t index = 0;
    for (const json::Value& element : from.as_array()) {
        place.path += "[" + std::to_string(index++) + "]";
        if (!read(element)) {
            return false;
        }
        place.path.resize(here);
    }
    return true;
}

template <class T>
bool decode(const json::Value& from, T& to, Place& place) {
    if constexpr (std::same_as<T, std::string>) {
        return take(text_from(from), to, place);
    } else if constexpr (std::same_as<T, double>) {
        return take(real_from(from), to, place);
    } else if constexpr (std::same_as<T, std::uint64_t>) {
        return take(unsigned_from(from), to, place);
    } else if constexpr (std::same_as<T, bool>) {
        to = from.as_bool();
        return from.is_bool() || place.fail();
    } else if constexpr (std::is_enum_v<T>) {
        return decode_word(from.as_string(), to, place);
    } else if constexpr (std::integral<T>) {
        const std::int64_t number = from.as_int();
        if (!from.is_int() || !std::in_range<T>(number)) {
            return place.fail();
        }
        to = static_cast<T>(number);
        return true;
    } else if constexpr (is_optional<T>) {
        to.reset();
        return from.is_null() || decode(from, to.emplace(), place);
    } else if constexpr (is_pair<T>) {
        return decode_pair(from, to.first, to.second, place);
    } else if constexpr (is_vector<T>) {
        to.clear();
        return decode_each(from, place, [&](const json::Value& element) {
            return decode(element, to.emplace_back(), place);
        });
    } else if constexpr (is_map<T>) {
        to.clear();
        return decode_each(from, place, [&](const json::Value& element) {
            typename T::key_type key{};
            typename T::mapped_type mapped{};
            return decode_pair(element, key, mapped, place) &&
                   (to.emplace(std::move(key), std::move(mapped)).second || place.fail());
        });
    } else {
        if (!from.is_object()) {
            return place.fail();
        }
        Reader reader(from, place);
        describe(reader, to);
        return !place.failed_at;
    }
}

}  // namespace

json::Value summary_to_json(const core::Summary& summary) {
    Writer writer;
    writer("format", k_summary_format);
    describe(writer, summary);
    return std::move(writer.members);
}

Result<core::Summary> summary_from_json(const json::Value& value) {
    const json::Value& format = value["format"];
    if (!format.is_int()) {
        return Error(1111, {{"where", "format"}});
    }
    if (format.as_int() != k_summary_format) {
        return Error(1110,
                     {{"found", std::to_string(format.as_int())},
                      {"known", std::to_string(k_summary_format)}});
    }
    core::Summary summary;
    Place place;
    if (!decode(value, summary, place)) {
        return Error(1111, {{"where", place.failed_at.value_or("")}});
    }
    return summary;
}

}  // namespace palier::store_sqlite
