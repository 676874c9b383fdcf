#include "system/prompt.h"

#include "base/text.h"

#include <algorithm>

namespace palier::system {
namespace {

std::string form_of_answer(const core::SystemSpec& spec, const std::vector<std::string>& labels) {
    const bool french = spec.language == "fr";
    switch (spec.task) {
        case core::Task::Classify:
            return (french ? "Réponds par une seule de ces étiquettes, et rien d'autre : "
                           : "Answer with exactly one of these labels and nothing else: ") +
                   join(labels, ", ") + ".";
        case core::Task::Extract:
            if (spec.schema.empty()) {
                return french ? "Réponds par un seul objet JSON, et rien d'autre."
                              : "Answer with one JSON object and nothing else.";
            }
            return (french ? "Réponds par un seul objet JSON conforme à ce schéma JSON, et rien "
                             "d'autre :\n"
                           : "Answer with one JSON object that follows this JSON Schema and "
                             "nothing else:\n") +
                   std::string(trim(spec.schema));
        case core::Task::Answer:
            return french ? "Réponds par la réponse exacte la plus courte, sans phrase."
                          : "Answer with the shortest exact answer, without a sentence.";
        case core::Task::Generate:
            return "";
    }
    return "";
}

std::string user_text(const core::SystemSpec& spec, const core::Input& input) {
    if (input.context.empty()) {
        return input.text;
    }
    const bool french = spec.language == "fr";
    return (french ? "Contexte :\n" : "Context:\n") + input.context +
           (french ? "\n\nEntrée :\n" : "\n\nInput:\n") + input.text;
}

std::vector<engine::Message> messages_after(std::string system,
                                            const core::SystemSpec& spec,
                                            const ShownShots& shots,
                                            const core::Input& input) {
    std::vector<engine::Message> messages;
    messages.push_back({"system", std::move(system)});
    for (const core::Shot& shot : shots.for_input(input)) {
        messages.push_back({"user", user_text(spec, {shot.input, shot.context})});
        messages.push_back({"assistant", shot.expected});
    }
    messages.push_back({"user", user_text(spec, input)});
    return messages;
}

}  // namespace

std::vector<engine::Message> messages_for(const core::SystemSpec& spec,
                                          const ShownShots& shots,
                                          const core::Input& input) {
    return messages_after(system_text(spec, 0, 1), spec, shots, input);
}

std::string system_text(const core::SystemSpec& spec, int order, int orders) {
    std::vector<std::string> labels = spec.labels;
    const auto first = static_cast<std::ptrdiff_t>(labels.size()) * order / orders;
    std::ranges::rotate(labels, labels.begin() + first);
    const std::string form = form_of_answer(spec, labels);
    return std::string(trim(spec.instructions)) + (form.empty() ? "" : "\n\n" + form);
}

std::vector<engine::Message> messages_for(const core::SystemSpec& spec, const core::Input& input) {
    return messages_for(spec, ShownShots(spec), input);
}

std::vector<engine::Message> question_for(const core::SystemSpec& spec,
                                          const ShownShots& shots,
                                          const core::Input& input) {
    return messages_after(std::string(trim(spec.instructions)), spec, shots, input);
}

int max_tokens_for(const core::Job& job) {
    switch (job.task) {
        case core::Task::Classify: {
            std::size_t longest = 0;
            for (const std::string& label : job.labels) {
                longest = std::max(longest, label.size());
            }
            // A token is at least one byte; a little room for quotes or "Label:".
            return static_cast<int>(longest) + 12;
        }
        case core::Task::Answer:
            return 64;
        case core::Task::Extract:
        case core::Task::Generate:
            return 512;
    }
    return 512;
}

}  // namespace palier::system
