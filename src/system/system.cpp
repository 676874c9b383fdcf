#include "system/system.h"

#include "base/check.h"
#include "core/cost.h"
#include "system/identity.h"

namespace palier::system {
namespace {

// Where nobody sets a deadline: guards against a hang and is no limit.
constexpr Nanoseconds k_long = std::chrono::minutes(20);

bool needs_prior(const core::Recipe& recipe) {
    return recipe.decide == core::Decide::Score && recipe.norm == core::LabelNorm::MinusEmpty;
}

Scores scores_in(const Parts& parts) {
    return scores_or_none(parts.prior.value_or(""), parts.system.spec.labels.size());
}

}  // namespace

double most_cost_of(const std::optional<core::Price>& price, const engine::Request& request) {
    // A chat template adds a few tokens to each message.
    constexpr std::int64_t k_template_tokens = 8;
    std::int64_t tokens = 0;
    for (const engine::Message& message : request.messages) {
        tokens += static_cast<std::int64_t>(message.content.size()) + k_template_tokens;
    }
    for (const std::string& label : request.labels) {  // an endpoint's choices
        tokens += static_cast<std::int64_t>(label.size()) + k_template_tokens;
    }
    return core::cost_of(price, tokens, request.sampling.max_tokens);
}

System::System(Parts parts)
    : system_(std::make_unique<core::System>(parts.system)),
      price_(parts.price),
      client_(std::move(parts.client)),
      head_(parts.head),
      shots_(system_->spec),
      reader_(*system_, scores_in(parts), head_),
      needs_prior_(needs_prior(system_->spec.recipe) && scores_in(parts).empty()) {}

engine::Request System::request(const core::Input& input, const How& how) {
    engine::Request request = request_for(spec(), shots_, input);
    request.id = next_id_++;
    request.priority = how.priority;
    request.timeout = how.timeout.value_or(k_long);
    request.own_part_uncached = how.own_part_uncached;
    return request;
}

double System::most_cost(const core::Input& input) const {
    return price_ ? most_cost_of(price_, request_for(spec(), shots_, input)) : 0;
}

Result<std::vector<std::uint64_t>> System::ask(const std::vector<core::Input>& inputs,
                                               const How& how) {
    PALIER_CHECK(!needs_prior_, "the scores after an empty input are asked first");
    std::vector<engine::Request> batch;
    std::vector<std::uint64_t> tickets;
    for (const core::Input& input : inputs) {
        batch.push_back(request(input, how));
        tickets.push_back(batch.back().id);
        asked_[tickets.back()] = {input, how, price_ ? most_cost_of(price_, batch.back()) : 0};
    }
    closing_ = false;
    if (auto posted = client_->post(std::move(batch)); !posted) {
        for (const std::uint64_t ticket : tickets) {
            asked_.erase(ticket);
        }
        return posted.error();
    }
    return tickets;
}

std::vector<Ended> System::wait(Nanoseconds patience) {
    std::vector<Ended> ended;
    for (const engine::Event& event : client_->wait(patience)) {
        if (!event.is_last()) {
            continue;
        }
        if (check_ && event.id == check_->first) {
            take_check(event, ended);
        } else if (asked_.contains(event.id)) {
            take(event, ended);
        }
    }
    return ended;
}

void System::price(core::Answer& answer) const {
    answer.cost = core::cost_of(price_, answer.tokens);
}

void System::give(std::uint64_t ticket, Outcome outcome, double spent, std::vector<Ended>& ended) {
    ended.push_back({ticket, std::move(outcome), spent + std::exchange(lost_, 0.0), false});
}

void System::book_lost(const engine::Event& event) {
    const auto* failed = std::get_if<engine::Failed>(&event.what);
    const engine::Counted& lost =
        failed != nullptr ? failed->lost : std::get<engine::Response>(event.what).lost;
    lost_ += core::cost_of(price_, lost.prompt, lost.output);
}

void System::take(const engine::Event& event, std::vector<Ended>& ended) {
    book_lost(event);
    const auto found = asked_.find(event.id);
    if (const auto* failed = std::get_if<engine::Failed>(&event.what)) {
        Outcome outcome = reader_.read(*failed);
        bool unheard = false;
        if (auto* answer = std::get_if<core::Answer>(&outcome)) {
            answer->answered_by = system_->id;
            const bool rejected = answer->failure == core::Failure::Rejected && !answered_here_;
            if (answer->failure == core::Failure::ServerError || (rejected && answered_)) {
                doubt(event.id, std::move(*answer), ended);
                return;
            }
            unheard = rejected;
        }
        asked_.erase(found);
        give(event.id, std::move(outcome), 0, ended);
        ended.back().unheard = unheard;
        return;
    }
    core::Answer answer = reader_.read(std::get<engine::Response>(event.what));
    answer.recorded = facts().recorded;
    price(answer);
    const double spent = price_ ? answer.cost.value_or(found->second.most_cost) : 0;
    answered_.emplace(std::move(found->second.input), found->second.how);
    answered_here_ = true;
    asked_.erase(found);
    give(event.id, std::move(answer), spent, ended);
}

void System::doubt(std::uint64_t ticket, core::Answer failed, std::vector<Ended>& ended) {
    const auto give_up = [&](Trouble::Kind kind) {
        asked_.erase(ticket);
        give(ticket, Trouble{kind, failed.failure_detail}, 0, ended);
    };
    if (check_) {
        check_->second.held.emplace_back(ticket, std::move(failed));
        return;
    }
    if (!answered_ || closing_) {
        give_up(Trouble::Kind::Unreachable);
        return;
    }
    engine::Request again = request(answered_->first, answered_->second);
    const double most = price_ ? most_cost_of(price_, again) : 0;
    if (may_spend_ && !may_spend_(most)) {
        give_up(Trouble::Kind::OverBudget);
        return;
    }
    const std::uint64_t id = again.id;
    if (!client_->post({std::move(again)})) {
        give_up(Trouble::Kind::Unreachable);
        return;
    }
    check_.emplace(id, Check{{}, most});
    check_->second.held.emplace_back(ticket, std::move(failed));
}

void System::take_check(const engine::Event& event, std::vector<Ended>& ended) {
    book_lost(event);
    Check check = std::move(check_->second);
    check_.reset();
    double spent = 0;
    const auto* response = std::get_if<engine::Response>(&event.what);
    if (response != nullptr) {
        core::Answer answer = reader_.read(*response);
        price(answer);
        spent = price_ ? answer.cost.value_or(check.most_cost) : 0;
        answered_here_ = true;
    }
    for (auto& [ticket, failed] : check.held) {
        asked_.erase(ticket);
        if (response != nullptr) {
            give(ticket, std::move(failed), std::exchange(spent, 0), ended);
        } else {
            const auto kind = closing_ ? Trouble::Kind::Cancelled : Trouble::Kind::Unreachable;
            give(ticket, Trouble{kind, failed.failure_detail}, 0, ended);
        }
    }
}

void System::cancel_all() {
    closing_ = true;
    for (const auto& [ticket, asked] : asked_) {
        client_->cancel(ticket);
    }
    if (check_) {
        client_->cancel(check_->first);
    }
}

Outcome System::ask_alone(const core::Input& input, const How& how) {
    PALIER_CHECK(asked_.empty(), "nothing else is under way");
    const auto tickets = ask({input}, how);
    if (!tickets) {
        return Trouble{Trouble::Kind::Unreachable, "the engine is closed"};
    }
    // A little longer than the engine: its own word about the deadline comes first.
    const Nanoseconds patience = how.timeout.value_or(k_long) + std::chrono::seconds(10);
    while (!asked_.empty()) {
        const std::size_t before = asked_.size() + (check_ ? 1 : 0);
        std::vector<Ended> ended = wait(patience);
        if (!ended.empty()) {
            return std::move(ended.front().outcome);
        }
        if (asked_.size() + (check_ ? 1 : 0) == before) {
            cancel_all();
            asked_.clear();
            check_.reset();
            return Trouble{Trouble::Kind::Unreachable, "no answer and no end"};
        }
    }
    return Trouble{Trouble::Kind::Unreachable, "no answer and no end"};
}

std::variant<std::string, Outcome> System::prior() {
    if (!needs_prior_) {
        return std::string();
    }
    needs_prior_ = false;
    // These scores alone are read without themselves.
    core::System plain = *system_;
    plain.spec.recipe.norm = core::LabelNorm::Sum;
    reader_ = AnswerReader(plain);
    Outcome outcome = ask_alone({}, {engine::Priority::FixedBatch, std::nullopt, false});
    const auto* answer = std::get_if<core::Answer>(&outcome);
    if (answer == nullptr || !core::says_something(answer->failure)) {
        needs_prior_ = true;
        reader_ = AnswerReader(*system_);
        return outcome;
    }
    const auto scores = scores_of(answer->raw, spec().labels.size());
    PALIER_CHECK(scores.has_value(), "an engine that scores gives one score a label");
    reader_ = AnswerReader(*system_, *scores);
    return answer->raw;
}

core::Answer System::reread(const core::Input& input, const core::Trial& trial) {
    core::Answer answer = reader_.read(trial);
    price(answer);
    if (core::says_something(answer.failure)) {
        answered_.emplace(input, How{engine::Priority::FixedBatch, std::nullopt, false});
    }
    return answer;
}

Result<std::string> System::prompt(const core::Input& input) {
    return client_->render(request(input, {}));
}

}  // namespace palier::system
