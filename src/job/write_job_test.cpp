#include "job/write_job.h"

#include "base/rng.h"
#include "base/text.h"
#include "job/job_file.h"

#include <doctest/doctest.h>

namespace palier::job {
namespace {

core::Job full_job() {
    core::Job job;
    job.name = "tickets \"x\"";
    job.task = core::Task::Classify;
    job.language = "fr";
    job.instructions = "Classe.\n\"\"\"fin\"\"\" \\ \t é\n";
    job.labels = {"a", "b c", "d\"e"};
    job.expected_pattern = "^[0-9]+\\.$";
    job.data.test = "tickets.jsonl";
    job.data.split = 400'000;
    job.data.input_column = "le texte";
    job.data.group_column = "3";
    job.data.database_column = "base";
    job.data.database = "shop.sql";
    job.data.now = "2025-06-15";
    job.constraints.quality = {"accuracy", 555'555, std::nullopt};
    job.constraints.p95_ms = 1500.5;
    job.constraints.ttft_p95_ms = 0.25;
    job.constraints.cost_per_1k = Money{0.5, "EUR"};
    job.constraints.memory_bytes = 6'000'000'001;
    job.constraints.vram_bytes = 8'000'000'000;
    job.constraints.privacy = core::Privacy::Infra;
    job.constraints.infra_hosts = {"a.example", "b.example"};
    job.constraints.context_tokens = 8192;
    job.constraints.licence = "commercial";
    job.constraints.tools = true;
    job.requests_per_month = 200'000;
    job.concurrency = 4;
    core::ModelSpec topline;
    topline.endpoint = "https://a.example/v1";
    topline.model = "large";
    topline.key_env = "KEY";
    topline.api = core::Api::Decisions;
    topline.price = core::Price{0.15, 0.6, "EUR"};
    job.topline = topline;
    job.share_cases = 12;
    core::ModelSpec candidate;
    candidate.model = "small";
    candidate.parameters = 135'000'000;
    candidate.price = core::Price{0, 0, "EUR"};
    candidate.thinking = true;
    candidate.max_tokens = 400;
    job.candidates = {candidate, candidate};
    job.candidates[1].model = "models/x.gguf";
    job.alpha = 0.05;
    job.seed = 7;
    job.budget_money = Money{5, "EUR"};
    job.budget_seconds = 1800;
    return job;
}

void check_same(const core::ModelSpec& a, const core::ModelSpec& b) {
    CHECK(a.model == b.model);
    CHECK(a.endpoint == b.endpoint);
    CHECK(a.key_env == b.key_env);
    CHECK(a.key_file == b.key_file);
    CHECK(a.recorded == b.recorded);
    CHECK(a.parameters == b.parameters);
    CHECK(a.price == b.price);
    CHECK(a.thinking == b.thinking);
    CHECK(a.max_tokens == b.max_tokens);
    CHECK(a.api == b.api);
}

void check_same(const core::Constraints& a, const core::Constraints& b) {
    CHECK(a.quality.metric == b.quality.metric);
    CHECK(a.quality.min == b.quality.min);
    CHECK(a.quality.of_topline == b.quality.of_topline);
    CHECK(a.p95_ms == b.p95_ms);
    CHECK(a.ttft_p95_ms == b.ttft_p95_ms);
    CHECK(a.cost_per_1k == b.cost_per_1k);
    CHECK(a.memory_bytes == b.memory_bytes);
    CHECK(a.vram_bytes == b.vram_bytes);
    CHECK(a.privacy == b.privacy);
    CHECK(a.infra_hosts == b.infra_hosts);
    CHECK(a.context_tokens == b.context_tokens);
    CHECK(a.licence == b.licence);
    CHECK(a.tools == b.tools);
}

void check_same(const core::Job& a, const core::Job& b) {
    CHECK(a.name == b.name);
    CHECK(a.task == b.task);
    CHECK(a.language == b.language);
    CHECK(a.instructions == b.instructions);
    CHECK(a.labels == b.labels);
    CHECK(a.expected_pattern == b.expected_pattern);
    CHECK(a.data.test == b.data.test);
    CHECK(a.data.dev == b.data.dev);
    CHECK(a.data.train == b.data.train);
    CHECK(a.data.split == b.data.split);
    CHECK(a.data.input_column == b.data.input_column);
    CHECK(a.data.group_column == b.data.group_column);
    CHECK(a.data.database_column == b.data.database_column);
    CHECK(a.data.database == b.data.database);
    CHECK(a.data.now == b.data.now);
    CHECK(a.data.expected_column == b.data.expected_column);
    check_same(a.constraints, b.constraints);
    CHECK(a.requests_per_month == b.requests_per_month);
    CHECK(a.concurrency == b.concurrency);
    REQUIRE(a.topline.has_value() == b.topline.has_value());
    if (a.topline) {
        check_same(*a.topline, *b.topline);
    }
    CHECK(a.share_cases == b.share_cases);
    REQUIRE(a.candidates.size() == b.candidates.size());
    for (std::size_t i = 0; i < a.candidates.size(); ++i) {
        check_same(a.candidates[i], b.candidates[i]);
    }
    CHECK(a.alpha == b.alpha);
    CHECK(a.seed == b.seed);
    CHECK(a.budget_money == b.budget_money);
    CHECK(a.budget_seconds == b.budget_seconds);
}

core::Job read_back(const std::string& text) {
    const auto file = parse_job(text, "palier.toml");
    REQUIRE_MESSAGE(file, text);
    return file->job;
}

}  // namespace

TEST_CASE("a written job reads back as the same job") {
    const core::Job job = full_job();
    check_same(read_back(write_job(job, {})), job);
}

TEST_CASE("a small job reads back too, with the defaults") {
    core::Job job;
    job.name = "x";
    job.task = core::Task::Answer;
    job.instructions = "Answer.";
    job.data.test = "d.jsonl";
    job.data.dev = "e.jsonl";
    job.data.train = "more.jsonl";
    job.constraints.quality = {"em", std::nullopt, 950'000};
    job.topline = core::ModelSpec{};
    job.topline->recorded = "t.jsonl";
    job.candidates = {core::ModelSpec{}};
    job.candidates[0].model = "m";
    check_same(read_back(write_job(job, {})), job);
}

TEST_CASE("comments stand above their keys and change nothing") {
    const core::Job job = full_job();
    JobText words;
    words.comments = {{"", "head\n\nsecond = \"line\""},
                      {"job.labels", "the labels"},
                      {"constraints", "what must hold"},
                      {"candidate.1", "because"},
                      {"end", "foot"}};
    const std::string text = write_job(job, words);
    CHECK(text.starts_with("# head\n#\n# second = \"line\"\n\n[job]\n"));
    CHECK(text.find("# the labels\nlabels = ") != std::string::npos);
    CHECK(text.find("# because\n[[candidate]]\nmodel = \"models/x.gguf\"") != std::string::npos);
    CHECK(text.ends_with("\n\n# foot\n"));
    check_same(read_back(text), job);
}

TEST_CASE("a comment can stand for what the job leaves open") {
    core::Job job = full_job();
    job.constraints.memory_bytes.reset();
    job.topline.reset();
    job.share_cases.reset();
    JobText words;
    words.comments = {{"constraints.memory", "memory = \"6 GB\""}, {"topline", "[topline]"}};
    const std::string text = write_job(job, words);
    CHECK(text.find("# memory = \"6 GB\"\nprivacy") != std::string::npos);
    CHECK(text.find("# [topline]\n") != std::string::npos);
    check_same(read_back(text), job);
}

TEST_CASE("any text survives as a TOML string") {
    Rng rng(4);
    const std::string alphabet = "\"\\\n\t\r\x01\x7f#'é=[]{} a";
    for (int i = 0; i < 500; ++i) {
        core::Job job = full_job();
        job.instructions = "x";
        for (std::uint64_t n = rng.below(20); n > 0; --n) {
            job.instructions += alphabet[rng.below(alphabet.size())];
        }
        if (!is_valid_utf8(job.instructions)) {
            continue;
        }
        CHECK(read_back(write_job(job, {})).instructions == job.instructions);
    }
}

}  // namespace palier::job
