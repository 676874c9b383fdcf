// The engine over one loaded model: one thread takes requests from the desk, makes them ready, and
// computes forward passes of two lanes by turns. Fixed batches and everything else have contexts of
// their own over the same weights (docs/adr/0010); a lane has none before its first request.
#pragma once

#include "base/clock.h"
#include "engine/llama/chat.h"
#include "engine/llama/constraints.h"
#include "engine/llama/decoder.h"
#include "engine/llama/desk.h"
#include "engine/llama/fixed_lane.h"
#include "engine/llama/model.h"
#include "engine/llama/open_lane.h"
#include "engine/llama/pace.h"
#include "engine/llama/prompt.h"
#include "engine/llama/vocabulary.h"
#include "engine/shared_engine.h"

#include <memory>
#include <thread>
#include <vector>

namespace palier::engine::llama {

struct EngineParts {
    ModelPtr model;
    ChatFormat format;
    std::unique_ptr<Decoder> decoder;  // of the lane that works first
    DecoderOptions decoder_options;    // of the other's
    Facts facts;
};

class LlamaEngine final : public SharedEngine {
   public:
    explicit LlamaEngine(EngineParts parts);
    ~LlamaEngine() override;

    [[nodiscard]] const Facts& facts() const override { return parts_.facts; }
    [[nodiscard]] Counters counters() const override;

   private:
    [[nodiscard]] Box open_box() override { return desk_.open_box(); }
    void close_box(Box box) override { desk_.close_box(box); }
    Result<void> post(Box box, std::vector<Request> batch) override {
        return desk_.post(box, std::move(batch), parts_.facts);
    }
    [[nodiscard]] std::vector<Event> wait(Box box, Nanoseconds patience) override {
        return desk_.wait(box, patience);
    }
    void cancel(Box box, std::uint64_t id) override { desk_.cancel(box, id); }
    [[nodiscard]] Result<std::string> render(const Request& request) override;
    void wake() override { desk_.close(); }

    void work();
    void take_in_fixed();
    void take_in_open();
    // Null: it has ended with a failure.
    [[nodiscard]] ChargePtr ready(const TicketPtr& ticket);
    [[nodiscard]] ChargePtr charge_of(const TicketPtr& ticket);
    // False: it cannot be, and the request has ended.
    [[nodiscard]] bool hold(Charge& charge, const std::string& closing);
    // False: there is no memory for another context, and these have ended.
    template <typename AnyLane>
    [[nodiscard]] bool has_decoder(AnyLane& lane, const std::vector<TicketPtr>& waiting);
    template <typename AnyLane>
    void pass_of(AnyLane& lane, Lane which, Priority priority);

    EngineParts parts_;
    const Vocabulary vocabulary_;
    SystemClock clock_;
    Desk desk_{clock_};
    const Hands hands_;
    Constraints constraints_;
    std::optional<Pieces> pieces_;  // made when a text is first held to something
    FixedLane fixed_;
    OpenLane open_;
    Pace pace_;
    std::thread worker_;
};

}  // namespace palier::engine::llama
