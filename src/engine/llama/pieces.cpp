#include "engine/llama/pieces.h"

namespace palier::engine::llama {

Pieces::Pieces(const Vocabulary& vocabulary) {
    pieces_.reserve(static_cast<std::size_t>(vocabulary.size()));
    for (Token token = 0; token < vocabulary.size(); ++token) {
        if (vocabulary.ends_generation(token)) {
            ends_.push_back(token);
            pieces_.emplace_back();
            continue;
        }
        pieces_.push_back(vocabulary.piece(token, false));
        if (!pieces_.back().empty()) {
            by_byte_[static_cast<unsigned char>(pieces_.back().front())].push_back(token);
        }
    }
}

}  // namespace palier::engine::llama
