#include "run/test_planted.h"

#include "lib/json/json.h"

#include <doctest/doctest.h>

namespace palier::run {
namespace {

std::string lines_of(const std::vector<core::Case>& cases) {
    std::string lines;
    for (const core::Case& item : cases) {
        json::Value value;
        value.add("id", item.id).add("input", item.input).add("expected", item.expected.front());
        if (!item.context.empty()) {
            value.add("context", item.context);
        }
        lines += json::write(value) + "\n";
    }
    return lines;
}

// Text, cut where it is too long, or scores that choose the label.
engine::fake::Answer answer_to(const engine::Request& request, const std::string& said) {
    return request.kind == engine::Kind::Score
               ? engine::fake::scored(
                     request, [&](const std::string& label) { return label == said ? -1.0 : -3.0; })
               : engine::fake::within_limit(request, said);
}

}  // namespace

std::string Planted::known(const core::Case& item) const {
    const auto found = truth.find(item.id);
    return found == truth.end() ? item.expected.front() : found->second;
}

bool shows_examples(const engine::Request& request) {
    return request.messages.size() > 2;
}

Model PlantedWorld::model(const Planted& planted, const Says& says) {
    std::map<std::string, core::Case> by_input;
    for (const std::vector<core::Case>* cases : {&planted.dev, &planted.test}) {
        for (const core::Case& item : *cases) {
            by_input.emplace(item.input, item);
        }
    }
    Model model;
    model.instead = [by_input = std::move(by_input),
                     says](const engine::Request& request) -> std::optional<engine::fake::Answer> {
        const auto found = by_input.find(request.input);
        return answer_to(request, found == by_input.end() ? "" : says(found->second, request));
    };
    return model;
}

PlantedWorld::PlantedWorld(const Planted& planted) {
    store_sqlite::write_bytes(world.folder.file("test.jsonl"), lines_of(planted.test));
    store_sqlite::write_bytes(world.folder.file("dev.jsonl"), lines_of(planted.dev));
    std::string text = "[job]\nname = \"planted\"\nlanguage = \"" + planted.language + "\"\n" +
                       planted.job +
                       "[data]\ntest = \"test.jsonl\"\ndev = \"dev.jsonl\"\n"
                       "[constraints]\nquality = { " +
                       planted.metric + " }\n[climb]\norder = \"down\"\nbaselines = false\n";
    if (planted.topline) {
        text += "[topline]\nmodel = \"" +
                world.add_file("large", 9000, model(planted, planted.topline)) + "\"\n";
    }
    if (planted.endpoint) {
        world.add_endpoint("small", model(planted, planted.candidate));
        text += "[[candidate]]\nendpoint = \"http://127.0.0.1:1/v1\"\nmodel = \"small\"\n";
    } else {
        text += "[[candidate]]\nmodel = \"" +
                world.add_file("small", 100, model(planted, planted.candidate)) + "\"\n";
    }
    text += planted.candidate_lines;
    if (planted.other) {
        text += "[[candidate]]\nmodel = \"" +
                world.add_file("other", 200, model(planted, planted.other)) + "\"\n";
    }
    text += planted.tables;
    auto file = job::parse_job(text, world.folder.file("palier.toml"));
    INFO(planted.name << (file ? "" : " " + std::to_string(file.error().code)));
    REQUIRE(file);
    const auto climbed = world.climb(*file);
    INFO((climbed ? "" : std::to_string(climbed.error().code)));
    REQUIRE(climbed);
    run = climbed->run;
}

Result<core::DiagnosedRun> PlantedWorld::diagnose(const std::string& force) {
    DiagnosisQuestion question;
    question.system = "small";
    question.force = force;
    return run::diagnose(
        question,
        {world.engines, *world.store, world.clock, world.interrupted, [](const Progress&) {}});
}

}  // namespace palier::run
