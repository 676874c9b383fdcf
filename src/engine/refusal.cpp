#include "engine/refusal.h"

#include "engine/codes.h"

#include <vector>

namespace palier::engine {
namespace {

std::vector<Capability> needs_of(const Request& request) {
    std::vector<Capability> needs;
    if (request.kind == Kind::Score) {
        needs.push_back(Capability::Score);
    } else if (request.kind == Kind::State) {
        needs.push_back(Capability::HiddenState);
    }
    switch (request.constraint.kind) {
        case Constraint::Kind::Free:
            break;
        case Constraint::Kind::Labels:
            needs.push_back(Capability::Labels);
            break;
        case Constraint::Kind::Schema:
            needs.push_back(Capability::Schema);
            break;
        case Constraint::Kind::Regex:
            needs.push_back(Capability::Regex);
            break;
    }
    if (request.top_log_probabilities > 0) {
        needs.push_back(Capability::TopLogProbabilities);
    }
    if (!request.tools.empty()) {
        needs.push_back(Capability::Tools);
    }
    if (!request.adapter.empty()) {
        needs.push_back(Capability::Adapter);
    }
    // Last: a text of a certain kind is refused by that kind's name.
    if (request.kind == Kind::Generate) {
        needs.push_back(Capability::Generate);
    }
    return needs;
}

std::optional<std::string> contradiction_in(const Request& request) {
    const bool for_labels = request.constraint.kind == Constraint::Kind::Labels;
    if (request.kind != Kind::Generate && request.constraint.kind != Constraint::Kind::Free) {
        return request.kind == Kind::Score ? "scoring writes no text that could be constrained"
                                           : "a state is no text that could be constrained";
    }
    if (request.kind == Kind::State && !request.labels.empty()) {
        return "there are labels, but a state is asked for";
    }
    if ((request.kind == Kind::Score || for_labels) && request.labels.empty()) {
        return request.kind == Kind::Score ? "there is no label to score"
                                           : "there is no label to choose from";
    }
    if (request.kind == Kind::Generate && !for_labels && !request.labels.empty()) {
        return "there are labels, but the text is not constrained to them";
    }
    return std::nullopt;
}

}  // namespace

std::optional<Failed> refusal_of(const Request& request, const Facts& facts) {
    for (const Capability need : needs_of(request)) {
        if (!facts.can(need)) {
            return Failed{
                FailureKind::Unsupported,
                "the engine " + facts.engine + " cannot do this: " + std::string(name_of(need)),
                0,
                need};
        }
    }
    if (std::optional<std::string> why = contradiction_in(request)) {
        return Failed{FailureKind::Rejected, std::move(*why), 0};
    }
    return std::nullopt;
}

Error cannot(const std::string& engine, Capability missing) {
    return Error(codes::cannot_do,
                 {{"engine", engine}, {"capability", std::string(name_of(missing))}});
}

}  // namespace palier::engine
