#include "system/follow_ups.h"

#include "answer/words.h"
#include "base/text.h"
#include "lib/json/json.h"
#include "system/prompt.h"

#include <algorithm>
#include <utility>

namespace palier::system {
namespace {

// What is shown of an answer that is asked for again, and of what is wrong with it.
constexpr std::size_t k_most_shown_bytes = 4000;
constexpr std::size_t k_most_violations = 5;
constexpr std::size_t k_most_violation_bytes = 120;

bool is_french(const core::SystemSpec& spec) {
    return spec.language == "fr";
}

// The names of the members that are wanted, of each object where it is a list of them.
std::string fields_of(const core::SystemSpec& spec) {
    const json::Value schema = json::parse_or_nothing(spec.schema).value_or(json::Value());
    const json::Value* properties = schema.find("properties");
    properties = properties == nullptr ? schema["items"].find("properties") : properties;
    std::vector<std::string> names;
    for (const json::Member& member :
         properties == nullptr ? json::Object() : properties->as_object()) {
        names.push_back(member.first);
    }
    return names.empty()
               ? ""
               : (is_french(spec) ? "\n\nChamps : " : "\n\nFields: ") + join(names, ", ") + ".";
}

std::string reasoning_question(const core::SystemSpec& spec) {
    return is_french(spec)
               ? "\n\nRéfléchis d'abord : dis en quelques phrases ce que le texte dit de "
                 "chaque champ. N'écris pas encore le JSON."
               : "\n\nThink first: say in a few sentences what the text says about "
                 "each field. Do not write the JSON yet.";
}

std::string answer_question(const core::SystemSpec& spec) {
    return is_french(spec) ? "Réponds maintenant par l'objet JSON, et rien d'autre."
                           : "Now answer with the JSON object and nothing else.";
}

std::string repair_question(const core::SystemSpec& spec, const std::string& wrong) {
    return is_french(spec) ? "Cette réponse ne convient pas : " + wrong +
                                 ". Réponds de nouveau par un seul objet JSON conforme au "
                                 "schéma, et rien d'autre."
                           : "That answer will not do: " + wrong +
                                 ". Answer again with one JSON object that follows the schema "
                                 "and nothing else.";
}

template <class T>
std::optional<T> sum(const std::optional<T>& a, const std::optional<T>& b) {
    return a && b ? std::optional<T>(*a + *b) : std::nullopt;
}

}  // namespace

engine::Request first_question(const core::SystemSpec& spec, engine::Request plain) {
    if (spec.recipe.reasons) {
        // Neither the schema nor an example in JSON: a small model would write what it has seen.
        engine::Message asked = std::move(plain.messages.back());
        asked.content += reasoning_question(spec);
        plain.messages = {{"system", std::string(trim(spec.instructions)) + fields_of(spec)},
                          std::move(asked)};
        plain.constraint = {};
        plain.sampling.max_tokens = std::min(plain.sampling.max_tokens, k_most_reasoning_tokens);
    }
    return plain;
}

FollowUps::FollowUps(const core::SystemSpec& spec) : spec_(&spec) {
    if (spec.recipe.repairs > 0 && !spec.schema.empty()) {
        if (Result<schema::Schema> read = schema::Schema::read(spec.schema)) {
            schema_ = *std::move(read);
        }
    }
}

int FollowUps::most() const {
    if (spec_->recipe.decide == core::Decide::Score) {
        return spec_->recipe.orders;
    }
    return 1 + (spec_->recipe.reasons ? 1 : 0) + (schema_ ? spec_->recipe.repairs : 0);
}

std::optional<int> FollowUps::repairs_at(int turn) const {
    const int repairs = turn - (spec_->recipe.reasons ? 1 : 0);
    return schema_ && repairs >= 0 ? std::optional(repairs) : std::nullopt;
}

std::string FollowUps::what_is_wrong(const core::Answer& answer) const {
    const bool french = is_french(*spec_);
    if (!schema_) {
        return "";
    }
    const auto value = answer.parsed ? json::parse_or_nothing(*answer.parsed) : std::nullopt;
    if (!value) {
        return french ? "elle ne contient pas d'objet JSON" : "there is no JSON object in it";
    }
    std::vector<std::string> wrong;
    for (const schema::Violation& violation : schema_->violations(*value, k_most_violations)) {
        wrong.push_back((french ? "la valeur à \"" : "the value at \"") +
                        shortened(violation.instance, k_most_violation_bytes) +
                        (french ? "\" enfreint `" : "\" breaks `") + violation.keyword + "`");
    }
    return join(wrong, ", ");
}

std::optional<engine::Request> FollowUps::after(int turn,
                                                const engine::Request& plain,
                                                const core::Answer& answer) const {
    if (turn + 1 >= most()) {
        return std::nullopt;
    }
    engine::Request next = plain;
    if (spec_->recipe.decide == core::Decide::Score) {
        next.messages.front().content = system_text(*spec_, turn + 1, spec_->recipe.orders);
        return next;
    }
    if (spec_->recipe.reasons && turn == 0) {
        const std::string reasoning(answer::trimmed(answer.text));
        // A model that had nothing to say answers as if nobody had asked for reasons.
        if (!reasoning.empty()) {
            next.messages.push_back({"assistant", reasoning});
            next.messages.push_back({"user", answer_question(*spec_)});
        }
        return next;
    }
    const bool said =
        answer.failure == core::Failure::None || answer.failure == core::Failure::InvalidAnswer;
    const std::string wrong = said ? what_is_wrong(answer) : "";
    if (wrong.empty()) {
        return std::nullopt;
    }
    next.messages.push_back({"assistant", shortened(answer.text, k_most_shown_bytes)});
    next.messages.push_back({"user", repair_question(*spec_, wrong)});
    return next;
}

std::string before_next(const core::SystemSpec& spec, const core::Answer& earlier) {
    if (spec.recipe.decide == core::Decide::Score) {
        return earlier.raw + "\n";
    }
    return earlier.text.empty() ? "" : "<think>\n" + earlier.text + "\n</think>";
}

core::Answer added_up(const core::Answer& earlier, core::Answer later) {
    later.tokens.prompt = sum(earlier.tokens.prompt, later.tokens.prompt);
    later.tokens.cached = sum(earlier.tokens.cached, later.tokens.cached);
    later.tokens.output = sum(earlier.tokens.output, later.tokens.output);
    if (earlier.tokens.thinking || later.tokens.thinking) {
        later.tokens.thinking =
            earlier.tokens.thinking.value_or(0) + later.tokens.thinking.value_or(0);
    }
    later.ttft_ms = sum(earlier.total_ms, later.ttft_ms);
    later.total_ms = sum(earlier.total_ms, later.total_ms);
    later.alone = earlier.alone && later.alone;
    return later;
}

}  // namespace palier::system
