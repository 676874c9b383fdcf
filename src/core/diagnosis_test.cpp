#include "core/diagnosis.h"

#include "base/rng.h"
#include "core/names.h"

#include <doctest/doctest.h>

#include <array>

namespace palier::core {
namespace {

Seen right(const std::string& answered = "right") {
    return {k_one, ErrorKind::WrongAnswer, answered};
}

Seen wrong(ErrorKind kind, const std::string& answered = "wrong") {
    return {0, kind, answered};
}

// A candidate on its highest prompting rung, of which nothing is left to try.
struct Scene {
    Findings findings;

    Scene() {
        findings.labels = 10;
        findings.asked = 100;
        findings.possible = {Rung::ZeroShot, Rung::Structured, Rung::FewShot};
        findings.tried = findings.possible;
    }

    void add(int times, const Seen& own, const std::map<Probe, Seen>& probes) {
        for (int i = 0; i < times; ++i) {
            const std::string id = "c" + std::to_string(findings.cases.size());
            findings.cases.push_back({id, "input " + id, "right", own, probes});
            ++findings.failed;
        }
    }
    [[nodiscard]] Diagnosis diagnosed() const { return diagnose(findings); }
};

Ballot ballot(const std::string& id,
              const std::string& expected,
              const std::string& topline,
              const std::vector<std::string>& candidates) {
    const auto said = [&](const std::string& answer) {
        return Seen{answer == expected ? k_one : 0, ErrorKind::WrongLabel, answer};
    };
    Ballot made{id, expected, said(topline), {}};
    for (const std::string& answer : candidates) {
        made.candidates.push_back(said(answer));
    }
    return made;
}

}  // namespace

TEST_CASE("without failures, and with a System that passes, there is nothing to repair") {
    Scene scene;
    Diagnosis found = scene.diagnosed();
    CHECK(found.recommendation.action == Action::Nothing);
    CHECK(found.lora == LoraGate::NothingToRepair);
    scene.add(4, wrong(ErrorKind::WrongLabel), {{Probe::AsIs, wrong(ErrorKind::WrongLabel)}});
    scene.findings.passes = true;
    found = scene.diagnosed();
    CHECK(found.recommendation.action == Action::Nothing);
    CHECK(found.table.size() == 1);
}

TEST_CASE("a wrong label that comes back whatever the prompt opens lora, with its evidence") {
    Scene scene;
    scene.add(9,
              wrong(ErrorKind::WrongLabel, "a"),
              {{Probe::AsIs, wrong(ErrorKind::WrongLabel, "a")}, {Probe::Topline, right()}});
    scene.add(
        1, wrong(ErrorKind::WrongLabel, "a"), {{Probe::AsIs, wrong(ErrorKind::WrongLabel, "b")}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.recommendation.action == Action::FineTune);
    CHECK(found.recommendation.kind == ErrorKind::WrongLabel);
    CHECK(found.recommendation.cases == 10);
    CHECK(found.lora == LoraGate::Opened);
    CHECK(found.recurring == 9);
    CHECK(found.compared == 10);
    CHECK(found.chance == doctest::Approx(0.1));
    CHECK(found.recurrence.low > 0.5);
    REQUIRE(found.table.size() == 1);
    const KindFound& row = found.table.front();
    CHECK(row.retrieval.help == Help::No);
    CHECK(row.fine_tuning.help == Help::Yes);
    REQUIRE(row.confusions.size() == 1);
    CHECK(row.confusions.front().answered == "a");
    CHECK(row.confusions.front().times == 10);
}

TEST_CASE("lora stays closed while a prompting rung that exists was neither tried nor probed") {
    Scene scene;
    scene.findings.tried = {Rung::ZeroShot};
    scene.add(
        9, wrong(ErrorKind::WrongLabel), {{Probe::Constrained, wrong(ErrorKind::WrongLabel)}});
    Diagnosis found = scene.diagnosed();
    CHECK(found.lora == LoraGate::PromptingLeft);
    CHECK(found.recommendation.action == Action::ClimbRung);
    CHECK(found.recommendation.rung == Rung::FewShot);

    scene.findings.possible = {Rung::ZeroShot, Rung::Structured};
    CHECK(scene.diagnosed().lora == LoraGate::Opened);
}

TEST_CASE("lora stays closed where chance could bring the same errors back") {
    // With two labels every wrong answer is the same one.
    Scene scene;
    scene.findings.labels = 2;
    scene.add(
        5, wrong(ErrorKind::WrongLabel, "a"), {{Probe::AsIs, wrong(ErrorKind::WrongLabel, "a")}});
    scene.add(5, wrong(ErrorKind::WrongLabel, "a"), {{Probe::AsIs, right()}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.chance == doctest::Approx(0.5));
    CHECK(found.lora == LoraGate::NotRecurring);
    CHECK(found.recommendation.action != Action::FineTune);
    // Few cases, however alike, and none that was compared are as little.
    Scene two;
    two.add(2, wrong(ErrorKind::WrongLabel), {{Probe::AsIs, wrong(ErrorKind::WrongLabel)}});
    CHECK(two.diagnosed().lora == LoraGate::OtherErrors);
    Scene alone;
    alone.add(9, wrong(ErrorKind::WrongLabel), {});
    CHECK(alone.diagnosed().lora == LoraGate::NotRecurring);
}

TEST_CASE("a reason forces lora open, is kept, and changes no recommendation") {
    Scene scene;
    scene.findings.forced = "the house style is fixed";
    scene.add(6, wrong(ErrorKind::MissingFact), {{Probe::AsIs, wrong(ErrorKind::MissingFact)}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.lora == LoraGate::Forced);
    CHECK(found.forced == "the house style is fixed");
    CHECK(found.recommendation.action == Action::GiveFacts);
    scene.findings.has_model = false;
    CHECK(scene.diagnosed().lora == LoraGate::NoModel);
}

TEST_CASE("a rung that was not tried is recommended where it repairs more than it breaks") {
    Scene scene;
    scene.findings.tried = {Rung::ZeroShot, Rung::Structured};
    scene.findings.asked = 20;
    scene.add(10, wrong(ErrorKind::FormatInvalid, ""), {{Probe::WithExamples, right()}});
    scene.findings.controls[Rung::FewShot] = {10, 9};
    Diagnosis found = scene.diagnosed();
    CHECK(found.recommendation.action == Action::ClimbRung);
    CHECK(found.recommendation.rung == Rung::FewShot);
    CHECK(found.recommendation.cases == 10);
    CHECK(found.table.front().retrieval.help == Help::Yes);

    // It turns every answer round: the failures become right, and the right ones fail.
    scene.findings.controls[Rung::FewShot] = {10, 0};
    found = scene.diagnosed();
    CHECK(found.recommendation.action != Action::ClimbRung);
    CHECK(found.lora == LoraGate::NotRecurring);
}

TEST_CASE("facts that the prompt lacks call for retrieval, never for training") {
    Scene scene;
    scene.add(
        8, wrong(ErrorKind::MissingFact), {{Probe::WithExamples, wrong(ErrorKind::MissingFact)}});
    scene.add(3,
              wrong(ErrorKind::ContextNotUsed),
              {{Probe::GoldContext, right()}, {Probe::AsIs, wrong(ErrorKind::ContextNotUsed)}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.recommendation.action == Action::GiveFacts);
    CHECK(found.recommendation.cases == 11);
    CHECK(found.table[0].retrieval.help == Help::Yes);
    CHECK(found.table[0].fine_tuning.help == Help::No);
    CHECK(found.table[1].retrieval.help == Help::Yes);
    CHECK(found.table[1].retrieval.repaired == 3);
}

TEST_CASE("a context that is read no better alone is a reader's weakness") {
    Scene scene;
    scene.add(8,
              wrong(ErrorKind::ContextNotUsed),
              {{Probe::GoldContext, wrong(ErrorKind::ContextNotUsed)},
               {Probe::WithExamples, wrong(ErrorKind::ContextNotUsed)}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.table.front().retrieval.help == Help::No);
    CHECK(found.recommendation.action == Action::FineTune);
}

TEST_CASE("what is cut off calls for more tokens where more tokens end in an answer") {
    Scene scene;
    scene.add(6, wrong(ErrorKind::Truncated, ""), {{Probe::MoreTokens, right()}});
    CHECK(scene.diagnosed().recommendation.action == Action::RaiseMaxTokens);

    Scene untried;
    untried.add(6, wrong(ErrorKind::Truncated, ""), {});
    CHECK(untried.diagnosed().recommendation.action == Action::Unclear);

    Scene rambling;
    rambling.add(6,
                 wrong(ErrorKind::Truncated, ""),
                 {{Probe::MoreTokens, wrong(ErrorKind::Truncated, "")},
                  {Probe::WithExamples, wrong(ErrorKind::FormatInvalid, "")}});
    const Diagnosis found = rambling.diagnosed();
    CHECK(found.kinds.front() == ErrorKind::FormatInvalid);
    CHECK(found.recommendation.action == Action::FineTune);
}

TEST_CASE("what the topline alone repairs calls for a larger model") {
    Scene scene;
    scene.add(
        6,
        wrong(ErrorKind::Unsupported, "x"),
        {{Probe::WithExamples, wrong(ErrorKind::WrongAnswer, "y")}, {Probe::Topline, right()}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.recommendation.action == Action::LargerModel);
    CHECK(found.lora == LoraGate::OtherErrors);
    // Nor does the topline: nobody knows.
    Scene nobody;
    nobody.add(6, wrong(ErrorKind::Unanswered, ""), {});
    CHECK(nobody.diagnosed().recommendation.action == Action::Unclear);
}

TEST_CASE("an answer that is the same without its context has not used it") {
    Scene scene;
    scene.add(3,
              wrong(ErrorKind::Unsupported, "x"),
              {{Probe::WithoutContext, wrong(ErrorKind::MissingFact, "x")}});
    scene.add(1,
              wrong(ErrorKind::Unsupported, "x"),
              {{Probe::WithoutContext, wrong(ErrorKind::MissingFact, "y")}});
    const Diagnosis found = scene.diagnosed();
    CHECK(found.kinds[0] == ErrorKind::ContextNotUsed);
    CHECK(found.kinds[3] == ErrorKind::Unsupported);
}

TEST_CASE("a reference is in doubt where the topline and two candidates agree against it") {
    const std::vector<Ballot> ballots{
        ballot("slip", "a", "b", {"b", "b"}),
        ballot("split", "a", "b", {"b", "c"}),
        ballot("alone", "a", "b", {"b"}),
        ballot("minority", "a", "b", {"b", "b", "a", "a"}),
        ballot("good", "a", "a", {"b", "b"}),
        ballot("good too", "a", "a", {"a", "a"}),
    };
    CHECK(references_in_doubt(ballots, Task::Classify) == std::set<std::string>{"slip"});

    Scene scene;
    scene.add(3, wrong(ErrorKind::WrongLabel, "b"), {{Probe::AsIs, wrong(ErrorKind::WrongLabel)}});
    scene.findings.in_doubt = {"c0", "c1", "c2"};
    CHECK(scene.diagnosed().recommendation.action == Action::CorrectReferences);
    // What the model gets right once it has seen other references agrees with them.
    scene.findings.cases[0].probes[Probe::WithExamples] = right();
    CHECK(scene.diagnosed().kinds[0] == ErrorKind::WrongLabel);
}

TEST_CASE("a label of which no model gets most cases right is a rule, not many slips") {
    std::vector<Ballot> ballots;
    for (int i = 0; i < 8; ++i) {
        const std::string topline = i < 5 ? "b" : "a";
        ballots.push_back(ballot("c" + std::to_string(i), "a", topline, {topline, topline}));
        ballots.push_back(ballot("d" + std::to_string(i), "b", "b", {"b", "b"}));
    }
    CHECK(references_in_doubt(ballots, Task::Classify).empty());
    // One label is sent to another, which has cases of its own.
    std::vector<Ballot> sent;
    for (int i = 0; i < 8; ++i) {
        sent.push_back(
            ballot("r" + std::to_string(i), "billing", "returns", {"returns", "returns"}));
        sent.push_back(
            ballot("b" + std::to_string(i), "billing", "billing", {"billing", "billing"}));
        sent.push_back(
            ballot("o" + std::to_string(i), "billing", "billing", {"billing", "billing"}));
    }
    // Those of whom nobody else was heard do not make it look rare.
    for (int i = 0; i < 20; ++i) {
        sent.push_back(ballot("u" + std::to_string(i), "billing", "billing", {"billing"}));
    }
    CHECK(references_in_doubt(sent, Task::Classify).empty());
    // Of all cases these are few: without labels there is no group to be a rule of.
    CHECK(references_in_doubt(ballots, Task::Answer).size() == 5);
}

TEST_CASE("a probe repairs a case where it wins half of what the answer lacks") {
    const Seen own{600'000, ErrorKind::WrongAnswer, ""};
    CHECK(repairs({800'000, ErrorKind::WrongAnswer, ""}, own));
    CHECK_FALSE(repairs({799'999, ErrorKind::WrongAnswer, ""}, own));
    CHECK_FALSE(repairs(own, own));
    CHECK_FALSE(repairs(right(), right()));
}

TEST_CASE("whatever is found, the parts add up and what is told is so") {
    constexpr std::array<Probe, 4> probes{
        Probe::AsIs, Probe::WithExamples, Probe::GoldContext, Probe::Topline};
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Rng rng(seed);
        Scene scene;
        const auto some_kind = [&] { return static_cast<ErrorKind>(rng.below(15)); };
        for (std::uint64_t i = rng.below(20); i > 0; --i) {
            std::map<Probe, Seen> seen;
            for (const Probe probe : probes) {
                if (rng.below(2) == 0) {
                    seen[probe] = rng.below(3) == 0 ? right() : wrong(some_kind());
                }
            }
            scene.add(1, wrong(some_kind()), seen);
        }
        const Diagnosis found = scene.diagnosed();
        INFO(seed);
        std::int64_t by_kind = 0, by_cause = 0;
        for (const KindFound& row : found.table) {
            by_kind += row.cases;
            CHECK(found.kinds[row.example] == row.kind);
            CHECK(row.recurring <= row.compared);
        }
        for (const auto& [action, cases] : found.causes) {
            by_cause += cases;
        }
        CHECK(by_kind == found.looked_at);
        CHECK(by_cause == found.looked_at);
        if (found.recommendation.action == Action::FineTune) {
            CHECK(found.lora == LoraGate::Opened);
        }
        if (found.lora == LoraGate::Opened) {
            CHECK(found.recurrence.low > found.chance);
        }
    }
}

}  // namespace palier::core
