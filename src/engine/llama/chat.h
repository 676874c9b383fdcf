// From messages to the text that a model was trained to read.
#pragma once

#include "base/result.h"
#include "engine/engine.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::engine::llama {

struct Rendered {
    std::string text;  // without the token that begins every prompt
    // [begin, end) of `text` that came from messages, not from the template, in order.
    std::vector<std::pair<std::size_t, std::size_t>> from_messages;
};

// The mark that closes the thought in which a prompt ends; "": it ends in none.
[[nodiscard]] std::string_view closing_mark(std::string_view prompt);

// Thread-safe once made.
class ChatFormat {
   public:
    // `source` "": the plain format. `begin` and `end` are the texts of the tokens that templates
    // call bos_token and eos_token; `adds_begin`: tokenising adds the former, so that a template
    // that writes it too does not double it. Error 2313.
    [[nodiscard]] static Result<ChatFormat> make(const std::string& source,
                                                 const std::string& begin,
                                                 const std::string& end,
                                                 bool adds_begin);
    ~ChatFormat();
    ChatFormat(ChatFormat&&) noexcept;
    ChatFormat& operator=(ChatFormat&&) noexcept;

    // The prompt for the assistant's next message. `thinks`: templates that leave it open have the
    // model think first. `closes_thought`: where the template opens a thought all the same, it is
    // closed again, empty, so that what follows is the answer. Error 2313: the template refuses the
    // messages.
    struct Wish {
        bool thinks = false;
        bool closes_thought = false;
    };
    [[nodiscard]] Result<Rendered> render(const std::vector<Message>& messages,
                                          const Wish& wish) const;
    [[nodiscard]] Result<Rendered> render(const std::vector<Message>& messages) const {
        return render(messages, Wish{});
    }
    // What ends an answer besides the model's own end tokens ("plain" only).
    [[nodiscard]] std::vector<std::string> stops() const;
    [[nodiscard]] bool is_plain() const;

   private:
    struct Template;
    explicit ChatFormat(std::unique_ptr<Template> held);
    std::unique_ptr<Template> template_;  // null: plain
};

}  // namespace palier::engine::llama
