// A text in the making that stays within a language (language.h).
#pragma once

#include "schema/forms.h"
#include "schema/numbers.h"
#include "schema/text_reader.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace palier::schema {

// Copying it is cheap. Not thread-safe; copies are independent.
class Walk {
   public:
    explicit Walk(std::shared_ptr<const Forms> forms);

    // Goes on with all of `bytes`, or not at all (false).
    [[nodiscard]] bool feed(std::string_view bytes);
    // What was fed is a whole text of the language.
    [[nodiscard]] bool may_end() const;
    // The bytes that feed() takes next; none at an end behind which nothing may follow.
    [[nodiscard]] std::bitset<256> next_bytes() const;

   private:
    struct Root {
        bool done = false;
        bool operator==(const Root&) const = default;
    };
    struct LiteralAt {
        const LiteralForm* form = nullptr;
        std::size_t at = 0;
        bool operator==(const LiteralAt&) const = default;
    };
    struct TextAt {
        const TextForm* form = nullptr;
        TextReader reader;
        int state = 0;
        std::size_t length = 0;
        bool operator==(const TextAt&) const = default;
    };
    struct NumberAt {
        const NumberForm* form = nullptr;
        NumberText text;
        bool operator==(const NumberAt&) const = default;
    };
    enum class Before : std::uint8_t { FirstOrEnd, Next, Value, CommaOrEnd, Colon };
    struct ListAt {
        const ListForm* form = nullptr;
        Before before = Before::FirstOrEnd;
        int blanks = 0;
        std::size_t count = 0;
        bool operator==(const ListAt&) const = default;
    };
    struct RecordAt {
        const RecordForm* form = nullptr;
        Before before = Before::FirstOrEnd;
        int blanks = 0;
        SpotId value = k_no_spot;  // of the member under way
        std::vector<bool> named;   // those there are, by their place in the form
        std::vector<std::string> others;
        bool operator==(const RecordAt&) const = default;
    };
    // A name in the making; below it is its record.
    struct NameAt {
        TextReader reader;
        std::string text;
        std::vector<int> states;  // of each region
        bool operator==(const NameAt&) const = default;
    };
    using Frame = std::variant<Root, LiteralAt, TextAt, NumberAt, ListAt, RecordAt, NameAt>;
    struct Below {
        Frame frame;
        std::shared_ptr<const Below> below;
    };
    // One way to understand what was fed. Shared: many ways stand on the same beginnings.
    struct Way {
        Frame top;
        std::shared_ptr<const Below> below;
        int depth = 0;
        bool operator==(const Way&) const = default;
    };
    using Ways = std::vector<Way>;
    class FormCharacters;
    class NameCharacters;

    void step(const Way& way, char byte, Ways& next) const;
    void open(const Way& parent, SpotId spot, char byte, Ways& next) const;
    void step_text(Way way, char byte, Ways& next) const;
    void step_number(const Way& way, char byte, Ways& next) const;
    void step_list(const Way& way, char byte, Ways& next) const;
    void step_record(const Way& way, char byte, Ways& next) const;
    void step_name(Way way, char byte, Ways& next) const;
    static void push(const Way& parent, Frame frame, Ways& next);
    static void close(const Way& way, Ways& next);
    [[nodiscard]] bool feed_byte(char byte);

    std::shared_ptr<const Forms> forms_;  // shared with the language
    Ways ways_;
};

}  // namespace palier::schema
