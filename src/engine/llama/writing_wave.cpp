// Generating: the rest of every prompt in one pack, then one token of every text that is not
// finished in each.
#include "engine/llama/wave.h"
#include "engine/llama/writer.h"

#include <algorithm>

namespace palier::engine::llama {
namespace {

class WritingWave final : public Wave {
   public:
    WritingWave(const std::vector<Charge*>& charges,
                std::size_t shared,
                Decoder& decoder,
                const Hands& hands)
        : shared_(shared), decoder_(decoder) {
        for (Charge* charge : charges) {
            Text text{charge, std::make_unique<Writer>(*charge, hands)};
            if (text.writer->begin()) {
                text.sequence = static_cast<Sequence>(texts_.size() + 1);
                text.position = charge->base;
                decoder_.fork(0, text.sequence);
                texts_.push_back(std::move(text));
            }
        }
    }

    Pack next() override {
        std::erase_if(texts_, [this](const Text& text) {
            if (text.writer->is_finished()) {
                decoder_.drop(text.sequence);
                return true;
            }
            return false;
        });
        Pack pack;
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            add(pack, texts_[i]);
            pack.entries.back().logits = true;
            pack.rows.back() = i;
        }
        prompted_ = true;
        return pack;
    }

    void on_output(std::size_t row, std::span<const float> logits) override {
        if (!texts_[row].writer->is_finished()) {
            texts_[row].writer->on_logits(logits);
        }
    }

   private:
    struct Text {
        Charge* charge = nullptr;
        std::unique_ptr<Writer> writer;
        Sequence sequence = 0;
        std::size_t position = 0;  // of the next token
    };

    // The rest of the prompt, and the tokens chosen since.
    void add(Pack& pack, Text& text) const {
        if (!prompted_) {
            for (std::size_t i = shared_; i < text.charge->base; ++i) {
                pack.add({text.charge->prompt[i], static_cast<int>(i), {text.sequence}, false});
            }
        }
        for (const Token token : text.writer->take_tokens()) {
            pack.add({token, static_cast<int>(text.position++), {text.sequence}, false});
        }
    }

    const std::size_t shared_;
    Decoder& decoder_;
    std::vector<Text> texts_;
    bool prompted_ = false;
};

}  // namespace

Room room_to_generate(const Charge& charge, std::size_t shared) {
    return {1, static_cast<int>(charge.base - shared) + charge.answer_tokens()};
}

std::unique_ptr<Wave> writing_wave(const std::vector<Charge*>& charges,
                                   std::size_t shared,
                                   Decoder& decoder,
                                   const Hands& hands) {
    return std::make_unique<WritingWave>(charges, shared, decoder, hands);
}

}  // namespace palier::engine::llama
