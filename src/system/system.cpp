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

std::int64_t most_tokens_of(const engine::Request& request) {
    // A chat template adds a few tokens to each message.
    constexpr std::int64_t k_template_tokens = 8;
    std::int64_t tokens = 0;
    for (const engine::Message& message : request.messages) {
        tokens += static_cast<std::int64_t>(message.content.size()) + k_template_tokens;
    }
    for (const std::string& label : request.labels) {  // an endpoint's choices
        tokens += static_cast<std::int64_t>(label.size()) + k_template_tokens;
    }
    return tokens;
}

}  // namespace

double most_cost_of(const std::optional<core::Price>& price, const engine::Request& request) {
    return core::cost_of(price, most_tokens_of(request), request.sampling.max_tokens);
}

System::System(Parts parts)
    : system_(std::make_unique<core::System>(parts.system)),
      price_(parts.price),
      client_(std::move(parts.client)),
      head_(parts.head),
      shots_(system_->spec),
      follow_ups_(system_->spec),
      reader_(*system_, scores_in(parts), head_),
      needs_prior_(needs_prior(system_->spec.recipe) && scores_in(parts).empty()) {}

engine::Request System::request(const core::Input& input, const How& how) {
    engine::Request request = plain_request_for(spec(), shots_, input);
    request.id = next_id_++;
    request.priority = how.priority;
    request.timeout = how.timeout.value_or(k_long);
    request.own_part_uncached = how.own_part_uncached;
    return request;
}

double System::most_cost(const core::Input& input) const {
    if (!price_) {
        return 0;
    }
    const engine::Request plain = plain_request_for(spec(), shots_, input);
    const double later = core::cost_of(
        price_, most_tokens_of(plain) + k_most_turn_tokens, plain.sampling.max_tokens);
    return most_cost_of(price_, first_question(spec(), plain)) + (follow_ups_.most() - 1) * later;
}

Result<std::vector<std::uint64_t>> System::ask(const std::vector<core::Input>& inputs,
                                               const How& how) {
    PALIER_CHECK(!needs_prior_, "the scores after an empty input are asked first");
    std::vector<engine::Request> batch;
    std::vector<std::uint64_t> tickets;
    const std::uint64_t number = next_batch_++;
    for (const core::Input& input : inputs) {
        engine::Request plain = request(input, how);
        tickets.push_back(plain.id);
        Asked& asked = asked_[plain.id];
        asked.input = input;
        asked.how = how;
        asked.batch = number;
        if (follow_ups_.most() > 1) {
            asked.plain = plain;
        }
        batch.push_back(first_question(spec(), std::move(plain)));
        asked.most_cost = price_ ? most_cost_of(price_, batch.back()) : 0;
    }
    closing_ = false;
    if (auto posted = client_->post(std::move(batch)); !posted) {
        for (const std::uint64_t ticket : tickets) {
            asked_.erase(ticket);
        }
        return posted.error();
    }
    batches_[number].open = tickets.size();
    return tickets;
}

std::vector<Ended> System::wait(Nanoseconds patience) {
    std::vector<Ended> ended;
    for (const engine::Event& event : client_->wait(patience)) {
        if (!event.is_last()) {
            continue;
        }
        ++heard_;
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
    const auto found = asked_.find(ticket);
    const std::uint64_t batch = found->second.batch;
    spent += found->second.spent + std::exchange(lost_, 0.0);
    asked_.erase(found);
    ended.push_back({ticket, std::move(outcome), spent, false});
    end_turn(batch, ended);
}

void System::end_turn(std::uint64_t batch, std::vector<Ended>& ended) {
    const auto found = batches_.find(batch);
    if (--found->second.open > 0) {
        return;
    }
    std::vector<engine::Request> next = std::move(found->second.next);
    batches_.erase(found);
    if (next.empty()) {
        return;
    }
    std::vector<std::uint64_t> tickets;
    tickets.reserve(next.size());
    for (const engine::Request& request : next) {
        tickets.push_back(request.id);
    }
    batches_[batch].open = tickets.size();
    Trouble trouble{Trouble::Kind::Cancelled, "cancelled"};
    if (!closing_) {
        if (client_->post(std::move(next))) {
            return;
        }
        trouble = {Trouble::Kind::Unreachable, "the engine is closed"};
    }
    for (const std::uint64_t ticket : tickets) {
        give(ticket, trouble, 0, ended);
    }
}

void System::book_lost(const engine::Event& event) {
    const auto* failed = std::get_if<engine::Failed>(&event.what);
    const engine::Counted& lost =
        failed != nullptr ? failed->lost : std::get<engine::Response>(event.what).lost;
    lost_ += core::cost_of(price_, lost.prompt, lost.output);
}

core::Answer System::read(const Asked& asked, const engine::Response& response) const {
    core::Answer answer = reader_.read(response, asked.before);
    if (asked.earlier) {
        answer = added_up(*asked.earlier, std::move(answer));
    }
    answer.repairs = follow_ups_.repairs_at(asked.turn);
    answer.recorded = facts().recorded;
    price(answer);
    return answer;
}

bool System::goes_on(std::uint64_t ticket, const core::Answer& answer) {
    Asked& asked = asked_.at(ticket);
    if (asked.cancelled) {
        return false;
    }
    auto next = follow_ups_.after(asked.turn, asked.plain, answer);
    if (!next) {
        return false;
    }
    asked.earlier = answer;
    if (!follow_ups_.repairs_at(asked.turn)) {
        asked.before = before_next(spec(), answer);
    }
    if (spec().recipe.reasons && asked.turn == 0) {
        asked.earlier->tokens.thinking = answer.tokens.output;
    }
    ++asked.turn;
    asked.most_cost = price_ ? most_cost_of(price_, *next) : 0;
    batches_.at(asked.batch).next.push_back(*std::move(next));
    return true;
}

void System::take(const engine::Event& event, std::vector<Ended>& ended) {
    book_lost(event);
    Asked& asked = asked_.at(event.id);
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
            // A repair that comes to nothing leaves the answer as it was.
            const std::optional<int> repairs = follow_ups_.repairs_at(asked.turn);
            if (asked.earlier && repairs.value_or(0) > 0) {
                *answer = *asked.earlier;
                answer->repairs = repairs;
            }
        }
        const std::size_t place = ended.size();
        give(event.id, std::move(outcome), 0, ended);
        ended[place].unheard = unheard;
        return;
    }
    core::Answer answer = read(asked, std::get<engine::Response>(event.what));
    // What the earlier turns took is in the answer's cost, and spent already.
    const double before = asked.earlier ? asked.earlier->cost.value_or(0) : 0;
    const double spent = price_ && answer.cost ? *answer.cost - before : asked.most_cost;
    answered_.emplace(asked.input, asked.how);
    answered_here_ = true;
    if (goes_on(event.id, answer)) {
        asked.spent += spent;
        end_turn(asked.batch, ended);
        return;
    }
    give(event.id, std::move(answer), spent, ended);
}

void System::doubt(std::uint64_t ticket, core::Answer failed, std::vector<Ended>& ended) {
    const auto give_up = [&](Trouble::Kind kind) {
        give(ticket, Trouble{kind, failed.failure_detail}, 0, ended);
    };
    if (check_) {
        check_->second.held.emplace_back(ticket, std::move(failed));
        return;
    }
    if (!answered_ || closing_ || asked_.at(ticket).cancelled) {
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
        if (response != nullptr) {
            give(ticket, std::move(failed), std::exchange(spent, 0), ended);
        } else {
            const auto kind = closing_ ? Trouble::Kind::Cancelled : Trouble::Kind::Unreachable;
            give(ticket, Trouble{kind, failed.failure_detail}, 0, ended);
        }
    }
}

void System::cancel(std::uint64_t ticket) {
    if (const auto found = asked_.find(ticket); found != asked_.end()) {
        found->second.cancelled = true;
        client_->cancel(ticket);
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
        const std::uint64_t before = heard_;
        std::vector<Ended> ended = wait(patience);
        if (!ended.empty()) {
            return std::move(ended.front().outcome);
        }
        if (heard_ == before) {
            cancel_all();
            asked_.clear();
            batches_.clear();
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
    return client_->render(first_question(spec(), request(input, {})));
}

}  // namespace palier::system
