// The fields of what shapes an answer, with their names in the formats: what stores a SystemSpec
// and what hashes it walk the same list, so that no field can be left out of either.
//
// `describe` takes a type apart by structured binding: a field added to it does not compile until
// it is named here.
#pragma once

#include "core/system.h"

#include <concepts>
#include <type_traits>

namespace palier::core {

template <class T, class Wanted>
concept Is = std::same_as<std::remove_const_t<T>, Wanted>;

template <class Visit>
void describe(Visit& visit, Is<Shot> auto& value) {
    auto& [input, expected, context] = value;
    visit("input", input)("expected", expected)("context", context);
}

template <class Visit>
void describe(Visit& visit, Is<Recipe> auto& value) {
    auto& [rung,
           decide,
           norm,
           orders,
           constrained,
           reasons,
           repairs,
           nearest,
           shots,
           temperature,
           seed,
           max_tokens,
           baseline] = value;
    visit("rung", rung)("decide", decide)("norm", norm)("orders", orders);
    visit("constrained", constrained);
    visit("reasons", reasons)("repairs", repairs);
    visit("nearest", nearest)("shots", shots)("temperature", temperature)("sampling_seed", seed);
    visit("max_tokens", max_tokens)("baseline", baseline);
}

template <class Visit>
void describe(Visit& visit, Is<SystemSpec> auto& value) {
    auto& [identity,
           engine,
           build,
           chat_template,
           weights,
           adapter,
           context,
           options,
           task,
           language,
           instructions,
           labels,
           schema,
           prompt_version,
           recipe,
           examples,
           prior,
           temperature,
           precision,
           learned] = value;
    visit("model_identity", identity)("engine", engine)("engine_build", build);
    visit("chat_template", chat_template)("weights", weights)("adapter", adapter);
    visit("context_tokens", context)("engine_options", options)("task", task);
    visit("language", language)("instructions", instructions)("labels", labels);
    visit("schema", schema)("prompt_version", prompt_version)("recipe", recipe);
    visit("examples", examples);
    visit("label_prior", prior)("score_temperature", temperature);
    visit("label_precision", precision)("learned", learned);
}

}  // namespace palier::core
