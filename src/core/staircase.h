// The staircase: what to do next, and what it means. Pure functions of a ClimbPlan (fixed when the
// run starts) and a History (grows). `run` performs the steps.
#pragma once

#include "core/job.h"
#include "core/recipes.h"
#include "core/sequential.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::core {

// A constraint that refused a candidate or that a System failed. measured and limit are in the unit
// of the constraint (score as a share, ms, currency per 1,000, bytes, tokens); nullopt = not
// measured. constraint: "quality", "latency_p95", "ttft_p95", "cost", "memory", "privacy",
// "context", "licence", "tools".
struct Reason {
    std::string constraint;
    std::optional<double> measured;
    std::optional<double> limit;
    bool operator==(const Reason&) const = default;
};

// What can be known of a candidate before anything is measured.
struct Candidate {
    std::string id;  // shown name, unique in the run
    std::optional<std::uint64_t>
        size;                 // parameters, else bytes of the file: the order of the descent
    std::vector<Rung> rungs;  // those that exist for this task and engine, upwards
    Abilities abilities;      // of its engine
    // Not empty: never tried, counts not in K. A topline is measured all the same, because it sets
    // the ceiling, but is never chosen.
    std::vector<Reason> screened_out;
    bool recorded = false;  // no rungs of its own, no latency, no memory
    // No language model: its one rung is Rung::Baseline, its role Role::Baseline.
    bool baseline = false;
    bool latency_measurable = true;
    bool memory_measurable = true;  // false for endpoints: memory is elsewhere
};

struct ClimbPlan {
    Ingredients ingredients;  // of the recipes
    std::optional<Candidate> topline;
    bool topline_shown_only = false;  // share_cases too small: measured, never a System to choose
    // However they stand here, next_step goes by size. A size that is not known cannot back a claim
    // of "smaller": it counts as the largest. Of equal sizes the one listed later is the smaller.
    std::vector<Candidate> candidates;
    Order order = Order::Down;
    QualityLimit quality;
    bool sequential = true;  // the metric is a mean over cases: early stopping and promise B exist
    bool zero_one = true;    // scores are 0 or 1
    std::optional<double> p95_ms, ttft_p95_ms, cost_per_1k;
    std::optional<std::uint64_t> memory_bytes;
    std::int64_t dev_cases = 0;
    std::int64_t test_cases = 0;
    double alpha = 0.01;
    int k = 1;  // count_k
};
// Candidates that screen keeps, a baseline among them, plus the topline.
[[nodiscard]] int count_k(const ClimbPlan& plan);

// "<candidate>/<rung>", or "<candidate>/recorded" without a rung; a baseline's is its candidate's:
// the names of the Systems that next_step asks for before anything was tried on dev.
[[nodiscard]] std::string system_id(std::string_view candidate, std::optional<Rung> rung);

// --- What has happened
// -----------------------------------------------------------------------------

// Why a candidate cannot be measured, or a recipe not be used: the world's fault, so that nothing
// is said about the model.
enum class Trouble {
    Unreachable,  // the endpoint does not answer, or the recording lacks a case
    File,         // the model does not load
    Template,     // its chat template refuses the messages
    Context,      // no prompt fits into its context
    Memory,       // this machine has not enough for it
    Unable,       // its engine cannot do what the recipe asks
    Failing       // a topline of which so many answers failed that it sets no threshold
};
[[nodiscard]] std::string_view name_of(Trouble trouble);

struct CaseScore {
    std::int64_t place = 0;  // in dev
    Micros score = 0;
    bool operator==(const CaseScore&) const = default;
};

// One recipe, measured on as much of dev as it was asked so far.
struct RecipeTried {
    std::string candidate;
    Recipe recipe;                   // as next_step asked for it
    double dev_score = 0;            // mean, or the full-set metric
    double dev_low = 0;              // lower end of a 90 % interval of dev_score
    bool ruled_out = false;          // on its dev scores the FAIL side of promise B reached K/alpha
    std::optional<Trouble> trouble;  // no case could be asked: it counts as tried and is of no use
    std::vector<CaseScore> scores;   // of the cases that next_step asked for, by place
    // That its answers took, whether they were asked in this session or before; nullopt: not known.
    std::optional<std::int64_t> tokens = std::nullopt;
    // Where it asks the labels in several orders: of how many cases one order alone had chosen
    // another label.
    std::optional<std::int64_t> order_flips = std::nullopt;
    // Brier score of its confidence, each case by what the others taught of it; nullopt: it gives
    // none.
    std::optional<double> brier = std::nullopt;
};

enum class ProofEnd { Decided, Error };

struct ProofDone {
    std::string candidate;
    std::string system;
    ProofEnd end = ProofEnd::Decided;
    Decision on_these_cases = Decision::Undecided;
    double score = 0;  // over the cases used
};

struct LatencyDone {
    std::string system;
    Decision p95 = Decision::Undecided;  // Undecided after the last request = too close
    Decision ttft = Decision::Undecided;
    std::optional<double> p95_ms, ttft_p95_ms;
    // Not measured: other processes did not leave the machine alone.
    bool busy = false;
};

struct ToplineDone {
    std::string system;
    bool reachable = true;
    double score = 0;        // mean over its cases, or the full-set metric
    Micros total = 0;        // sum of the scores
    std::int64_t cases = 0;  // of test; with an absolute threshold until it was decided
    Decision on_these_cases = Decision::Undecided;  // against an absolute threshold
    std::int64_t failed = 0;                        // cases without a usable answer
};

// More than 5 % of its answers failed: its score says how it was reached rather than what it can
// do, so that a share of it is no threshold.
[[nodiscard]] bool fails_too_often(const ToplineDone& topline);

enum class StopCause { Finished, Budget, Interrupted };

struct History {
    // The topline's too, under its id. Of one that was asked for again, with more cases, the
    // newest.
    std::vector<RecipeTried> recipes;
    std::optional<ToplineDone> topline;
    std::vector<ProofDone> proofs;
    std::vector<LatencyDone> latencies;
    std::map<std::string, std::optional<std::uint64_t>> memory_bytes;  // by system, once asked
    std::map<std::string, std::optional<double>> cost_per_1k;          // by system, with the proof
    std::map<std::string, Decision>
        future;  // promise B by system, once it is decided or at its end
    std::map<std::string, double> dev_seconds;  // by System: that trying its rung took
    std::map<std::string, Trouble> troubles;    // by candidate: nothing more can be measured of it
    StopCause stopped = StopCause::Finished;    // Budget and Interrupted end the staircase
};

// Into history.recipes, in the place of what was known of the same recipe.
void take(History& history, RecipeTried tried);

// The quality threshold as a share; nullopt while `of_topline` has no topline score above 0.
[[nodiscard]] std::optional<double> threshold(const ClimbPlan& plan, const History& history);

// --- What to do next
// -------------------------------------------------------------------------------

struct TryRecipe {
    std::string candidate;
    Recipe recipe;
    // Places in dev, in the order of asking; those that it was asked before come first.
    std::vector<std::int64_t> cases;
    bool operator==(const TryRecipe&) const = default;
};
struct MeasureTopline {
    std::string system;
    bool operator==(const MeasureTopline&) const = default;
};
struct Prove {
    std::string candidate;
    std::string system;
    bool operator==(const Prove&) const = default;
};
struct ProbeLatency {
    std::string system;
    bool operator==(const ProbeLatency&) const = default;
};
struct MeasureMemory {
    std::string system;
    bool operator==(const MeasureMemory&) const = default;
};
// The chosen System alone goes on through the rest of test until promise B is decided.
struct ContinueProof {
    std::string system;
    bool operator==(const ContinueProof&) const = default;
};
struct Stop {
    StopCause why = StopCause::Finished;
    bool operator==(const Stop&) const = default;
};

using Step = std::
    variant<TryRecipe, MeasureTopline, Prove, ProbeLatency, MeasureMemory, ContinueProof, Stop>;

// Order: the topline's rungs (all of them where its best recipe is the ceiling that others are held
// against; else as a candidate's) and measure; then each kept candidate, as plan.order says (with
// Order::Up the first that can be chosen is the last): its rungs upwards on dev, of each rung a
// race of its recipes (race.h; no further once a rung's dev_low reaches the threshold), then the
// proof of its best rung by dev_score (the lower one of equals), unless that one is ruled out on
// dev; after a pass on
// these cases, memory where it is limited and latency, as long as the System can still be chosen.
// When no candidate can be chosen, memory and latency of a topline that could be. At the end
// ContinueProof for the choice; then Stop. A recorded candidate or topline has no rungs: its one
// System
// ("<id>/recorded") is measured at once; a topline that is only shown is measured with its first
// rung. Without a threshold (`of_topline`, and no topline score above 0, or one that
// fails_too_often) no candidate is tried. Each step must grow the
// History: by its own entry, by `troubles`, or by `stopped`. What troubles one candidate ends that
// one; a recipe that is of no use ends nothing, as long as its candidate has another.
[[nodiscard]] Step next_step(const ClimbPlan& plan, const History& history);

// Where a rung stands whose recipes have all been tried.
struct RungTried {
    std::string candidate;
    Rung rung = Rung::ZeroShot;
    std::string system;    // system_id of candidate and rung
    double dev_score = 0;  // of its best recipe, as the rest
    double dev_low = 0;
    bool ruled_out = false;
    std::optional<Trouble> trouble;  // none of its recipes is of use
    std::int64_t cases = 0;          // of dev that dev_score is over
    // Of all of its recipes, those that put the same questions once; nullopt: not known.
    std::optional<std::int64_t> tokens = std::nullopt;
    // Against the best rung below that is of use, on the cases that both were asked: where the
    // score is higher and where it is lower, by place in dev. "" and 0: there is none below.
    std::string below;
    std::int64_t compared = 0;
    std::vector<std::int64_t> removed, added;  // errors
    // The share of cases in which the choice depends on the order of the labels, as its recipe with
    // the most cases in several orders found; nullopt: none was asked so.
    std::optional<double> order_flips = std::nullopt;
    std::optional<double> seconds =
        std::nullopt;                            // that all of its recipes took; nullopt: not known
    std::optional<double> brier = std::nullopt;  // RecipeTried::brier of its best recipe
};
// The topline's, then the candidates' from the largest to the smallest, each upwards.
[[nodiscard]] std::vector<RungTried> rungs_tried(const ClimbPlan& plan, const History& history);

// The best recipe so far of a candidate's rung: one that is of use before one that is not, one that
// is still in the race before one that was dropped, then by dev_score, the first one of equals; one
// that shows the nearest examples, or asks the labels in several orders, only if it is decidedly
// better than all that do not. The System named system_id(candidate, rung) is made of it. nullptr:
// none was tried.
[[nodiscard]] const RecipeTried* best_recipe(const ClimbPlan& plan,
                                             const History& history,
                                             std::string_view candidate,
                                             Rung rung);

// --- What it means
// ---------------------------------------------------------------------------------

// NotNeeded: a smaller one was chosen before its turn came.
enum class Status { Pass, Fail, TooClose, RuledOutOnDev, ScreenedOut, NotTried, NotNeeded, Error };
enum class Role { Topline, Candidate, Baseline, Hybrid };
enum class Choice { Slm, Llm, Hybrid, Baseline, None };
[[nodiscard]] std::string_view name_of(Status status);
[[nodiscard]] std::string_view name_of(Role role);
[[nodiscard]] std::string_view name_of(Choice choice);

struct SystemVerdict {
    std::string id;  // System id, or the candidate's id when no System was proved
    Role role = Role::Candidate;
    std::string candidate;
    std::optional<Rung> rung;
    Decision on_these_cases = Decision::Undecided;  // Undecided = no proof ended
    // nullopt: not known (proof ended before it, or the metric has no promise B). Undecided = too
    // close.
    std::optional<Decision> on_future_traffic;
    Status status = Status::NotTried;
    // What keeps it from being chosen: what failed, or else what is too close or was not measured.
    // A `pass` with a reason is a System that cannot be chosen because a limit was not measured.
    std::vector<Reason> reasons;
    std::vector<Rung> rungs_not_proved;  // tried on dev or not reached, never proved
    std::optional<Trouble> trouble;      // of an `error`
};

struct Verdict {
    Choice choice = Choice::None;
    std::string system;                           // "" when none
    std::optional<bool> topline_meets_threshold;  // nullopt: no topline, or not measured
    std::vector<SystemVerdict> systems;  // topline first, then candidates from largest to smallest
    // Candidates below the choice that are error, not_tried or too_close, or pass with a limit that
    // was not measured: the choice is the smallest of those decided.
    std::vector<std::string> undecided_smaller;
    // 0, 2, 3, 4, 5 or 7. Decided above core: 130, and 1 and 2 of what ends the climb as a whole.
    int exit_code = 3;
};

// Total on every prefix of a climb: it says what would hold if the climb stopped there.
// The rules of the statuses and exit codes: docs/formats/verdict.md.
[[nodiscard]] Verdict verdict(const ClimbPlan& plan, const History& history);

}  // namespace palier::core
