#include "serve/proved_system.h"

#include "base/text.h"
#include "core/names.h"
#include "report/phrases.h"

#include <algorithm>
#include <utility>

namespace palier::serve {
namespace {

namespace say = report::say;

Refusal refusal_of_answer(const std::string& name, const core::Answer& answer) {
    using Kind = engine::FailureKind;
    switch (answer.failure) {
        case core::Failure::ContextExceeded:
            return context_refusal(answer.failure_detail);
        case core::Failure::Timeout:
            return refusal_for(name, Kind::Timeout, answer.failure_detail);
        case core::Failure::Refused:
            return refusal_for(name, Kind::Refused, answer.failure_detail);
        case core::Failure::Rejected:
            return refusal_for(name, Kind::Rejected, answer.failure_detail);
        case core::Failure::ServerError:
            return refusal_for(name, Kind::ServerError, answer.failure_detail);
        default:
            break;
    }
    constexpr std::size_t k_excerpt = 200;
    return {422,
            "answer_unusable",
            say::answer_unusable,
            {{"system", name},
             {"kind", std::string(core::name_of(answer.failure))},
             {"text", as_one_line(shortened(answer.text, k_excerpt))}}};
}

Refusal refusal_of_trouble(const std::string& name, const system::Trouble& trouble) {
    using Kind = engine::FailureKind;
    switch (trouble.kind) {
        case system::Trouble::Kind::Cancelled:
            return refusal_for(name, Kind::Cancelled, trouble.detail);
        case system::Trouble::Kind::Unsupported:
        case system::Trouble::Kind::NotRecorded:
            return refusal_for(name, Kind::Unsupported, trouble.detail);
        case system::Trouble::Kind::Unreachable:
        case system::Trouble::Kind::OverBudget:
            break;
    }
    return refusal_for(name, Kind::Unreachable, trouble.detail);
}

}  // namespace

ProvedSystem::ProvedSystem(std::string name, system::System system)
    : name_(std::move(name)), system_(std::move(system)) {}

Complaint ProvedSystem::refusal_of(const ChatRequest& request) const {
    if (request.messages.size() != 1 || request.messages.front().role != "user") {
        return Refusal{400,
                       "unsupported_content",
                       say::system_takes_the_input,
                       {{"param", "/messages"}, {"system", name_}},
                       "/messages"};
    }
    const core::Recipe& recipe = system_.spec().recipe;
    const bool writes = recipe.decide == core::Decide::Generate;
    const auto fixed = [&](std::string_view at) {
        return Refusal{400,
                       "unsupported_parameter",
                       say::fixed_by_recipe,
                       {{"param", std::string(at)}, {"system", name_}},
                       std::string(at)};
    };
    if (request.temperature.value_or(recipe.temperature) != recipe.temperature) {
        return fixed("/temperature");
    }
    if (request.top_p.value_or(1) != 1) {
        return fixed("/top_p");
    }
    if (request.top_k.value_or(0) != 0) {
        return fixed("/top_k");
    }
    // At temperature 0 a seed changes nothing.
    if (request.seed && recipe.temperature > 0 && *request.seed != recipe.sampling_seed) {
        return fixed("/seed");
    }
    if (writes && request.max_tokens.value_or(recipe.max_tokens) < recipe.max_tokens) {
        return fixed(request.max_tokens_at);
    }
    if (!request.stop.empty()) {
        return fixed("/stop");
    }
    if (request.schema) {
        return fixed("/response_format");
    }
    return std::nullopt;
}

Complaint ProvedSystem::ask(std::uint64_t ticket, const ChatRequest& request) {
    const system::How how{engine::Priority::Interactive, k_longest_answer, false};
    const auto asked = system_.ask({{request.messages.front().content, request.context}}, how);
    if (!asked) {
        return refusal_for(name_, engine::FailureKind::Unreachable, "the engine is closed");
    }
    tickets_[asked->front()] = ticket;
    return std::nullopt;
}

void ProvedSystem::cancel(std::uint64_t ticket) {
    const auto found =
        std::ranges::find(tickets_, ticket, [](const auto& pair) { return pair.second; });
    if (found != tickets_.end()) {
        system_.cancel(found->first);
    }
}

std::variant<Completion, Refusal> ProvedSystem::read(const core::Answer& answer) const {
    if (answer.failure != core::Failure::None || !answer.parsed) {
        return refusal_of_answer(name_, answer);
    }
    Completion completion = completion_of(*answer.parsed, answer);
    completion.confidence = answer.confidence;
    if (const auto probabilities = system_.probabilities(answer)) {
        for (std::size_t i = 0; i < probabilities->size(); ++i) {
            completion.probabilities.emplace_back(system_.spec().labels[i], (*probabilities)[i]);
        }
    }
    return completion;
}

std::vector<Said> ProvedSystem::take() {
    std::vector<Said> said;
    for (const system::Ended& ended : system_.wait(Nanoseconds{0})) {
        const auto found = tickets_.find(ended.ticket);
        if (found == tickets_.end()) {
            continue;
        }
        Said& last = said.emplace_back();
        last.ticket = found->second;
        tickets_.erase(found);
        if (const auto* trouble = std::get_if<system::Trouble>(&ended.outcome)) {
            last.what = refusal_of_trouble(name_, *trouble);
            continue;
        }
        auto read_answer = read(std::get<core::Answer>(ended.outcome));
        if (auto* completion = std::get_if<Completion>(&read_answer)) {
            last.what = std::move(*completion);
        } else {
            last.what = std::get<Refusal>(read_answer);
        }
    }
    return said;
}

}  // namespace palier::serve
