#include "system/system.h"

#include "base/rng.h"
#include "system/prompt.h"

#include <doctest/doctest.h>

namespace palier::system {
namespace {

core::Job tickets() {
    core::Job job;
    job.instructions = "Route the ticket.\n";
    job.labels = {"billing", "delivery"};
    return job;
}

engine::Facts some_facts() {
    engine::Facts facts;
    facts.engine = "fake";
    facts.build = "1";
    facts.model_identity = "m";
    return facts;
}

core::Case ticket(const std::string& text) {
    core::Case item;
    item.input = text;
    return item;
}

}  // namespace

TEST_CASE("the prompt holds instructions, labels, shots and the case, in this order") {
    core::Recipe recipe;
    recipe.shots = {{"where is it?", "delivery"}};
    const auto messages = messages_for(tickets(), recipe, ticket("my invoice"));
    REQUIRE(messages.size() == 4);
    CHECK(messages[0].role == "system");
    CHECK(messages[0].content ==
          "Route the ticket.\n\nAnswer with exactly one of these labels and nothing else: billing, "
          "delivery.");
    CHECK(messages[1] == engine::Message{"user", "where is it?"});
    CHECK(messages[2] == engine::Message{"assistant", "delivery"});
    CHECK(messages[3] == engine::Message{"user", "my invoice"});
}

TEST_CASE("a French job is asked in French, and a context stands before the input") {
    core::Job job = tickets();
    job.language = "fr";
    core::Case item = ticket("où est ma commande ?");
    item.context = "client depuis 2019";
    const auto messages = messages_for(job, {}, item);
    CHECK(messages[0].content.find("étiquettes") != std::string::npos);
    CHECK(messages[1].content ==
          "Contexte :\nclient depuis 2019\n\nEntrée :\noù est ma commande ?");
}

TEST_CASE("a schema is shown to the model as it was written") {
    core::Job job = tickets();
    job.task = core::Task::Extract;
    job.schema = "{\"type\":\"object\"}\n";
    CHECK(messages_for(job, {}, ticket("x"))[0].content.ends_with(
        "nothing else:\n{\"type\":\"object\"}"));
}

TEST_CASE("the identity of a System changes with everything that can change its answers") {
    const core::Job job = tickets();
    const engine::Facts facts = some_facts();
    const core::Recipe recipe;
    const std::string base = system_hash(job, recipe, facts);
    CHECK(system_hash(job, recipe, facts) == base);
    core::Recipe other = recipe;
    other.norm = core::LabelNorm::Mean;
    CHECK(system_hash(job, other, facts) != base);
    other = recipe;
    other.shots = {{"a", "b"}};
    CHECK(system_hash(job, other, facts) != base);
    core::Job changed = job;
    changed.instructions += "!";
    CHECK(system_hash(changed, recipe, facts) != base);
    engine::Facts rebuilt = facts;
    rebuilt.build = "2";
    CHECK(system_hash(job, recipe, rebuilt) != base);
    rebuilt = facts;
    rebuilt.weights = "bf16-copy";
    CHECK(system_hash(job, recipe, rebuilt) != base);
}

TEST_CASE("two recipes that ask the same question share its key") {
    const core::Job job = tickets();
    const engine::Facts facts = some_facts();
    core::Recipe sum;
    sum.decide = core::Decide::Score;
    core::Recipe mean = sum;
    mean.norm = core::LabelNorm::Mean;
    const auto item = ticket("x");
    CHECK(request_key(facts, request_for(job, sum, item)) ==
          request_key(facts, request_for(job, mean, item)));
    CHECK(request_key(facts, request_for(job, sum, item)) !=
          request_key(facts, request_for(job, sum, ticket("y"))));
}

TEST_CASE("label scores survive the store and choose by sum, mean or less the empty input") {
    const core::Job job = tickets();
    core::Recipe recipe;
    recipe.decide = core::Decide::Score;
    engine::Response response;
    response.scores = {{-4.0, 4}, {-3.0, 1}};
    const std::string raw = raw_answer(response, core::Decide::Score);
    CHECK(raw == "label_scores -4/4 -3/1");
    CHECK(final_answer(job, recipe, raw, {}) == "delivery");
    recipe.norm = core::LabelNorm::Mean;
    CHECK(final_answer(job, recipe, raw, {}) == "billing");
    recipe.norm = core::LabelNorm::MinusEmpty;
    CHECK(final_answer(job, recipe, raw, {{-9.0, 4}, {-3.5, 1}}) == "billing");
    CHECK(best_label({{-1, 1}, {-1, 1}}, core::LabelNorm::Sum, {}) == 0);
}

TEST_CASE("raw answers that are no label scores are refused, whatever the bytes") {
    CHECK_FALSE(scores_of("billing", 2));
    CHECK_FALSE(scores_of("label_scores -1/1", 2));
    CHECK_FALSE(scores_of("label_scores a/1 -1/1", 2));
    Rng rng(4);
    const std::string_view alphabet = "label_scores /-0123456789.e";
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (auto length = rng.below(40); length > 0; --length) {
            text += alphabet[rng.below(alphabet.size())];
        }
        (void)scores_of(text, 1);
    }
}

TEST_CASE("an answer has room for the longest label") {
    core::Job job = tickets();
    CHECK(max_tokens_for(job) >= 8);
    job.task = core::Task::Extract;
    CHECK(max_tokens_for(job) == 512);
}

}  // namespace palier::system
