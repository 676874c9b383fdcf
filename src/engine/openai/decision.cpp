#include "engine/openai/decision.h"

#include "base/text.h"
#include "engine/openai/error_body.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace palier::engine::openai {
namespace {

constexpr double k_ruled_out = -std::numeric_limits<double>::infinity();

BrokenAnswer not_understood(std::string why, const json::Value& what) {
    return {BrokenAnswer::How::NotUnderstood, std::move(why) + ": " + excerpt_of(what), ""};
}

// nullopt: it is none of them. A boolean "true" is another choice than the text.
std::optional<std::size_t> place_of(const json::Value& value,
                                    const std::vector<std::string>& labels) {
    const auto found =
        value.is_string() ? std::ranges::find(labels, value.as_string()) : labels.end();
    return found == labels.end() ? std::nullopt
                                 : std::optional(static_cast<std::size_t>(found - labels.begin()));
}

// One per label, nullopt where it was left out; or why they are none.
std::variant<std::vector<std::optional<double>>, BrokenAnswer> probabilities_in(
    const json::Value& answer, const std::vector<std::string>& labels) {
    std::vector<std::optional<double>> probabilities(labels.size());
    double sum = 0;
    for (const json::Value& each : answer["probabilities"].as_array()) {
        const auto place = place_of(each["value"], labels);
        if (!place) {
            return not_understood("a probability of what is no label of the job", each);
        }
        if (probabilities[*place]) {
            return not_understood("two probabilities of one label", each);
        }
        const double probability = each["probability"].as_double(-1);
        if (!(probability >= 0 && probability <= 1)) {
            return not_understood("a probability that is none", each);
        }
        probabilities[*place] = probability;
        sum += probability;
    }
    if (std::abs(sum - 1) > k_sum_tolerance) {
        return not_understood("probabilities that do not add up to 1", answer);
    }
    return probabilities;
}

std::variant<ReadAnswer, BrokenAnswer> choice_in(const json::Value& answer,
                                                 const std::vector<std::string>& labels) {
    const auto chosen = place_of(answer["choice"], labels);
    if (!chosen) {
        return not_understood("a choice that is no label of the job", answer);
    }
    const auto read = probabilities_in(answer, labels);
    if (const auto* broken = std::get_if<BrokenAnswer>(&read)) {
        return *broken;
    }
    const auto& probabilities = std::get<0>(read);
    if (!probabilities[*chosen]) {
        return not_understood("a choice without a probability", answer);
    }
    ReadAnswer found;
    found.ended = Ended::Well;
    found.chosen = chosen;
    for (const std::optional<double>& probability : probabilities) {
        const double known = probability.value_or(0);
        found.scores.push_back({known > 0 ? std::log(known) : k_ruled_out, 1});
    }
    return found;
}

}  // namespace

std::string decision_body_of(const Request& request, const std::string& model) {
    std::string instructions;
    json::Value messages = json::Array{};
    for (const Message& message : request.messages) {
        if (message.role == "system") {
            instructions += (instructions.empty() ? "" : "\n\n") + message.content;
        } else {
            messages.push(json::Object{{"role", message.role}, {"content", message.content}});
        }
    }
    json::Value choices = json::Array{};
    for (const std::string& label : request.labels) {
        choices.push(json::Object{{"value", label}});
    }
    json::Value input = messages;
    if (messages.as_array().size() == 1) {
        input = messages.as_array().front()["content"];
    }
    json::Value question = json::Object{
        {"type", "choice"}, {"instructions", instructions}, {"choices", std::move(choices)}};
    return json::write(json::Object{{"model", model},
                                    {"input", std::move(input)},
                                    {"questions", json::Array{std::move(question)}}});
}

std::variant<ReadAnswer, BrokenAnswer> decision_in(const json::Value& body,
                                                   const std::vector<std::string>& labels) {
    if (is_error(body)) {
        std::string message = message_in(body);
        return BrokenAnswer{BrokenAnswer::How::ErrorMessage,
                            message.empty() ? excerpt_of(body) : std::move(message),
                            complaint_in(json::write(body))};
    }
    const json::Array& answers = body["answers"].as_array();
    if (answers.size() != 1) {
        return not_understood(
            answers.empty() ? "there is no answer in it" : "several answers to one question", body);
    }
    const json::Value& answer = answers.front();
    const std::string& type = answer["type"].as_string();
    if (type == "refusal") {
        ReadAnswer refused;
        refused.ended = Ended::Well;
        const std::string& why = answer["refusal"].as_string();
        refused.refusal = why.empty() ? "the endpoint refused the question" : why;
        return refused;
    }
    if (type != "choice") {
        return not_understood("an answer to another question", answer);
    }
    return choice_in(answer, labels);
}

std::string DecisionReader::feed(std::string_view bytes) {
    raw_ += bytes;
    return {};
}

std::variant<ReadAnswer, BrokenAnswer> DecisionReader::result() {
    const std::string_view text = trim(raw_);
    const auto body = json::parse_or_nothing(as_valid_utf8(text));
    if (!body) {
        const bool cut = text.empty() || text.starts_with("{");
        constexpr std::size_t k_long = 80;
        return BrokenAnswer{
            cut ? BrokenAnswer::How::CutOff : BrokenAnswer::How::NotUnderstood,
            cut ? "the answer's JSON is cut off"
                : "no JSON: " + as_one_line(trim(shortened(std::string(text), k_long))),
            ""};
    }
    usage_ = tokens_counted_in(*body).value_or(TokensCounted{});
    auto read = decision_in(*body, labels_);
    if (auto* answer = std::get_if<ReadAnswer>(&read)) {
        answer->usage = usage_;
    }
    return read;
}

}  // namespace palier::engine::openai
