// System: a core::SystemSpec that can be asked. The evaluation, the probes, the suggestions and the
// server have no other way to a model: what is measured is what is served.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "core/answer.h"
#include "core/case.h"
#include "core/job.h"
#include "core/system.h"
#include "engine/engine.h"
#include "system/follow_ups.h"
#include "system/reading.h"
#include "system/shown_shots.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace palier::system {

// How an input is asked.
struct How {
    engine::Priority priority = engine::Priority::Interactive;
    std::optional<Nanoseconds> timeout;  // to the end of the answer
    // What only this input has is never taken from a cache (latency probes).
    bool own_part_uncached = false;
};

struct Ended {
    std::uint64_t ticket = 0;
    Outcome outcome;
    // To be booked, in the price's currency: the answer's cost, or the most that it can have been
    // where the usage is not known; with that of tries that came to nothing and were counted, and
    // of the request that found out whose failure it was.
    double spent = 0;
    // Rejected before anything was answered at all: perhaps its form is, and nothing is said of the
    // model.
    bool unheard = false;
};

struct Parts {
    core::System system;
    std::optional<core::Price> price;
    std::unique_ptr<engine::Client> client;  // its engine outlives the System
    // The label scores after an empty input, as prior() once gave them; where MinusEmpty needs them
    // and there are none, prior() asks.
    std::optional<std::string> prior;
    // What spec.learned names, where the recipe decides by a head.
    std::shared_ptr<const learn::Learned> head = nullptr;
};

// Not thread-safe.
class System {
   public:
    explicit System(Parts parts);

    [[nodiscard]] const core::System& system() const { return *system_; }
    [[nodiscard]] const core::SystemSpec& spec() const { return system_->spec; }
    [[nodiscard]] const engine::Facts& facts() const { return client_->facts(); }
    [[nodiscard]] const std::optional<core::Price>& price() const { return price_; }

    // Starts one batch and returns a ticket for each input, in their order. With
    // Priority::FixedBatch the same inputs get the same answers, whatever else runs. Error 2314.
    [[nodiscard]] Result<std::vector<std::uint64_t>> ask(const std::vector<core::Input>& inputs,
                                                         const How& how);
    // One probability a label, of an answer that this System gave; nullopt: it has no confidence.
    [[nodiscard]] std::optional<std::vector<double>> probabilities(
        const core::Answer& answer) const {
        return reader_.probabilities(answer);
    }
    // What has ended so far; empty when `patience` passed first or nothing is under way. A server's
    // repeated error is the model's failure only while the last input that was answered is answered
    // again: that is asked here, before the Answer is given. The same for a rejection, as long as
    // all that is known to be answered was answered in an earlier session. The later turns of a
    // recipe (follow_ups.h) are asked here too, once all of the batch have ended theirs; most_cost
    // counts them.
    [[nodiscard]] std::vector<Ended> wait(Nanoseconds patience);
    // Asked before a request that most_cost does not count, which finds out whose failure it was
    // (see wait): may this much be spent? Empty, as at first: yes.
    void set_allowance(std::function<bool(double most)> may_spend) {
        may_spend_ = std::move(may_spend);
    }
    // One ticket ends soon, cancelled unless its answer has come; the others go on. No later turn
    // of it is asked. Unknown tickets are ignored.
    void cancel(std::uint64_t ticket);
    // Everything under way ends soon, cancelled unless its answer has come; nobody asks any more
    // whose failure it was.
    void cancel_all();
    // The model has answered something that was asked here, rightly or not.
    [[nodiscard]] bool has_answered() const { return answered_here_; }
    [[nodiscard]] std::size_t under_way() const { return asked_.size(); }

    // Asks one input and waits for its end; nothing else may be under way. A Timeout when
    // how.timeout passed.
    [[nodiscard]] Outcome ask_alone(const core::Input& input, const How& how);

    // The label scores after an empty input, to be kept and given to Parts::prior; "" where the
    // recipe needs none. Must be called before the first ask. The world may have failed.
    [[nodiscard]] std::variant<std::string, Outcome> prior();

    // What the store has of an answer to this input, read by this System's recipe.
    [[nodiscard]] core::Answer reread(const core::Input& input, const core::Trial& trial);

    // What asking has taught of the engine (engine::Client::learned).
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> learned() {
        return client_->learned();
    }
    // The exact text that the model would see.
    [[nodiscard]] Result<std::string> prompt(const core::Input& input);
    // The most that asking can cost: every byte of the prompt a token, and the longest answer.
    [[nodiscard]] double most_cost(const core::Input& input) const;

   private:
    struct Asked {
        core::Input input;
        How how;
        double most_cost = 0;  // of the turn under way
        // Of a recipe with several turns:
        std::uint64_t batch = 0;
        engine::Request plain;  // follow_ups.h; empty where there is one turn
        int turn = 0;
        std::optional<core::Answer> earlier;  // what the turns before took
        std::string before;                   // of them, in the raw answer
        double spent = 0;                     // on the turns before
        bool cancelled = false;
    };
    // What was asked together goes on together, so that each turn of a fixed batch is one too.
    struct Batch {
        std::size_t open = 0;  // inputs whose turn has not ended
        std::vector<engine::Request> next;
    };
    // Failures that wait for the answer to a request that was answered before.
    struct Check {
        std::vector<std::pair<std::uint64_t, core::Answer>> held;
        double most_cost = 0;
    };

    void give(std::uint64_t ticket, Outcome outcome, double spent, std::vector<Ended>& ended);
    void book_lost(const engine::Event& event);
    [[nodiscard]] engine::Request request(const core::Input& input, const How& how);
    void take(const engine::Event& event, std::vector<Ended>& ended);
    [[nodiscard]] core::Answer read(const Asked& asked, const engine::Response& response) const;
    // Whether this answer to the ticket is not the last: then its next turn waits for the batch.
    [[nodiscard]] bool goes_on(std::uint64_t ticket, const core::Answer& answer);
    // An input of the batch has ended its turn.
    void end_turn(std::uint64_t batch, std::vector<Ended>& ended);
    // Whose failure was it? Ends the ticket at once where that cannot be asked.
    void doubt(std::uint64_t ticket, core::Answer failed, std::vector<Ended>& ended);
    void take_check(const engine::Event& event, std::vector<Ended>& ended);
    void price(core::Answer& answer) const;

    std::unique_ptr<core::System> system_;  // where the reader finds it when this one is moved
    std::optional<core::Price> price_;
    std::unique_ptr<engine::Client> client_;
    std::function<bool(double)> may_spend_;
    std::shared_ptr<const learn::Learned> head_;
    ShownShots shots_;
    FollowUps follow_ups_;
    AnswerReader reader_;
    bool needs_prior_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, Asked> asked_;
    std::map<std::uint64_t, Batch> batches_;  // of recipes with several turns
    std::uint64_t next_batch_ = 1;
    std::uint64_t heard_ = 0;  // last events of requests
    // The last input that the model answered, and how it was asked.
    std::optional<std::pair<core::Input, How>> answered_;
    bool answered_here_ = false;  // in this session
    double lost_ = 0;             // by tries that came to nothing, not booked yet
    std::optional<std::pair<std::uint64_t, Check>> check_;
    bool closing_ = false;
};

// The most that a request can cost: every byte of its prompt a token, and the longest answer.
[[nodiscard]] double most_cost_of(const std::optional<core::Price>& price,
                                  const engine::Request& request);

}  // namespace palier::system
