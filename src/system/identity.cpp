#include "system/identity.h"

#include "base/text.h"
#include "core/names.h"
#include "core/system_fields.h"
#include "lib/hash/sha256.h"
#include "system/follow_ups.h"
#include "system/prompt.h"

#include <algorithm>
#include <concepts>
#include <type_traits>

namespace palier::system {
namespace {

// Names of options.
constexpr const char* k_thinking = "thinking";
constexpr const char* k_api = "api";

bool is_decision(const core::SystemSpec& spec) {
    return std::ranges::any_of(spec.engine_options, [](const auto& option) {
        return option.first == k_api && option.second == core::name_of(core::Api::Decisions);
    });
}

// Feeds each field with its name into the hash; a list begins with its length.
class Hasher {
   public:
    template <class T>
    Hasher& operator()(std::string_view name, const T& value) {
        sha_.field(name);
        add(value);
        return *this;
    }
    [[nodiscard]] std::string hex() { return sha_.hex(); }

   private:
    void add(const std::string& text) { sha_.field(text); }
    void add(double number) { sha_.field(shortest(number)); }
    template <class T>
        requires std::integral<T>
    void add(T number) {
        sha_.field(std::to_string(number));
    }
    template <class T>
        requires std::is_enum_v<T>
    void add(T word) {
        sha_.field(core::name_of(word));
    }
    template <class First, class Second>
    void add(const std::pair<First, Second>& pair) {
        add(pair.first);
        add(pair.second);
    }
    template <class T>
    void add(const std::vector<T>& list) {
        add(list.size());
        for (const T& element : list) {
            add(element);
        }
    }
    template <class T>
        requires std::is_class_v<T>
    void add(const T& value) {
        core::describe(*this, value);
    }

    hash::Sha256 sha_;
};

}  // namespace

core::SystemSpec spec_of(const core::Job& job,
                         const core::Recipe& recipe,
                         const engine::Facts& facts,
                         const core::ModelSpec& model,
                         const std::vector<core::Shot>& examples) {
    constexpr int k_room_to_think = 2048;
    core::SystemSpec spec;
    spec.model_identity = facts.model_identity;
    spec.engine = facts.engine;
    spec.engine_build = facts.build;
    spec.chat_template = facts.chat_template;
    spec.weights = core::weights_from(facts.weights).value_or(core::Weights::AsFile);
    spec.context_tokens = facts.context_tokens;
    if (facts.threads > 0) {
        spec.engine_options.emplace_back("threads", std::to_string(facts.threads));
    }
    spec.task = job.task;
    spec.language = job.language;
    spec.instructions = job.instructions;
    spec.labels = job.labels;
    spec.schema = job.schema;
    spec.prompt_version = k_prompt_version;
    spec.recipe = recipe;
    if (recipe.nearest > 0) {
        spec.examples = examples;
    }
    if (model.thinking) {
        spec.engine_options.emplace_back(k_thinking, *model.thinking ? "on" : "off");
        spec.recipe.max_tokens += *model.thinking ? k_room_to_think : 0;
    }
    // Absent, as in Systems of earlier versions, it is chat completions.
    if (model.api != core::Api::Chat) {
        spec.engine_options.emplace_back(k_api, core::name_of(model.api));
    }
    spec.recipe.max_tokens = model.max_tokens.value_or(spec.recipe.max_tokens);
    return spec;
}

std::string hash_of(const core::SystemSpec& spec) {
    Hasher hasher;
    core::describe(hasher, spec);
    return hasher.hex();
}

engine::Request plain_request_for(const core::SystemSpec& spec,
                                  const ShownShots& shots,
                                  const core::Input& input) {
    const core::Recipe& recipe = spec.recipe;
    engine::Request request;
    request.kind = recipe.decide == core::Decide::Score  ? engine::Kind::Score
                   : recipe.decide == core::Decide::Head ? engine::Kind::State
                                                         : engine::Kind::Generate;
    request.messages =
        is_decision(spec) ? question_for(spec, shots, input) : messages_for(spec, shots, input);
    request.input = input.text;
    request.context = input.context;
    request.sampling.temperature = recipe.temperature;
    request.sampling.seed = recipe.sampling_seed;
    request.sampling.max_tokens = recipe.max_tokens;
    for (const auto& [name, value] : spec.engine_options) {
        if (name == k_thinking) {
            request.sampling.thinking = value == "on";
        }
    }
    request.adapter = spec.adapter;
    if (request.kind == engine::Kind::Score ||
        (recipe.constrained && request.kind == engine::Kind::Generate)) {
        request.labels = spec.labels;
    }
    if (recipe.constrained && request.kind == engine::Kind::Generate) {
        request.constraint = spec.task == core::Task::Extract
                                 ? engine::Constraint{engine::Constraint::Kind::Schema, spec.schema}
                                 : engine::Constraint{engine::Constraint::Kind::Labels, ""};
    }
    return request;
}

engine::Request request_for(const core::SystemSpec& spec,
                            const ShownShots& shots,
                            const core::Input& input) {
    return first_question(spec, plain_request_for(spec, shots, input));
}

engine::Request request_for(const core::SystemSpec& spec, const core::Input& input) {
    return request_for(spec, ShownShots(spec), input);
}

RequestKeys::RequestKeys(const core::SystemSpec& spec) : spec_(spec), shots_(spec) {
    core::SystemSpec asked = spec;
    // How an answer is read, and what is in the messages word for word.
    asked.recipe = {};
    asked.examples.clear();
    asked.label_prior.clear();
    asked.score_temperature = 0;
    asked.label_precision.clear();
    asked.recipe.decide = spec.recipe.decide;
    asked.recipe.orders = spec.recipe.orders;
    if (spec.recipe.decide == core::Decide::Generate) {
        asked.recipe.constrained = spec.recipe.constrained;
        asked.recipe.reasons = spec.recipe.reasons;
        asked.recipe.repairs = spec.recipe.repairs;
        asked.recipe.temperature = spec.recipe.temperature;
        asked.recipe.sampling_seed = spec.recipe.sampling_seed;
        asked.recipe.max_tokens = spec.recipe.max_tokens;
    }
    asker_ = hash_of(asked);
}

std::string RequestKeys::of(const core::Input& input) const {
    hash::Sha256 sha;
    sha.field("request").field(asker_);
    for (const engine::Message& message : request_for(spec_, shots_, input).messages) {
        sha.field(message.role).field(message.content);
    }
    sha.field(input.text).field(input.context);
    return sha.hex();
}

}  // namespace palier::system
