// The engine over one loaded model: one thread takes batches from the desk, makes their requests
// ready, cuts them into waves and works on these one after the other.
#pragma once

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/llama/chat.h"
#include "engine/llama/decoder.h"
#include "engine/llama/desk.h"
#include "engine/llama/model.h"
#include "engine/llama/prompt.h"
#include "engine/llama/vocabulary.h"
#include "engine/llama/wave.h"
#include "engine/shared_engine.h"

#include <memory>
#include <thread>
#include <vector>

namespace palier::engine::llama {

struct EngineParts {
    ModelPtr model;
    ChatFormat format;
    std::unique_ptr<Decoder> decoder;
    Facts facts;
    int sequences = 16;  // requests at once
};

class LlamaEngine final : public SharedEngine {
   public:
    explicit LlamaEngine(EngineParts parts);
    ~LlamaEngine() override;

    [[nodiscard]] const Facts& facts() const override { return parts_.facts; }
    [[nodiscard]] Counters counters() const override { return parts_.decoder->counters(); }

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
    void work_on(const std::vector<TicketPtr>& batch);
    // Null: it has ended with a failure.
    [[nodiscard]] std::unique_ptr<Job> ready(const TicketPtr& ticket, std::size_t& before_input);
    // The next jobs from `first` on that are worked on together.
    [[nodiscard]] std::vector<Job*> wave_from(const std::vector<std::unique_ptr<Job>>& jobs,
                                              std::size_t first,
                                              std::size_t shared) const;
    void work_on_wave(std::vector<Job*> wave, const Tokens& beginning, bool first_of_batch);

    EngineParts parts_;
    Vocabulary vocabulary_;
    SystemClock clock_;
    Desk desk_{clock_};
    std::thread worker_;
};

}  // namespace palier::engine::llama
