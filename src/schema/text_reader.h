// A JSON string in the making, after its opening quote: bytes become characters, escapes included,
// and only such as somebody allows.
#pragma once

#include <cstdint>

namespace palier::schema {

// Who decides about the characters of a text, one after the other.
class Characters {
   public:
    virtual ~Characters() = default;
    // Whether some character of from..to may come next.
    [[nodiscard]] virtual bool allows_some(char32_t from, char32_t to) const = 0;
    // The next one, if it may come.
    [[nodiscard]] virtual bool take(char32_t character) = 0;
};

class TextReader {
   public:
    enum class After { No, More, Closed };  // not allowed (nothing changed but in `characters`)

    // Escaped and ended by a quote, as in JSON.
    [[nodiscard]] After feed(char byte, Characters& characters);
    // As it is. Never Closed.
    [[nodiscard]] After feed_plain(char byte, Characters& characters);
    // No character is under way.
    [[nodiscard]] bool is_between() const { return at_ == At::Between; }
    bool operator==(const TextReader&) const = default;

   private:
    enum class At { Between, Tail, Escape, Hex, LowBackslash, LowU, LowHex };

    [[nodiscard]] bool feed_escape(char byte, Characters& characters);
    [[nodiscard]] bool feed_hex(char byte, Characters& characters);
    [[nodiscard]] bool feed_tail(unsigned char byte, Characters& characters);
    [[nodiscard]] bool take(char32_t character, Characters& characters);

    At at_ = At::Between;
    int left_ = 0;        // bytes or digits to come
    char32_t value_ = 0;  // of those that came
    char32_t high_ = 0;   // first half of a surrogate pair
    char32_t least_ = 0;  // what the bytes of a character must at least make
};

}  // namespace palier::schema
