#include "engine/capability.h"

#include "base/check.h"

namespace palier::engine {

std::string_view name_of(Capability capability) {
    switch (capability) {
        case Capability::Generate:
            return "generate";
        case Capability::Score:
            return "score";
        case Capability::Labels:
            return "labels";
        case Capability::Schema:
            return "schema";
        case Capability::Regex:
            return "regex";
        case Capability::TopLogProbabilities:
            return "top_log_probabilities";
        case Capability::Tools:
            return "tools";
        case Capability::Adapter:
            return "adapter";
        case Capability::SentenceEmbeddings:
            return "sentence_embeddings";
        case Capability::HiddenState:
            return "hidden_state";
    }
    PALIER_CHECK(false, "a capability without a name");
    return "";
}

}  // namespace palier::engine
