// For the tests of system: a job, its spec, and a System over a scripted engine.
#pragma once

#include "engine/fake/fake.h"
#include "system/identity.h"
#include "system/system.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace palier::system {

inline core::Job tickets() {
    core::Job job;
    job.instructions = "Route the ticket.\n";
    job.labels = {"billing", "delivery"};
    return job;
}

inline engine::Facts some_facts() {
    engine::Facts facts = engine::fake::plain_facts("m", {engine::Capability::Schema});
    facts.build = "1";
    facts.model_identity = "identity of m";
    facts.context_tokens = 4096;
    facts.threads = 2;
    return facts;
}

inline core::System system_value(const core::Job& job, const core::Recipe& recipe = {}) {
    core::System value;
    value.id = "m/zero-shot";
    value.candidate = "m";
    value.spec = spec_of(job, recipe, some_facts());
    value.hash = hash_of(value.spec);
    return value;
}

// A System and its engine, which says what the script says.
struct Desk {
    explicit Desk(engine::fake::Script script,
                  const core::System& value = system_value(tickets()),
                  std::optional<core::Price> price = std::nullopt)
        : engine(std::move(script), {&clock, 4, std::nullopt}, some_facts()),
          system({value, price, engine.open_client(), std::nullopt, nullptr}) {}

    FakeClock clock;
    engine::fake::FakeEngine engine;
    System system;
};

}  // namespace palier::system
