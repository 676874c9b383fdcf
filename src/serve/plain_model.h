// PlainModel: a model as it is, asked with chat messages; nothing about it was proved.
#pragma once

#include "base/rng.h"
#include "serve/served.h"

#include <map>
#include <memory>
#include <string>

namespace palier::serve {

// Where the client states none: at most so many tokens, and half of the context where that is less.
inline constexpr int k_usual_most_tokens = 1024;

// Not thread-safe. What the client does not state is as OpenAI has it: temperature 1, top_p 1, and
// a seed of each request's own.
class PlainModel final : public Served {
   public:
    // The client's engine outlives it.
    PlainModel(std::string name, std::unique_ptr<engine::Client> client, std::uint64_t seed);

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Complaint refusal_of(const ChatRequest& request) const override;
    [[nodiscard]] Complaint ask(std::uint64_t ticket, const ChatRequest& request) override;
    void cancel(std::uint64_t ticket) override { client_->cancel(ticket); }
    [[nodiscard]] std::vector<Said> take() override;

   private:
    [[nodiscard]] int usual_most_tokens() const;

    std::string name_;
    std::unique_ptr<engine::Client> client_;
    Rng rng_;
    struct Shown {
        bool wanted = false;  // as it comes
        bool any = false;
    };
    std::map<std::uint64_t, Shown> shown_;  // of what is under way
};

}  // namespace palier::serve
