#include "machine/examination.h"

#include "machine/codes.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

namespace palier::machine {
namespace {

bool names(const std::vector<Problem>& problems, int code) {
    return std::any_of(
        problems.begin(), problems.end(), [&](const Problem& p) { return p.code == code; });
}

// A machine with nothing in the way.
FakeTree& good(FakeTree& tree) {
    return tree.put("/proc/cpuinfo", "processor: 0\ncore id: 0\nflags: avx2 fma f16c\n")
        .put("/proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n")
        .put("/proc/loadavg", "0.01 0.0 0.0 1/100 1\n")
        .put("/models/a.gguf", "0123456789");
}

Examination examined(const FakeTree& tree) {
    return examine({tree.root(), tree.root() + "/models", tree.root() + "/runs.db"});
}

}  // namespace

TEST_CASE("a good machine has no problem, and its models are found") {
    FakeTree tree;
    good(tree).put("/models/notes.txt", "x").put("/models/part.gguf.part", "x");
    const Examination found = examined(tree);
    REQUIRE(found.models.size() == 1);
    CHECK(found.models[0].name == "a.gguf");
    CHECK(found.models[0].bytes == 10);
    CHECK(problems_of(found).empty());
}

TEST_CASE("no AVX2, a container limit and little memory are each said with their figures") {
    FakeTree tree;
    good(tree)
        .put("/proc/cpuinfo", "processor: 0\nflags: sse2\n")
        .put("/sys/fs/cgroup/memory.max", "1073741824\n")
        .put("/sys/fs/cgroup/memory.current", "500000000\n");
    const auto problems = problems_of(examined(tree));
    CHECK(names(problems, codes::no_vectors));
    CHECK(names(problems, codes::memory_low));
    REQUIRE(names(problems, codes::container_memory));
    for (const Problem& problem : problems) {
        if (problem.code == codes::container_memory) {
            CHECK(problem.args[0].second == "1073741824");
        }
    }
}

TEST_CASE("what the system does not tell is a problem of its own, not a bad figure") {
    FakeTree tree;
    tree.put("/models/a.gguf", "x");
    const auto problems = problems_of(examined(tree));
    CHECK(names(problems, codes::instructions_unknown));
    CHECK(names(problems, codes::memory_unknown));
    CHECK_FALSE(names(problems, codes::no_vectors));
    CHECK_FALSE(names(problems, codes::memory_low));
}

TEST_CASE("a missing folder of models and an empty one are told apart") {
    FakeTree tree;
    good(tree);
    Examination found = examined(tree);
    found.models.clear();
    CHECK(names(problems_of(found), codes::no_model));
    found.models_dir_exists = false;
    CHECK(names(problems_of(found), codes::no_models_folder));
}

TEST_CASE("load by others is a problem from a quarter of the processors on") {
    FakeTree tree;
    Examination found = examined(good(tree));
    found.busy_share = 0.1;
    CHECK(problems_of(found).empty());
    found.busy_share = 0.6;
    CHECK(names(problems_of(found), codes::processors_busy));
    found.busy_share.reset();
    found.load = found.allowed_threads + 1.0;
    CHECK(names(problems_of(found), codes::load_high));
}

TEST_CASE("a speed that was measured beside others is a problem until it is taken again") {
    FakeTree tree;
    Examination found = examined(good(tree));
    CHECK(problems_of(found).empty());
    found.calibrated_busy = true;
    CHECK(names(problems_of(found), codes::calibrated_beside_others));
}

TEST_CASE("a service that answers strangely or has no model is a problem") {
    FakeTree tree;
    Examination found = examined(good(tree));
    found.services = {{"Ollama", "u", Service::State::Running, {}, ""},
                      {"vLLM", "u", Service::State::Unrecognised, {}, "HTTP 401"},
                      {"LM Studio", "u", Service::State::Silent, {}, "slow"},
                      {"llama-server", "u", Service::State::Absent, {}, ""}};
    const auto problems = problems_of(found);
    CHECK(problems.size() == 3);
    CHECK(names(problems, codes::service_without_model));
    CHECK(names(problems, codes::service_silent));
    CHECK(names(problems, codes::service_unrecognised));
}

TEST_CASE("keys are told by name, and an empty one is a problem") {
    setenv("GROQ_API_KEY", "", 1);
    setenv("MISTRAL_API_KEY", "very secret", 1);
    FakeTree tree;
    const Examination found = examined(good(tree));
    unsetenv("GROQ_API_KEY");
    unsetenv("MISTRAL_API_KEY");
    CHECK(std::count(found.keys_set.begin(), found.keys_set.end(), "MISTRAL_API_KEY") == 1);
    for (const std::string& name : found.keys_set) {
        CHECK(name.find("secret") == std::string::npos);
    }
    CHECK(names(problems_of(found), codes::key_empty));
}

TEST_CASE("a container that grants less time than it shows threads says how many to use") {
    FakeTree tree;
    Examination found = examined(good(tree));
    found.allowed_threads = 8;
    found.cpu_limit = 2.5;
    const auto problems = problems_of(found);
    REQUIRE(names(problems, codes::container_threads));
    CHECK(problems[0].args[0].second == "2.50");
    CHECK(problems[0].args[2].second == "2");
}

}  // namespace palier::machine
