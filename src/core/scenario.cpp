#include "core/scenario.h"

#include "base/text.h"
#include "core/names.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace palier::core {
namespace {

using Words = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& what) {
    throw std::runtime_error(what);
}

Words words_of(std::string_view text) {
    std::istringstream stream{std::string(text)};
    Words words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

template <class T>
T known(std::optional<T> value, std::string_view word) {
    if (!value) {
        refuse("not understood: " + std::string(word));
    }
    return *value;
}

double number(const std::string& word) {
    std::size_t used = 0;
    const double value = std::stod(word, &used);
    if (used != word.size()) {
        refuse("not a number: " + word);
    }
    return value;
}

// The word after `name`; nullopt if `name` is not there.
std::optional<std::string> after(const Words& words, std::string_view name) {
    const auto found = std::ranges::find(words, name);
    if (found == words.end() || found + 1 == words.end()) {
        return std::nullopt;
    }
    return *(found + 1);
}

bool has(const Words& words, std::string_view name) {
    return std::ranges::find(words, name) != words.end();
}

// --- Reading

Candidate read_candidate(const Words& words) {
    Candidate candidate;
    candidate.id = words.at(1);
    for (std::size_t i = 2; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "size") {
            ++i;
            candidate.size = known(parse_parameters(words.at(i)), words.at(i));
        } else if (word == "rungs") {
            for (; i + 1 < words.size(); ++i) {
                const std::optional<Rung> rung = rung_from(words[i + 1]);
                if (!rung) {
                    break;
                }
                candidate.rungs.push_back(*rung);
            }
        } else if (word == "recorded") {
            candidate.recorded = true;
            candidate.latency_measurable = candidate.memory_measurable = false;
        } else if (word == "scores") {
            candidate.abilities.can_score = true;
        } else if (word == "states") {
            candidate.abilities.can_read_state = true;
        } else if (word == "baseline") {
            candidate.baseline = true;
            candidate.size = 0;
            candidate.rungs = {Rung::Baseline};
        } else if (word == "memory-elsewhere") {
            candidate.memory_measurable = false;
        } else if (word == "screened") {
            candidate.screened_out.push_back({words.at(++i), std::nullopt, std::nullopt});
        } else if (word != "shown-only") {
            refuse("not understood: " + word);
        }
    }
    return candidate;
}

void read_limit(const Words& words, ClimbPlan& plan) {
    const std::string& name = words.at(1);
    if (name == "latency_p95") {
        plan.p95_ms = number(words.at(2));
    } else if (name == "ttft_p95") {
        plan.ttft_p95_ms = number(words.at(2));
    } else if (name == "cost") {
        plan.cost_per_1k = number(words.at(2));
    } else if (name == "memory") {
        plan.memory_bytes = known(parse_bytes(words.at(2) + " " + words.at(3)), words[2]);
    } else {
        refuse("no such limit: " + name);
    }
}

void read_quality(const Words& words, ClimbPlan& plan) {
    plan.quality.metric = words.at(1);
    const Micros limit = micros_of(number(words.at(3)));
    (words.at(2) == "of_topline" ? plan.quality.of_topline : plan.quality.min) = limit;
    plan.sequential = !has(words, "whole-set");
}

void read_line(const Words& words, Scenario& scenario) {
    ClimbPlan& plan = scenario.plan;
    const std::string& verb = words.front();
    const auto tail = [&](std::size_t from) {
        return join(Words(words.begin() + static_cast<std::ptrdiff_t>(from), words.end()), " ");
    };
    if (verb == "quality") {
        read_quality(words, plan);
    } else if (verb == "limit") {
        read_limit(words, plan);
    } else if (verb == "order") {
        plan.order = known(order_from(words.at(1)), words[1]);
    } else if (verb == "alpha") {
        plan.alpha = number(words.at(1));
    } else if (verb == "cases") {
        plan.dev_cases = std::stoll(known(after(words, "dev"), "cases"));
        plan.test_cases = std::stoll(known(after(words, "test"), "cases"));
    } else if (verb == "topline") {
        plan.topline = read_candidate(words);
        plan.topline_shown_only = has(words, "shown-only");
    } else if (verb == "candidate") {
        plan.candidates.push_back(read_candidate(words));
    } else if (verb == "unreachable") {
        scenario.blows[words.at(1)] = {Trouble::Unreachable, after(words, "at").value_or("")};
    } else if (verb == "trouble") {
        scenario.blows[words.at(1)] = {known(trouble_from(words.at(2)), words[2]),
                                       after(words, "at").value_or("")};
    } else if (verb == "stop") {
        scenario.stop = known(stop_cause_from(words.at(1)), words[1]);
        scenario.stop_after_steps = std::stoi(known(after(words, "after"), "stop"));
    } else {
        if (!has({"dev", "measure", "proof", "latency", "memory", "cost", "future"}, verb)) {
            refuse("not understood: " + verb);
        }
        std::size_t key_words = verb == "dev" ? 3 : 2;
        key_words += verb == "dev" && label_norm_from(words.at(3)) ? 1 : 0;
        const Words key(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(key_words));
        scenario.measures[join(key, " ")] = tail(key_words);
    }
}

// --- Playing

// Performs steps as the script says, and writes down what came of each.
class Player {
   public:
    explicit Player(const Scenario& scenario) : scenario_(scenario) {}

    const History& history() const { return history_; }
    std::string perform(const Step& step) {
        return std::visit([&](const auto& known_step) { return done(known_step); }, step);
    }
    void stop(StopCause why) { history_.stopped = why; }

   private:
    const std::string& measure(const std::string& key) const {
        const auto found = scenario_.measures.find(key);
        if (found == scenario_.measures.end()) {
            refuse("the script has no line: " + key);
        }
        return found->second;
    }

    // What comes over this candidate at this step, written down: "" if nothing does.
    std::string blow(const std::string& candidate, std::string_view at) {
        const auto found = scenario_.blows.find(candidate);
        if (found == scenario_.blows.end() ||
            !(found->second.at.empty() || found->second.at == at)) {
            return "";
        }
        const Trouble trouble = found->second.trouble;
        history_.troubles[candidate] = trouble;
        return (trouble == Trouble::Unreachable ? "" : "trouble ") + std::string(name_of(trouble));
    }

    static std::string candidate_of(const std::string& system) {
        return system.substr(0, system.rfind('/'));
    }

    // The price stated in the job and the tokens counted: known with the answers.
    void add_cost(const std::string& candidate, const std::string& system) {
        const auto cost = scenario_.measures.find("cost " + candidate);
        if (cost != scenario_.measures.end()) {
            history_.cost_per_1k[system] =
                cost->second == "unknown" ? std::nullopt : std::optional(number(cost->second));
        }
    }

    // The norm tells apart recipes that score labels, its name a baseline.
    static std::string name_in_script(const TryRecipe& step) {
        if (step.recipe.baseline != Baseline::None) {
            return step.candidate + " " + std::string(name_of(step.recipe.baseline));
        }
        std::string name = step.candidate + " " + std::string(name_of(step.recipe.rung));
        if (step.recipe.decide == Decide::Score) {
            name += " " + std::string(name_of(step.recipe.norm));
        }
        return name;
    }

    std::string done(const TryRecipe& step) {
        const std::string line =
            "try " + name_in_script(step) + " on " + std::to_string(step.cases.size()) + " -> ";
        if (const std::string why = blow(step.candidate, "dev"); !why.empty()) {
            return line + why;
        }
        const std::string& text = measure("dev " + name_in_script(step));
        const Words words = words_of(text);
        RecipeTried tried{step.candidate, step.recipe, 0, 0, false, std::nullopt, {}};
        if (words.at(0) == "trouble") {
            tried.trouble = known(trouble_from(words.at(1)), words[1]);
        } else {
            tried.dev_score = number(words[0]);
            tried.dev_low = number(known(after(words, "low"), text));
            tried.ruled_out = has(words, "ruled-out");
            for (const std::int64_t place : step.cases) {
                tried.scores.push_back({place, micros_of(tried.dev_score)});
            }
        }
        take(history_, std::move(tried));
        return line + text;
    }

    std::string done(const MeasureTopline& step) {
        const std::string line = "measure topline " + step.system + " -> ";
        const std::string candidate = candidate_of(step.system);
        ToplineDone topline;
        topline.system = step.system;
        const auto found = scenario_.blows.find(candidate);
        if (found != scenario_.blows.end() && found->second.trouble != Trouble::Unreachable) {
            if (const std::string why = blow(candidate, "proof"); !why.empty()) {
                return line + why;
            }
        } else if (found != scenario_.blows.end() && found->second.at != "latency") {
            topline.reachable = false;
            history_.topline = topline;
            return line + "unreachable";
        }
        const std::string& text = measure("measure " + candidate);
        const Words words = words_of(text);
        topline.score = number(words.at(0));
        topline.cases = scenario_.plan.test_cases;
        topline.total = micros_of(topline.score) * topline.cases;
        if (const auto failed = after(words, "failed")) {
            topline.failed = static_cast<std::int64_t>(number(*failed));
        }
        if (words.size() > 1 && words[1] != "failed") {
            topline.on_these_cases = known(decision_from(words[1]), words[1]);
        }
        history_.topline = topline;
        add_cost(candidate, step.system);
        return line + text;
    }

    std::string done(const Prove& step) {
        const std::string line = "prove " + step.system + " -> ";
        if (const std::string why = blow(step.candidate, "proof"); !why.empty()) {
            return line + why;
        }
        const std::string& text = measure("proof " + step.candidate);
        const Words words = words_of(text);
        ProofDone proof{step.candidate, step.system, ProofEnd::Decided, Decision::Undecided, 0};
        if (words.at(0) == "error") {
            proof.end = ProofEnd::Error;
        } else {
            proof.on_these_cases = known(decision_from(words[0]), words[0]);
            proof.score = number(words.at(1));
            add_cost(step.candidate, step.system);
        }
        history_.proofs.push_back(proof);
        return line + text;
    }

    std::string done(const ProbeLatency& step) {
        const std::string line = "probe latency " + step.system + " -> ";
        const std::string candidate = candidate_of(step.system);
        if (const std::string why = blow(candidate, "latency"); !why.empty()) {
            return line + why;
        }
        const std::string& text = measure("latency " + candidate);
        const Words words = words_of(text);
        LatencyDone latency;
        latency.system = step.system;
        const auto read = [&](std::string_view name,
                              std::optional<double> LatencyDone::* figure,
                              Decision LatencyDone::* decision) {
            const auto found = std::ranges::find(words, name);
            if (found == words.end()) {
                return;
            }
            const std::string& value = *(found + 1);
            latency.*figure = number(value);
            if (found + 2 != words.end()) {
                latency.*decision = decision_from(*(found + 2)).value_or(Decision::Undecided);
            }
        };
        read("p95", &LatencyDone::p95_ms, &LatencyDone::p95);
        read("ttft", &LatencyDone::ttft_p95_ms, &LatencyDone::ttft);
        history_.latencies.push_back(latency);
        return line + text;
    }

    std::string done(const MeasureMemory& step) {
        const std::string line = "measure memory " + step.system + " -> ";
        const std::string candidate = candidate_of(step.system);
        if (const std::string why = blow(candidate, "memory"); !why.empty()) {
            return line + why;
        }
        const std::string& text = measure("memory " + candidate);
        history_.memory_bytes[step.system] =
            text == "unknown" ? std::nullopt : std::optional(known(parse_bytes(text), text));
        return line + text;
    }

    std::string done(const ContinueProof& step) {
        const std::string& text = measure("future " + candidate_of(step.system));
        const Words words = words_of(text);
        history_.future[step.system] = known(decision_from(words.at(0)), words[0]);
        return "continue proof " + step.system + " -> " + text;
    }

    std::string done(const Stop& step) { return "stop " + std::string(name_of(step.why)); }

    const Scenario& scenario_;
    History history_;
};

// --- Writing

std::string show_figure(const std::string& constraint, std::optional<double> value) {
    if (!value) {
        return "not measured";
    }
    if (constraint == "memory") {
        return show_bytes(static_cast<std::uint64_t>(*value));
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", *value);
    return text.data();
}

std::string show_reason(const Reason& reason) {
    std::string text = "    reason: " + reason.constraint;
    if (reason.measured || reason.limit) {  // else no figure: a licence, privacy
        text += " " + show_figure(reason.constraint, reason.measured);
    }
    if (reason.limit) {
        text += ", limit " + show_figure(reason.constraint, reason.limit);
    }
    return text + "\n";
}

std::string show_system(const SystemVerdict& system) {
    std::string text = "  " + std::string(name_of(system.role)) + " " + system.id + ": " +
                       std::string(name_of(system.status));
    // An `error` alone is an endpoint's, or a recording's.
    if (system.trouble && *system.trouble != Trouble::Unreachable) {
        text += " (" + std::string(name_of(*system.trouble)) + ")";
    }
    if (system.id == system.candidate && system.rung) {
        text += " at " + std::string(name_of(*system.rung));
    }
    if (system.on_these_cases != Decision::Undecided) {
        text += ", on these cases " + std::string(name_of(system.on_these_cases));
    }
    if (system.on_future_traffic) {
        text += ", on future traffic " + std::string(name_of(*system.on_future_traffic));
    }
    text += "\n";
    for (const Reason& reason : system.reasons) {
        text += show_reason(reason);
    }
    if (!system.rungs_not_proved.empty()) {
        text += "    not proved:";
        for (const Rung rung : system.rungs_not_proved) {
            text += " " + std::string(name_of(rung));
        }
        text += "\n";
    }
    return text;
}

std::string show_verdict(const Verdict& verdict) {
    std::string text = "verdict\n  choice " + std::string(name_of(verdict.choice));
    if (!verdict.system.empty()) {
        text += " " + verdict.system;
    }
    text += "\n  exit " + std::to_string(verdict.exit_code) + "\n  ceiling ";
    text += !verdict.topline_meets_threshold   ? "unknown"
            : *verdict.topline_meets_threshold ? "meets the threshold"
                                               : "misses the threshold";
    text += "\n";
    if (!verdict.undecided_smaller.empty()) {
        text += "  undecided smaller: " + join(verdict.undecided_smaller, ", ") + "\n";
    }
    for (const SystemVerdict& system : verdict.systems) {
        text += show_system(system);
    }
    return text;
}

}  // namespace

Scenario read_scenario(std::string_view script) {
    Scenario scenario;
    scenario.plan.ingredients.shots = {{"in", "out"}};
    scenario.plan.ingredients.fixed = {{0}};
    int line_number = 0;
    for (const std::string& line : split(script, '\n')) {
        ++line_number;
        const Words words = words_of(line);
        if (words.empty() || words.front().starts_with('#')) {
            continue;
        }
        try {
            read_line(words, scenario);
        } catch (const std::exception& why) {
            refuse("line " + std::to_string(line_number) + ": " + why.what());
        }
    }
    scenario.plan.k = count_k(scenario.plan);
    return scenario;
}

std::string play(const Scenario& scenario) {
    constexpr int k_steps_max = 1000;
    Player player(scenario);
    std::string text = "steps (k = " + std::to_string(scenario.plan.k) + ")\n";
    for (int steps = 0;; ++steps) {
        if (steps > k_steps_max) {
            refuse("the staircase does not end");
        }
        if (scenario.stop && steps == scenario.stop_after_steps) {
            player.stop(*scenario.stop);
        }
        const Step step = next_step(scenario.plan, player.history());
        text += "  " + player.perform(step) + "\n";
        if (std::holds_alternative<Stop>(step)) {
            break;
        }
    }
    return text + show_verdict(verdict(scenario.plan, player.history()));
}

}  // namespace palier::core
