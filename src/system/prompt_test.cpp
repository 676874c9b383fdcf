#include "system/prompt.h"

#include "system/test_specs.h"

#include <doctest/doctest.h>

namespace palier::system {

TEST_CASE("the prompt holds instructions, labels, shots and the input, in this order") {
    core::Recipe recipe;
    recipe.shots = {{"where is it?", "delivery"}};
    const auto messages = messages_for(spec_of(tickets(), recipe), {"my invoice", ""});
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
    const auto messages =
        messages_for(spec_of(job, {}), {"où est ma commande ?", "client depuis 2019"});
    CHECK(messages[0].content.find("étiquettes") != std::string::npos);
    CHECK(messages[1].content ==
          "Contexte :\nclient depuis 2019\n\nEntrée :\noù est ma commande ?");
}

TEST_CASE("a schema is shown to the model as it was written") {
    core::Job job = tickets();
    job.task = core::Task::Extract;
    job.schema = "{\"type\":\"object\"}\n";
    CHECK(messages_for(spec_of(job, {}), {"x", ""})[0].content.ends_with(
        "nothing else:\n{\"type\":\"object\"}"));
}

TEST_CASE("an answer has room for the longest label") {
    core::Job job = tickets();
    CHECK(max_tokens_for(job) >= 8);
    job.task = core::Task::Extract;
    CHECK(max_tokens_for(job) == 512);
}

}  // namespace palier::system
