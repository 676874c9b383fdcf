#include "job/job_file.h"

#include "base/codes.h"
#include "base/rng.h"
#include "job/codes.h"

#include <doctest/doctest.h>

#include <filesystem>

namespace palier::job {
namespace {

const std::string k_valid = R"(
[job]
name = "tickets"
task = "classify"
language = "fr"
instructions = "Classe."
labels = ["a", "b"]
[data]
test = "tickets.jsonl"
split = 0.4
columns = { input = "text" }
[constraints]
quality = { metric = "accuracy", min = 0.55 }
latency = { p95_ms = 1500 }
memory = "2 GB"
[topline]
recorded = "topline.jsonl"
[[candidate]]
model = "big"
[[candidate]]
model = "models/small.gguf"
parameters = "135M"
[stats]
alpha = 0.05
[budget]
time = "30 min"
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Error refused(const std::string& text) {
    const auto result = parse_job(text, "dir/palier.toml");
    REQUIRE_FALSE(result);
    return result.error();
}

std::string arg(const Error& error, const std::string& name) {
    for (const auto& [key, value] : error.args) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

}  // namespace

TEST_CASE("a job file becomes a Job, with paths taken from its folder") {
    const auto file = parse_job(k_valid, "dir/palier.toml");
    REQUIRE(file);
    const core::Job& job = file->job;
    CHECK(job.task == core::Task::Classify);
    CHECK(job.labels.size() == 2);
    CHECK(job.data.test == "dir/tickets.jsonl");
    CHECK(job.data.split == 400'000);
    CHECK(job.data.input_column == "text");
    CHECK(job.constraints.quality.min == 550'000);
    CHECK(job.constraints.p95_ms == 1500);
    CHECK(job.constraints.memory_bytes == 2'000'000'000U);
    CHECK(job.topline->recorded == "dir/topline.jsonl");
    REQUIRE(job.candidates.size() == 2);
    CHECK(job.candidates[0].model == "big");
    CHECK(job.candidates[1].model == "dir/models/small.gguf");
    CHECK(job.candidates[1].parameters == 135'000'000U);
    CHECK(job.alpha == 0.05);
    CHECK(job.budget_seconds == 1800);
}

TEST_CASE("every value says where it came from") {
    const auto file = parse_job(k_valid, "dir/palier.toml");
    REQUIRE(file);
    bool from_line = false;
    bool from_default = false;
    for (const Origin& origin : file->origins) {
        from_line |= origin.key == "constraints.quality.min" && origin.value == "0.55" &&
                     origin.from == "dir/palier.toml:13";
        from_default |= origin.key == "stats.seed" && origin.from == "default";
    }
    CHECK(from_line);
    CHECK(from_default);
}

TEST_CASE("an unknown key is an error with the nearest known key") {
    const Error error = refused(replaced(k_valid, "labels =", "lables ="));
    CHECK(error.code == codes::unknown_key_near);
    CHECK(arg(error, "key") == "job.lables");
    CHECK(arg(error, "near") == "labels");
    const Error slip = refused(replaced(k_valid, "language =", "langage ="));
    CHECK(slip.code == codes::unknown_key_of);
    CHECK(arg(slip, "key") == "job.langage");
    CHECK(arg(slip, "near") == "language");
    CHECK(arg(slip, "line") == "5");
    CHECK(refused(k_valid + "[zzzzzzzzzz]\n").code == codes::unknown_key);
}

TEST_CASE("what a job cannot mean is refused with its key and the remedy") {
    const auto key_of = [](const Error& error) { return arg(error, "key"); };
    CHECK(key_of(refused(replaced(k_valid, "\"classify\"", "\"sort\""))) == "job.task");
    CHECK(key_of(refused(replaced(k_valid, "min = 0.55", "min = 55"))) ==
          "constraints.quality.min");
    CHECK(key_of(refused(replaced(k_valid, "min = 0.55", "min = 0"))) == "constraints.quality.min");
    CHECK(key_of(refused(replaced(k_valid, "min = 0.55", "of_topline = 0.9, min = 0.5"))) ==
          "constraints.quality.min");
    CHECK(key_of(refused(replaced(k_valid, "\"2 GB\"", "\"two\""))) == "constraints.memory");
    CHECK(key_of(refused(replaced(k_valid, "memory = \"2 GB\"", "vram = \"two\""))) ==
          "constraints.vram");
    CHECK(key_of(refused(replaced(k_valid, "alpha = 0.05", "alpha = 5"))) == "stats.alpha");
    CHECK(key_of(refused(replaced(k_valid, "[\"a\", \"b\"]", "[\"a\", \"a\"]"))) == "job.labels");
    CHECK(refused(replaced(k_valid, "split = 0.4", "split = \"0.4\"")).code == codes::wrong_kind);
    CHECK(refused(replaced(k_valid, "labels", "schema = \"missing.json\"\nlabels")).code ==
          codes::unreadable_schema);
}

TEST_CASE("what is refused says why, and tells a wrong value from a missing one") {
    const Error wrong = refused(replaced(k_valid, "min = 0.55", "min = 55"));
    CHECK(wrong.code == codes::unusable_value);
    CHECK(arg(wrong, "value") == "55");
    CHECK(arg(wrong, "line") == "13");
    REQUIRE(wrong.cause);
    CHECK(wrong.cause->code == codes::share_needed);
    const Error missing = refused(replaced(k_valid, "instructions = \"Classe.\"", ""));
    CHECK(missing.code == codes::key_missing);
    CHECK(missing.cause->code == codes::instructions_needed);
    const Error none = refused(replaced(k_valid, "task = \"classify\"", ""));
    CHECK(none.code == codes::key_missing);
    CHECK(none.cause->code == codes::task_needed);
    const Error unknown = refused(replaced(k_valid, "\"classify\"", "\"sort\""));
    CHECK(unknown.cause->code == codes::one_of_needed);
    CHECK(arg(*unknown.cause, "known") == "classify, extract, generate, answer");
    const Error priceless = refused(
        replaced(k_valid, "model = \"big\"", "model = \"big\"\nprice = { currency = \"EUR\" }"));
    CHECK(arg(priceless, "key") == "candidate[1].price.input_per_1m");
    CHECK(priceless.cause->code == codes::price_needed);
}

TEST_CASE("a model's table says whether it thinks and how long its answers may be") {
    const auto with = [](const std::string& lines) {
        return replaced(k_valid, "model = \"big\"", "model = \"big\"\n" + lines);
    };
    const auto file = parse_job(with("thinking = \"off\"\nmax_tokens = 300"), "palier.toml");
    REQUIRE(file);
    CHECK(file->job.candidates[0].thinking == false);
    CHECK(file->job.candidates[0].max_tokens == 300);
    CHECK_FALSE(file->job.candidates[1].thinking);
    CHECK(refused(with("thinking = \"maybe\"")).cause->code == codes::thinking_on_or_off);
    CHECK(refused(with("max_tokens = 0")).cause->code == codes::positive_integer_needed);
}

TEST_CASE("a remote topline of a private job needs share_cases") {
    const std::string remote = replaced(k_valid,
                                        "recorded = \"topline.jsonl\"",
                                        "endpoint = \"https://api.example.com/v1\"\nmodel = \"m\"");
    CHECK(arg(refused(remote), "key") == "topline.endpoint");
    CHECK(
        parse_job(replaced(remote, "model = \"m\"", "model = \"m\"\nshare_cases = 20"), "p.toml"));
    CHECK(parse_job(replaced(remote, "api.example.com", "localhost:8000"), "p.toml"));
}

TEST_CASE("a cost limit without a price in its currency is a job error") {
    const std::string limited =
        replaced(k_valid, "memory = \"2 GB\"", "cost = { per_1k = 0.5, currency = \"EUR\" }");
    const Error error = refused(limited);
    CHECK(error.code == codes::key_unusable);
    REQUIRE(error.cause);
    CHECK(error.cause->code == codes::currency_without_price);
    CHECK(arg(*error.cause, "currency") == "EUR");
}

TEST_CASE("an endpoint may decide among the labels instead of writing, where there are labels") {
    const std::string job = R"([job]
task = "classify"
instructions = "Which?"
labels = ["a", "b"]
[data]
test = "t.jsonl"
[constraints]
quality = { metric = "accuracy", min = 0.5 }
[[candidate]]
endpoint = "http://127.0.0.1:1/v1"
model = "small"
api = "decisions"
)";
    const auto file = parse_job(job, "palier.toml");
    REQUIRE(file);
    CHECK(file->job.candidates[0].api == core::Api::Decisions);
    CHECK(parse_job(replaced(job, "\"decisions\"", "\"chat\""), "p.toml")->job.candidates[0].api ==
          core::Api::Chat);
    CHECK(refused(replaced(job, "\"decisions\"", "\"responses\"")).cause->code ==
          codes::one_of_needed);
    CHECK(refused(replaced(job, "endpoint = \"http://127.0.0.1:1/v1\"", "")).cause->code ==
          codes::api_of_endpoint_only);
    CHECK(refused(replaced(job, "labels = [\"a\", \"b\"]", "labels = [\"a\"]")).code != 0);
    const Error answering = refused(
        replaced(replaced(job, "\"classify\"", "\"answer\""), "labels = [\"a\", \"b\"]", ""));
    CHECK(answering.cause->code == codes::decisions_need_labels);
    std::string many = "\"l0\"";
    for (int i = 1; i < 256; ++i) {
        many += ", \"l" + std::to_string(i) + "\"";
    }
    CHECK(refused(replaced(job, "\"a\", \"b\"", many)).cause->code == codes::decisions_label_count);
    CHECK(refused(job + "max_tokens = 30\n").cause->code == codes::decisions_write_nothing);
    CHECK(refused(job + "thinking = \"off\"\n").cause->code == codes::decisions_write_nothing);
}

TEST_CASE("a missing file and broken TOML are told apart") {
    const auto missing = read_job("does/not/exist.toml");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == codes::unreadable_file);
    CHECK(missing.error().cause->code == base::codes::cannot_read);
    const Error broken = refused("[job\n");
    CHECK(broken.code == codes::no_toml);
    CHECK(arg(broken, "line") == "1");
}

TEST_CASE("mutated job files are read or refused, never more") {
    Rng rng(9);
    for (int i = 0; i < 3000; ++i) {
        std::string text = k_valid;
        for (auto changes = 1 + rng.below(4); changes > 0; --changes) {
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        }
        (void)parse_job(text, "p.toml");
    }
}

TEST_CASE("shares are checked as they are kept: rounded to millionths") {
    for (const std::string min : {"0.0000001", "0.0000004", "1.0000001", "-0.1", "0.0"}) {
        INFO(min);
        CHECK(refused(replaced(k_valid, "min = 0.55", "min = " + min)).code ==
              codes::unusable_value);
    }
    for (const std::string split : {"0.0000001", "0.9999999", "1.0", "-0.1"}) {
        INFO(split);
        CHECK(refused(replaced(k_valid, "split = 0.4", "split = " + split)).code ==
              codes::unusable_value);
    }
    CHECK(parse_job(replaced(k_valid, "min = 0.55", "min = 0.000001"), "palier.toml"));
    CHECK(parse_job(replaced(k_valid, "split = 0.4", "split = 0.999999"), "palier.toml"));
}

TEST_CASE("no dev cases are kept only where every model is recorded") {
    const std::string none = replaced(k_valid, "split = 0.4", "split = 0");
    CHECK(refused(none).cause->code == codes::split_out_of_range);
    const std::string recorded =
        replaced(replaced(none, "model = \"big\"", "recorded = \"b.jsonl\""),
                 "model = \"models/small.gguf\"",
                 "recorded = \"small.jsonl\"");
    const auto job = parse_job(recorded, "palier.toml");
    REQUIRE(job);
    CHECK(job->job.data.split == 0);
}

TEST_CASE("arrays are ordered, or in any order") {
    CHECK_FALSE(parse_job(k_valid, "palier.toml")->job.arrays_in_any_order);
    const auto with = [](const std::string& word) {
        const std::string line = "language = \"fr\"";
        return replaced(k_valid, line, line + "\narrays = \"" + word + "\"");
    };
    CHECK(parse_job(with("any_order"), "palier.toml")->job.arrays_in_any_order);
    CHECK_FALSE(parse_job(with("ordered"), "palier.toml")->job.arrays_in_any_order);
    CHECK(refused(with("sorted")).cause->code == codes::one_of_needed);
}

}  // namespace palier::job
