#include "run/test_world.h"

#include "lib/json/json.h"
#include "store/sqlite/summary_json.h"
#include "system/identity.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace palier::run {
namespace {

// A number out of 1,000 for each case, the same for all models: the better one knows what the
// weaker one knows, and more.
int difficulty(int n) {
    return static_cast<int>(Rng(static_cast<std::uint64_t>(n) + 1).below(1000));
}

int number_in(const std::string& input) {
    const auto digits = input.find_first_of("0123456789");
    return digits == std::string::npos ? -1 : std::stoi(input.substr(digits));
}

engine::fake::Answer answer_of(const Model& model, const engine::Request& request) {
    const int n = number_in(request.input);
    const bool scored = request.kind == engine::Kind::Score;
    const double share = scored                        ? model.scored
                         : request.messages.size() > 2 ? model.few_shot
                                                       : model.zero_shot;
    const bool right = difficulty(n) < share * 1000;
    const std::string label = planning::label_of(n);
    // After an empty input both are equally likely.
    const auto likely = [&](const std::string& one) {
        return n >= 0 && (one == label) == right ? -1.0 : -2.0;
    };
    engine::fake::Answer answer = scored  ? engine::fake::scored(request, likely)
                                  : right ? engine::fake::Answer(label)
                                          : engine::fake::Answer(label == "ham" ? "spam" : "ham");
    answer.latency = model.latency;
    return answer;
}

}  // namespace

Model knowing(double share) {
    Model model;
    model.zero_shot = model.scored = model.few_shot = share;
    return model;
}

TestWorld::TestWorld() {
    sink_ = [this](const Progress& told) { progress.push_back(told); };
}

engine::fake::Script TestWorld::script(const Model& model, const std::string& name) {
    return [this, model, name](const engine::Request& request) {
        ++asked;
        requests[name].push_back(request);
        if (interrupt_at_ && asked >= *interrupt_at_) {
            interrupted = true;
        }
        if (model.instead) {
            if (auto answer = model.instead(request)) {
                return *answer;
            }
        }
        return answer_of(model, request);
    };
}

void TestWorld::go_on() {
    interrupt_at_.reset();
    interrupted = false;
}

void TestWorld::add(const std::string& name, const Model& model) {
    engines.add(name, script(model, name), {&clock, model.at_once, std::nullopt});
}

void TestWorld::add_endpoint(const std::string& name, const Model& model) {
    engine::Facts facts = engine::fake::plain_facts(name);
    facts.capabilities = {engine::Capability::Generate};
    engines.add(name, script(model, name), {&clock, model.at_once, std::nullopt}, facts);
}

void TestWorld::add_decisions(const std::string& name, const Model& model) {
    engine::Facts facts = engine::fake::plain_facts(name);
    facts.capabilities = {engine::Capability::Score};
    engines.add(name, script(model, name), {&clock, model.at_once, std::nullopt}, facts);
}

std::string TestWorld::add_recording(const std::string& name, const Model& model) {
    engine::Facts facts = engine::fake::plain_facts(name);
    facts.recorded = true;
    facts.has_latency = false;
    facts.capabilities = {engine::Capability::Generate};
    Model at_once = model;
    at_once.latency = std::chrono::microseconds(0);
    engines.add(name, script(at_once, name), {&clock, 64, std::nullopt}, facts);
    const std::string path = folder.file(name + ".jsonl");
    store_sqlite::write_bytes(path, "answers of " + name);
    return path;
}

std::string TestWorld::add_file(const std::string& name, int parameters, const Model& model) {
    add(name, model);
    return write_model(name, parameters);
}

planning::ClimbOptions TestWorld::plain() {
    planning::ClimbOptions options;
    options.file_weights = true;  // what pays on this machine is no matter of these tests
    options.palier_version = "test";
    return options;
}

Result<ClimbResult> TestWorld::climb(const job::JobFile& file, planning::ClimbOptions options) {
    return run::climb(file,
                      options,
                      {engines,
                       *store,
                       clock,
                       interrupted,
                       sink_,
                       nullptr,
                       machine_root,
                       [this](const core::Note& note) { said_first.emplace_back(note, asked); }});
}

TestWorld::Asked TestWorld::ask(const core::Job& job,
                                const core::Recipe& recipe,
                                const Model& model,
                                std::optional<core::Price> price,
                                std::optional<std::uint64_t> shuffle) {
    Asked made;
    made.engine = std::make_unique<engine::fake::FakeEngine>(
        script(model), engine::fake::Options{&clock, model.at_once, shuffle});
    core::System value;
    value.id = "model/zero-shot";
    value.candidate = "model";
    value.spec = system::spec_of(job, recipe, made.engine->facts());
    value.hash = system::hash_of(value.spec);
    made.system = std::make_unique<system::System>(system::Parts{
        std::move(value), std::move(price), made.engine->open_client(), std::nullopt});
    return made;
}

Surroundings TestWorld::around(const core::Job& job, Budget& budget) {
    auto grader = eval::make_grader(job);
    REQUIRE(grader);
    grader_ = std::move(*grader);
    store::RunRow row;
    row.identity = "test";
    const auto begun = store->begin_run(row);
    REQUIRE(begun);
    return {job, *grader_, *store, begun->row, "", clock, budget, interrupted, sink_};
}

std::map<std::string, core::Trial> TestWorld::answers(std::int64_t run) {
    std::map<std::string, core::Trial> answers;
    REQUIRE(store->each_trial(run, std::nullopt, "", [&](const store::Placed& placed) {
        answers.emplace(placed.trial.request_key, placed.trial);
        return true;
    }));
    return answers;
}

std::int64_t TestWorld::trials(std::int64_t run,
                               std::optional<store::Phase> phase,
                               const std::string& system_hash) {
    std::int64_t count = 0;
    REQUIRE(store->each_trial(run, phase, system_hash, [&](const store::Placed&) {
        ++count;
        return true;
    }));
    return count;
}

std::string essence(core::Summary summary) {
    summary.run.clear();
    summary.started_at.clear();
    summary.job_path.clear();
    summary.elapsed_s = 0;
    std::erase_if(summary.facts, [](const auto& fact) { return fact.first == "run"; });
    for (core::SystemSummary& system : summary.systems) {
        if (system.source) {
            system.source->model.clear();  // a path of this world
            system.source->recorded.clear();
        }
        if (system.measure.latency) {
            system.measure.latency->load_average = 0;
        }
    }
    for (core::RungTried& rung : summary.rungs) {
        rung.seconds.reset();
    }
    return json::write(store_sqlite::summary_to_json(summary));
}

const core::SystemSummary& system_named(const core::Summary& summary, const std::string& id) {
    const auto found = std::find_if(
        summary.systems.begin(), summary.systems.end(), [&](const core::SystemSummary& system) {
            return system.verdict.id == id || system.verdict.candidate == id;
        });
    INFO(id);
    REQUIRE(found != summary.systems.end());
    return *found;
}

bool has_note(const core::Summary& summary, int code) {
    return std::any_of(summary.notes.begin(), summary.notes.end(), [&](const core::Note& note) {
        return note.code == code;
    });
}

}  // namespace palier::run
