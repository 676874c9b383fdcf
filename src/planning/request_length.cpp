#include "planning/request_length.h"

#include "core/recipes.h"
#include "eval/examples.h"
#include "planning/prepare.h"
#include "system/identity.h"
#include "system/prompt.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace palier::planning {
namespace {

// Characters, with each digit for as many as a token has: tokenizers mostly split numbers into
// their digits.
std::size_t characters_of(std::string_view text) {
    const auto digits = static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; }));
    return text.size() + digits * (k_characters_per_token - 1);
}

double long_one(std::vector<std::size_t> characters) {
    if (characters.empty()) {
        return 0;
    }
    const auto at = static_cast<std::ptrdiff_t>((characters.size() * 95 + 99) / 100 - 1);
    std::nth_element(characters.begin(), characters.begin() + at, characters.end());
    return static_cast<double>(characters[static_cast<std::size_t>(at)]) / k_characters_per_token;
}

}  // namespace

std::int64_t tokens_of(const engine::Request& request) {
    constexpr std::size_t k_template_tokens = 8;
    std::size_t tokens = 0;
    for (const engine::Message& message : request.messages) {
        const std::size_t characters = characters_of(message.content);
        tokens += (characters + k_characters_per_token - 1) / k_characters_per_token;
        tokens += k_template_tokens;
    }
    return static_cast<std::int64_t>(tokens);
}

RequestLength length_of(const Prepared& prepared) {
    const core::SystemSpec spec = system::spec_of(prepared.job, {});
    std::vector<std::size_t> prompts;
    std::vector<std::size_t> own;
    std::vector<std::size_t> answers;
    for (const core::Case& item : prepared.cases) {
        std::size_t characters = 0;
        for (const engine::Message& message : system::messages_for(spec, item.asked())) {
            characters += characters_of(message.content);
        }
        prompts.push_back(characters);
        own.push_back(characters_of(item.input));
        for (const std::string& expected : item.expected) {
            answers.push_back(characters_of(expected));
        }
    }
    RequestLength length;
    length.prompt_tokens = long_one(std::move(prompts));
    length.own_tokens = long_one(std::move(own));
    length.output_tokens = prepared.job.task == core::Task::Classify || answers.empty()
                               ? 0
                               : long_one(std::move(answers)) + 1;  // the end of the text
    return length;
}

MeanRequest mean_request(const core::Job& job, const eval::Split& split) {
    std::vector<const core::Case*> dev;
    for (const core::Case& item : split.dev) {
        dev.push_back(&item);
    }
    core::Recipe recipe;
    const core::Ingredients ingredients = core::ingredients_of(
        job, recipe.max_tokens, eval::examples_of(job.task, dev, {}), dev.size());
    // Of several sets the middle one.
    if (!ingredients.fixed.empty()) {
        for (const std::size_t i : ingredients.fixed[ingredients.fixed.size() > 1 ? 1 : 0]) {
            recipe.shots.push_back(ingredients.shots[i]);
        }
    }
    const core::SystemSpec spec = system::spec_of(job, recipe);
    double prompt = 0, answer = 0;
    for (const core::Case& item : split.test) {
        for (const engine::Message& message : system::messages_for(spec, item.asked())) {
            prompt += static_cast<double>(characters_of(message.content));
        }
        answer += item.expected.empty() ? 0 : static_cast<double>(item.expected.front().size());
    }
    const double characters = static_cast<double>(std::max<std::size_t>(1, split.test.size())) *
                              static_cast<double>(k_characters_per_token);
    return {prompt / characters, answer / characters + 1};
}

Result<RequestLength> request_length(const core::Job& job, const ClimbOptions& options) {
    job::JobFile alone;
    alone.job = job;
    alone.job.candidates.clear();
    alone.job.topline.reset();
    const auto prepared = prepare(alone, options);
    PALIER_TRY(prepared);
    return length_of(*prepared);
}

}  // namespace palier::planning
