// Reading: the rest of every prompt in one pack, and the state after its last token is the answer.
#include "engine/llama/wave.h"

namespace palier::engine::llama {
namespace {

class ReadingWave final : public Wave {
   public:
    ReadingWave(std::vector<Charge*> charges,
                std::size_t shared,
                Decoder& decoder,
                const Hands& hands)
        : charges_(std::move(charges)), shared_(shared), decoder_(decoder), hands_(hands) {}

    Pack next() override {
        Pack pack;
        for (std::size_t row = 0; !asked_ && row < charges_.size(); ++row) {
            add(pack, row);
        }
        asked_ = true;
        return pack;
    }

    void on_output(std::size_t row, std::span<const float> state) override {
        end_with_state(*charges_[row], state, hands_.desk);
    }

   private:
    void add(Pack& pack, std::size_t row) const {
        const Charge& charge = *charges_[row];
        const auto sequence = static_cast<Sequence>(row + 1);
        decoder_.fork(0, sequence);
        for (std::size_t i = shared_; i < charge.base; ++i) {
            const bool last = i + 1 == charge.base;
            pack.add({charge.prompt[i], static_cast<int>(i), {sequence}, last, last}, row);
        }
    }

    const std::vector<Charge*> charges_;
    const std::size_t shared_;
    Decoder& decoder_;
    const Hands& hands_;
    bool asked_ = false;
};

}  // namespace

Room room_to_read(const Charge& charge, std::size_t shared) {
    return {1, static_cast<int>(charge.base - shared)};
}

std::unique_ptr<Wave> reading_wave(std::vector<Charge*> charges,
                                   std::size_t shared,
                                   Decoder& decoder,
                                   const Hands& hands) {
    return std::make_unique<ReadingWave>(std::move(charges), shared, decoder, hands);
}

}  // namespace palier::engine::llama
