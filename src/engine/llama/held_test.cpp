// Texts that are held to a schema or a pattern, on a tiny random model, which of itself would write
// neither; and on a real one where PALIER_MODELS names a folder that has it.
#include "engine/llama/held_text.h"
#include "engine/llama/test_asking.h"
#include "engine/llama/tiny_model.h"
#include "schema/language.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace palier::engine::llama {
namespace {

const std::string k_order = R"({"type": "object", "properties": {
    "product": {"enum": ["ham", "spam"]}, "count": {"type": "integer", "minimum": 1, "maximum": 99},
    "paid": {"type": "boolean"}}, "required": ["product", "count", "paid"],
    "additionalProperties": false})";

Request held(std::uint64_t id,
             const std::string& input,
             const std::string& schema,
             int most = 500) {
    Request request = generate(id, input, most);
    request.constraint = {Constraint::Kind::Schema, schema};
    return request;
}

bool obeys(const std::string& schema, const std::string& text) {
    const auto value = json::parse_or_nothing(text);
    return value && schema::Schema::read(schema)->accepts(*value);
}

HeldText held_text(const std::string& schema, const std::string& closing, bool thinks) {
    return {schema::Language::of(*schema::Schema::read(schema))->begin(), closing, thinks};
}

bool takes_all(HeldText text, const std::vector<std::string>& tokens) {
    return std::all_of(
        tokens.begin(), tokens.end(), [&](const std::string& token) { return text.take(token); });
}

TEST_CASE("a text that is held to a schema obeys it, in both lanes, cold and warm") {
    const auto engine = opened(spec_of(tiny_path()));
    std::vector<Request> batch;
    for (std::size_t i = 0; i < 24; ++i) {
        batch.push_back(held(i + 1, k_inputs[i % k_inputs.size()], k_order));
        batch.back().sampling.temperature = i < 8 ? 0 : 1.5;
        batch.back().sampling.seed = i;
        batch.back().sampling.top_k = i < 16 ? 0 : 40;
    }
    for (const Priority priority : {Priority::FixedBatch, Priority::Interactive}) {
        for (Request& request : batch) {
            request.priority = priority;
        }
        const auto ends = run(*engine, batch);
        for (const Request& request : batch) {
            const Response response = answer(ends, request.id);
            CAPTURE(response.text);
            CHECK(response.finish == Finish::End);
            CHECK(obeys(k_order, response.text));
        }
    }
}

TEST_CASE("a text that is held to a pattern matches it whole") {
    const auto engine = opened(spec_of(tiny_path()));
    Request request = generate(1, k_inputs[0], 50);
    request.constraint = {Constraint::Kind::Regex, "(ham|spam) [0-9]{3}(,é)?!"};
    const Response response = answer(run(*engine, {request}), 1);
    CAPTURE(response.text);
    CHECK(schema::Language::of_pattern(request.constraint.text)->begin().feed(response.text));
    CHECK(response.text.ends_with("!"));
    CHECK(response.finish == Finish::End);
}

TEST_CASE("a text that is cut at its limit says so and is the beginning of one that obeys") {
    const auto engine = opened(spec_of(tiny_path()));
    const Response response = answer(run(*engine, {held(1, k_inputs[0], k_order, 6)}), 1);
    CHECK(response.finish == Finish::Length);
    CHECK(response.output_tokens == 6);
    CHECK(held_text(k_order, "", false).take(response.text));
}

TEST_CASE("what cannot be followed is refused with its place, and nothing is written") {
    const auto engine = opened(spec_of(tiny_path()));
    const auto refused = [&](const Constraint& constraint) {
        Request request = generate(1, k_inputs[0], 20);
        request.constraint = constraint;
        const auto ends = run(*engine, {request});
        REQUIRE(failure(ends, 1) == FailureKind::Unsupported);
        return std::get<Failed>(ends.at(1).what).detail;
    };
    CHECK(refused({Constraint::Kind::Schema,
                   R"({"properties": {"a": {"type": "array", "uniqueItems": true}}})"})
              .find("/properties/a, keyword uniqueItems") != std::string::npos);
    CHECK(refused({Constraint::Kind::Schema, R"({"properties": {"a": {"type": "list"}}})"})
              .find("/properties/a/type") != std::string::npos);
    CHECK(
        refused({Constraint::Kind::Schema, R"({"$ref": "https://example.org/s"})"}).find("2563") !=
        std::string::npos);
    CHECK(refused({Constraint::Kind::Regex, "(a"}).find("2567") != std::string::npos);
    CHECK(engine->counters().tokens_computed == 0);
}

TEST_CASE("thoughts, schema and stop strings work together") {
    TinyModel model;
    model.chat_template = "{{ messages[0].content }}{% if enable_thinking %}<think>\n{% endif %}";
    const TemporaryFile file(tiny_gguf(model));
    const auto engine = opened(spec_of(file.path()));
    for (const bool thinks : {false, true}) {
        for (const bool stops : {false, true}) {
            for (const bool is_held : {false, true}) {
                CAPTURE(thinks);
                CAPTURE(stops);
                CAPTURE(is_held);
                Request request =
                    is_held ? held(1, k_inputs[0], k_order, 500) : generate(1, k_inputs[0], 60);
                request.sampling.thinking = thinks;
                if (stops) {
                    request.sampling.stop = {"\"", "a", "e", "o"};
                }
                const Response response = answer(run(*engine, {request}), 1);
                CAPTURE(response.text);
                // This model never ends a thought.
                CHECK(obeys(k_order, response.text) == (is_held && !thinks));
                CHECK((response.finish == Finish::End) == (is_held ? !thinks : stops));
            }
        }
    }
}

TEST_CASE("the language begins after the thought, wherever tokens are cut") {
    CHECK(takes_all(held_text(k_order, "</think>", true),
                    {"Hm: {", "1 </thi", "nk>", "\n\n", "{\"pa"}));
    CHECK(takes_all(held_text(k_order, "", true), {"<th", "ink>", "so </think>{", "\"paid\""}));
    CHECK(takes_all(held_text(k_order, "", true), {"\n{\"", "paid"}));
    CHECK_FALSE(takes_all(held_text(k_order, "", true), {"So"}));
    CHECK_FALSE(takes_all(held_text(k_order, "</think>", true), {"a</think> So"}));
    CHECK_FALSE(takes_all(held_text(k_order, "", false), {"<th"}));
    HeldText text =
        held_text(R"({"type": "integer", "maximum": 99, "minimum": 10})", "</think>", true);
    REQUIRE(text.take("a thought"));
    CHECK_FALSE(text.may_end());
    REQUIRE(text.take(" more</think> 12"));
    CHECK(text.must_end());
    CHECK_FALSE(text.take(""));
}

TEST_CASE("a real model is held to a schema at little cost") {
    const std::string path = real_model();
    if (path.empty()) {
        return;
    }
    const auto engine = opened(spec_of(path));
    const auto ms_per_token = [&](Request request) {
        const Response response = answer(run(*engine, {request}), request.id);
        if (request.constraint.kind == Constraint::Kind::Schema) {
            CAPTURE(response.text);
            CHECK(obeys(request.constraint.text, response.text));
        }
        return (*response.total_ms - *response.ttft_ms) / std::max(1, *response.output_tokens - 1);
    };
    const std::string input =
        "Extract the order as JSON with product, count and paid: Please send 12 cans of spam, I "
        "have paid already.";
    std::vector<double> free;
    std::vector<double> bound;
    for (std::uint64_t round = 0; round < 5; ++round) {
        free.push_back(ms_per_token(generate(round, input, 30)));
        bound.push_back(ms_per_token(held(round, input, k_order, 60)));
    }
    std::sort(free.begin(), free.end());
    std::sort(bound.begin(), bound.end());
    MESSAGE("ms a token: free " << free[2] << ", held to a schema " << bound[2]);
}

}  // namespace
}  // namespace palier::engine::llama
