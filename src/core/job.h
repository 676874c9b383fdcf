// Job: what the user wants, as values. Read from palier.toml by job/, never by core.
#pragma once

#include "base/units.h"
#include "core/hardware.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace palier::core {

enum class Task { Classify, Extract, Generate, Answer };
// Upwards. Baseline: no language model at all.
enum class Rung { Baseline, ZeroShot, Structured, FewShot, Rag, Head, Lora, Full };
// Which candidates are tried first, and whether the first that can be chosen ends the climb.
enum class Order {
    Up,    // from the smallest to the first that passes
    Down,  // from the largest through all of them
    All    // from the smallest through all of them
};
enum class Privacy { Machine, Infra, Cloud };
// What an endpoint is asked for: text, by chat completions; or a decision among the job's labels,
// with the probability of each.
enum class Api { Chat, Decisions };
// How an embedded engine holds a model's weights: as the file has them, or converted in memory:
// quantised and 16-bit ones to BF16 or F32, five-bit ones to Q8_0 of the same values.
enum class Weights { AsFile, Bf16Copy, Q8Copy, F32Copy };

// The words of the formats: "classify", "zero-shot", "machine"...
[[nodiscard]] std::string_view name_of(Task task);
[[nodiscard]] std::string_view name_of(Rung rung);
[[nodiscard]] std::string_view name_of(Order order);
[[nodiscard]] std::string_view name_of(Privacy privacy);
[[nodiscard]] std::string_view name_of(Api api);  // "chat", "decisions"
[[nodiscard]] std::string_view name_of(Weights weights);

// Price of a million tokens.
struct Price {
    double input_per_1m = 0;
    double output_per_1m = 0;
    std::string currency;  // ISO 4217
    bool operator==(const Price&) const = default;
};

// Where a model is. Exactly one of: recorded; endpoint + model; model (catalogue name or path).
struct ModelSpec {
    std::string model;     // catalogue name, path of a GGUF file, or the endpoint's model name
    std::string endpoint;  // base URL of an OpenAI-compatible API, such as http://127.0.0.1:8080/v1
    std::string key_env;   // environment variable that holds the API key
    std::string key_file;  // file that holds the API key
    std::string recorded;  // path of a file of recorded answers
    std::optional<std::uint64_t> parameters;
    std::optional<Price> price;
    // Whether it thinks before it answers; absent: as it does by itself.
    std::optional<bool> thinking = std::nullopt;
    // Of an answer, thoughts included; absent: what the task needs.
    std::optional<int> max_tokens = std::nullopt;
    Api api = Api::Chat;  // of an endpoint

    [[nodiscard]] bool is_remote() const { return !endpoint.empty(); }
    [[nodiscard]] bool is_recorded() const { return !recorded.empty(); }
};

// Exactly one of `min` and `of_topline` is set.
struct QualityLimit {
    std::string metric;
    std::optional<Micros> min;         // absolute, in (0, 1]
    std::optional<Micros> of_topline;  // share of the topline's score, in (0, 1]
};

// Tokens that a request and its answer may have where the job does not say.
inline constexpr std::int64_t k_usual_context_tokens = 4096;

struct Constraints {
    QualityLimit quality;
    std::optional<double> p95_ms;       // total time of a request
    std::optional<double> ttft_p95_ms;  // time to first token
    std::optional<Money> cost_per_1k;   // requests
    std::optional<std::uint64_t> memory_bytes;
    // Of the GPUs, with all layers there; screens candidates, is not measured.
    std::optional<std::uint64_t> vram_bytes;
    Privacy privacy = Privacy::Machine;
    std::vector<std::string> infra_hosts;
    std::optional<std::int64_t> context_tokens;
    std::string licence;  // "" or "commercial"
    bool tools = false;
    [[nodiscard]] std::int64_t context() const {
        return context_tokens.value_or(k_usual_context_tokens);
    }
};

struct DataSpec {
    std::string test;        // path; the only file, or the test file when `dev` is given
    std::string dev;         // path or ""
    std::string train;       // path of more cases to learn from, which are never measured, or ""
    Micros split = 300'000;  // share kept as dev when there is one file; 0 = all of it is test
    // Column or key of the data file that holds each field; "" = the field's own name.
    std::string input_column, expected_column, context_column, group_column, tags_column, id_column,
        database_column;
    std::string database;  // path of the database of cases that name none, or ""
    std::string now;       // what queries get for the present time, such as "2025-06-15"; "" = none
};

struct Job {
    std::string name;
    Task task = Task::Classify;
    std::string language = "en";  // of the prompt: "en" or "fr"
    std::string instructions;
    std::vector<std::string> labels;   // classify
    std::string schema;                // extract: the text of the JSON Schema, "" if none
    bool arrays_in_any_order = false;  // extract: arrays are compared as sets, not as sequences
    std::string expected_pattern;      // generate with metric "regex": RE2 syntax; "" = per case
    DataSpec data;
    Constraints constraints;
    std::int64_t requests_per_month = 0;  // 0 = not stated
    int concurrency = 1;
    double peak = 3;  // requests of the busiest hour over those of the mean one
    std::optional<ModelSpec> topline;
    std::optional<std::int64_t>
        share_cases;  // most cases a remote topline of a private job may see
    std::vector<ModelSpec> candidates;
    Order order = Order::Up;
    bool baselines = true;  // classify: Systems without a language model are tried too
    double alpha = 0.01;
    std::uint64_t seed = 1;
    std::optional<Money> budget_money;
    std::optional<double> budget_seconds;
    std::optional<Hardware> hardware;
    // Of every model that is loaded here; absent: what was measured to be faster.
    std::optional<Weights> weights;
};

}  // namespace palier::core
