// Planted causes: made jobs whose models fail for one known reason, to be climbed and diagnosed.
#pragma once

#include "core/diagnosis.h"
#include "run/diagnose.h"
#include "run/test_world.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace palier::run {

// What a model says to a case, however it is asked: a label where labels are scored.
using Says = std::function<std::string(const core::Case&, const engine::Request&)>;

struct Planted {
    std::string name;
    std::string job;     // the lines of [job]
    std::string metric;  // with its threshold: `metric = "em", min = 0.9`
    std::string language = "en";
    std::vector<core::Case> dev, test;
    // Of the same cases as the models know them, where the references are not the truth.
    std::map<std::string, std::string> truth;
    Says topline, candidate, other;  // empty topline: none
    std::string candidate_lines;     // more of the candidate's table
    bool endpoint = false;           // the candidate is behind one
    std::string tables;              // more of the job
    core::Action expected = core::Action::Nothing;
    core::ErrorKind kind = core::ErrorKind::WrongAnswer;  // of the recommendation

    // What is true of a case.
    [[nodiscard]] std::string known(const core::Case& item) const;
};

[[nodiscard]] bool shows_examples(const engine::Request& request);

// The scenarios that the rules were written against.
[[nodiscard]] std::vector<Planted> planted_causes();
// Others, made after the rules stood: of other domains, by seed.
[[nodiscard]] std::vector<Planted> other_planted_causes(std::uint64_t seed);

// Climbs it in a world of its own and diagnoses the candidate.
class PlantedWorld {
   public:
    explicit PlantedWorld(const Planted& planted);
    [[nodiscard]] Result<core::DiagnosedRun> diagnose(const std::string& force = "");
    TestWorld world;
    std::int64_t run = 0;

   private:
    [[nodiscard]] Model model(const Planted& planted, const Says& says);
};

}  // namespace palier::run
