#include "schema/walk.h"

#include "schema/utf8.h"

#include <algorithm>
#include <optional>

namespace palier::schema {
namespace {

// For indentation; around a colon there is none.
constexpr int k_most_blanks = 16;
constexpr int k_most_blanks_at_colon = 1;
constexpr int k_deepest = 60;
// Further ways to understand a text are dropped: it is held to fewer alternatives then.
constexpr std::size_t k_most_ways = 512;

bool is_blank(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

}  // namespace

// A string value.
class Walk::FormCharacters final : public Characters {
   public:
    explicit FormCharacters(TextAt& text) : text_(text) {}

    [[nodiscard]] bool allows_some(char32_t from, char32_t to) const override {
        const TextForm& form = *text_.form;
        return form.automaton ? form.automaton->leads_on(text_.state, from, to)
                              : !form.most || text_.length < *form.most;
    }
    [[nodiscard]] bool take(char32_t character) override {
        if (!allows_some(character, character)) {
            return false;
        }
        ++text_.length;
        if (text_.form->automaton) {
            text_.length = 0;  // the automaton counts
            text_.state = text_.form->automaton->step(text_.state, character);
        }
        return true;
    }
    [[nodiscard]] bool may_end() const {
        const TextForm& form = *text_.form;
        return text_.reader.is_between() &&
               (form.automaton ? form.automaton->accepts(text_.state) : text_.length >= form.least);
    }

   private:
    TextAt& text_;
};

// The name of a member: of those that are still to come, or one of a region that is not there yet.
class Walk::NameCharacters final : public Characters {
   public:
    NameCharacters(NameAt& name, const RecordAt& record) : name_(name), record_(record) {
        std::size_t count = record.others.size();
        std::size_t missing = 0;
        for (std::size_t i = 0; i < record.named.size(); ++i) {
            count += record.named[i] ? 1 : 0;
            missing += !record.named[i] && record.form->named[i].required ? 1 : 0;
        }
        only_required_ = record.form->most && count + missing >= *record.form->most;
    }

    [[nodiscard]] bool may_begin() const {
        for (std::size_t i = 0; i < record_.named.size(); ++i) {
            if (is_free(i)) {
                return true;
            }
        }
        for (std::size_t i = 0; i < name_.states.size(); ++i) {
            if (is_open(i, name_.states[i], name_.text)) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool allows_some(char32_t from, char32_t to) const override {
        for (std::size_t i = 0; i < record_.named.size(); ++i) {
            const std::string& name = record_.form->named[i].name;
            if (is_free(i) && name.size() > name_.text.size() && name.starts_with(name_.text)) {
                const char32_t next =
                    characters_of(std::string_view(name).substr(name_.text.size(), 4)).front();
                if (from <= next && next <= to) {
                    return true;
                }
            }
        }
        for (std::size_t i = 0; i < name_.states.size() && !only_required_; ++i) {
            if (name_.states[i] != Automaton::k_nowhere &&
                names(i).leads_on(name_.states[i], from, to)) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool take(char32_t character) override {
        append_utf8(name_.text, character);
        bool some = false;
        for (std::size_t i = 0; i < name_.states.size(); ++i) {
            int& state = name_.states[i];
            state = state == Automaton::k_nowhere ? state : names(i).step(state, character);
            some = some || is_open(i, state, name_.text);
        }
        for (std::size_t i = 0; i < record_.named.size() && !some; ++i) {
            some = is_free(i) && record_.form->named[i].name.starts_with(name_.text);
        }
        return some;
    }
    // The record with the whole name noted; nullopt: it may not end here.
    [[nodiscard]] std::optional<RecordAt> ended() const {
        RecordAt record = record_;
        for (std::size_t i = 0; i < record_.named.size(); ++i) {
            if (is_free(i) && record_.form->named[i].name == name_.text) {
                record.named[i] = true;
                record.value = record_.form->named[i].value;
                return record;
            }
        }
        const bool is_new = std::find(record.others.begin(), record.others.end(), name_.text) ==
                            record.others.end();
        for (std::size_t i = 0; i < name_.states.size() && is_new && !only_required_; ++i) {
            if (name_.states[i] != Automaton::k_nowhere && names(i).accepts(name_.states[i])) {
                // In order, so that the same members make the same state.
                record.others.insert(
                    std::upper_bound(record.others.begin(), record.others.end(), name_.text),
                    name_.text);
                record.value = record_.form->regions[i].value;
                return record;
            }
        }
        return std::nullopt;
    }

   private:
    [[nodiscard]] const Automaton& names(std::size_t region) const {
        return *record_.form->regions[region].names;
    }
    [[nodiscard]] bool is_free(std::size_t named) const {
        return !record_.named[named] && (!only_required_ || record_.form->named[named].required);
    }
    // Some name of the region that begins so is not there yet.
    [[nodiscard]] bool is_open(std::size_t region, int state, const std::string& beginning) const {
        if (state == Automaton::k_nowhere || only_required_) {
            return false;
        }
        const std::size_t possible = names(region).completions(state);
        const auto used = std::count_if(
            record_.others.begin(), record_.others.end(), [&beginning](const std::string& other) {
                return other.starts_with(beginning);
            });
        return possible >= Automaton::k_many || possible > static_cast<std::size_t>(used);
    }

    NameAt& name_;
    const RecordAt& record_;
    bool only_required_ = false;
};

Walk::Walk(std::shared_ptr<const Forms> forms) : forms_(std::move(forms)) {
    if (const std::optional<TextForm>& plain = forms_->plain) {
        ways_.push_back({TextAt{&*plain, {}, 0, 0}, nullptr, 0});
    } else {
        ways_.push_back({Root{}, nullptr, 0});
    }
}

bool Walk::feed(std::string_view bytes) {
    Walk ahead = *this;
    for (const char byte : bytes) {
        if (!ahead.feed_byte(byte)) {
            return false;
        }
    }
    ways_ = std::move(ahead.ways_);
    return true;
}

bool Walk::feed_byte(char byte) {
    Ways next;
    for (const Way& way : ways_) {
        step(way, byte, next);
    }
    Ways apart;
    for (Way& way : next) {
        if (apart.size() < k_most_ways &&
            std::find(apart.begin(), apart.end(), way) == apart.end()) {
            apart.push_back(std::move(way));
        }
    }
    ways_ = std::move(apart);
    return !ways_.empty();
}

bool Walk::may_end() const {
    return std::any_of(ways_.begin(), ways_.end(), [](const Way& way) {
        if (const auto* root = std::get_if<Root>(&way.top)) {
            return root->done;
        }
        if (const auto* number = std::get_if<NumberAt>(&way.top)) {
            return way.depth == 1 && number->text.may_end(number->form->rules);
        }
        const auto* text = std::get_if<TextAt>(&way.top);
        if (text == nullptr || way.depth != 0) {
            return false;
        }
        TextAt whole = *text;
        return FormCharacters(whole).may_end();
    });
}

std::bitset<256> Walk::next_bytes() const {
    std::bitset<256> bytes;
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
        Ways next;
        for (std::size_t i = 0; i < ways_.size() && next.empty(); ++i) {
            step(ways_[i], static_cast<char>(byte), next);
        }
        bytes[byte] = !next.empty();
    }
    return bytes;
}

void Walk::push(const Way& parent, Frame frame, Ways& next) {
    next.push_back({std::move(frame),
                    std::make_shared<const Below>(Below{parent.top, parent.below}),
                    parent.depth + 1});
}

// The value on top is complete; what is below goes on.
void Walk::close(const Way& way, Ways& next) {
    Frame frame = way.below->frame;
    if (auto* root = std::get_if<Root>(&frame)) {
        root->done = true;
    } else if (auto* list = std::get_if<ListAt>(&frame)) {
        ++list->count;
        list->before = Before::CommaOrEnd;
    } else if (auto* record = std::get_if<RecordAt>(&frame)) {
        record->before = Before::CommaOrEnd;
        record->value = k_no_spot;
    }
    next.push_back({std::move(frame), way.below->below, way.depth - 1});
}

void Walk::step(const Way& way, char byte, Ways& next) const {
    if (const auto* root = std::get_if<Root>(&way.top)) {
        if (!root->done) {
            open(way, forms_->start, byte, next);
        }
    } else if (const auto* literal = std::get_if<LiteralAt>(&way.top)) {
        if (literal->form->text[literal->at] == byte) {
            Way moved = way;
            const std::size_t at = ++std::get<LiteralAt>(moved.top).at;
            if (at == literal->form->text.size()) {
                close(way, next);
            } else {
                next.push_back(std::move(moved));
            }
        }
    } else if (std::holds_alternative<TextAt>(way.top)) {
        step_text(way, byte, next);
    } else if (std::holds_alternative<NumberAt>(way.top)) {
        step_number(way, byte, next);
    } else if (std::holds_alternative<ListAt>(way.top)) {
        step_list(way, byte, next);
    } else if (std::holds_alternative<RecordAt>(way.top)) {
        step_record(way, byte, next);
    } else {
        step_name(way, byte, next);
    }
}

// Every form that a value may have begins in its own way or together with others.
void Walk::open(const Way& parent, SpotId spot, char byte, Ways& next) const {
    for (const Form& form : forms_->spots[static_cast<std::size_t>(spot)]) {
        if (const auto* literal = std::get_if<LiteralForm>(&form)) {
            if (literal->text.front() == byte) {
                Ways begun;
                push(parent, LiteralAt{literal, 1}, begun);
                if (literal->text.size() == 1) {
                    close(begun.front(), next);
                } else {
                    next.push_back(std::move(begun.front()));
                }
            }
        } else if (const auto* text = std::get_if<TextForm>(&form)) {
            if (byte == '"') {
                push(parent, TextAt{text, {}, 0, 0}, next);
            }
        } else if (const auto* number = std::get_if<NumberForm>(&form)) {
            NumberAt begun{number, {}};
            if (begun.text.feed(byte, number->rules)) {
                push(parent, begun, next);
            }
        } else if (parent.depth >= k_deepest) {
            continue;
        } else if (const auto* list = std::get_if<ListForm>(&form)) {
            if (byte == '[') {
                push(parent, ListAt{list, Before::FirstOrEnd, 0, 0}, next);
            }
        } else if (const auto* record = std::get_if<RecordForm>(&form)) {
            if (byte == '{') {
                RecordAt begun;
                begun.form = record;
                begun.named.resize(record->named.size());
                push(parent, std::move(begun), next);
            }
        }
    }
}

void Walk::step_text(Way way, char byte, Ways& next) const {
    auto& text = std::get<TextAt>(way.top);
    FormCharacters characters(text);
    if (way.depth == 0) {
        if (text.reader.feed_plain(byte, characters) == TextReader::After::More) {
            next.push_back(std::move(way));
        }
        return;
    }
    const bool may_end = characters.may_end();
    switch (text.reader.feed(byte, characters)) {
        case TextReader::After::No:
            break;
        case TextReader::After::More:
            next.push_back(std::move(way));
            break;
        case TextReader::After::Closed:
            if (may_end) {
                close(way, next);
            }
            break;
    }
}

// Where a number may end, the next byte belongs to what is below.
void Walk::step_number(const Way& way, char byte, Ways& next) const {
    const auto& number = std::get<NumberAt>(way.top);
    Way longer = way;
    if (std::get<NumberAt>(longer.top).text.feed(byte, number.form->rules)) {
        next.push_back(std::move(longer));
    } else if (number.text.may_end(number.form->rules)) {
        Ways closed;
        close(way, closed);
        step(closed.front(), byte, next);
    }
}

void Walk::step_list(const Way& way, char byte, Ways& next) const {
    const auto& list = std::get<ListAt>(way.top);
    const ListForm& form = *list.form;
    Way moved = way;
    auto& after = std::get<ListAt>(moved.top);
    if (is_blank(byte)) {
        if (++after.blanks <= k_most_blanks) {
            next.push_back(std::move(moved));
        }
        return;
    }
    after.blanks = 0;
    const SpotId spot = list.count < form.first.size() ? form.first[list.count] : form.rest;
    const bool more = spot != k_no_spot && (!form.most || list.count < *form.most);
    if (byte == ']' && list.before != Before::Next) {
        if (list.count >= form.least) {
            close(way, next);
        }
    } else if (list.before == Before::CommaOrEnd) {
        if (byte == ',' && more) {
            after.before = Before::Next;
            next.push_back(std::move(moved));
        }
    } else if (more) {
        open(moved, spot, byte, next);
    }
}

void Walk::step_record(const Way& way, char byte, Ways& next) const {
    const auto& record = std::get<RecordAt>(way.top);
    Way moved = way;
    auto& after = std::get<RecordAt>(moved.top);
    if (is_blank(byte)) {
        const bool at_colon = record.before == Before::Colon || record.before == Before::Value;
        if (++after.blanks <= (at_colon ? k_most_blanks_at_colon : k_most_blanks)) {
            next.push_back(std::move(moved));
        }
        return;
    }
    after.blanks = 0;
    if (record.before == Before::Value) {
        open(moved, record.value, byte, next);
        return;
    }
    if (record.before == Before::Colon) {
        if (byte == ':') {
            after.before = Before::Value;
            next.push_back(std::move(moved));
        }
        return;
    }
    const RecordForm& form = *record.form;
    std::size_t count = record.others.size();
    bool all = true;
    for (std::size_t i = 0; i < record.named.size(); ++i) {
        count += record.named[i] ? 1 : 0;
        all = all && (record.named[i] || !form.named[i].required);
    }
    NameAt name;
    name.states.resize(form.regions.size());
    const bool more =
        (!form.most || count < *form.most) && NameCharacters(name, record).may_begin();
    if (byte == '}' && record.before != Before::Next) {
        if (all && count >= form.least) {
            close(way, next);
        }
    } else if (record.before == Before::CommaOrEnd) {
        if (byte == ',' && more) {
            after.before = Before::Next;
            next.push_back(std::move(moved));
        }
    } else if (byte == '"' && more) {
        push(moved, std::move(name), next);
    }
}

void Walk::step_name(Way way, char byte, Ways& next) const {
    auto& name = std::get<NameAt>(way.top);
    NameCharacters characters(name, std::get<RecordAt>(way.below->frame));
    const bool is_between = name.reader.is_between();
    switch (name.reader.feed(byte, characters)) {
        case TextReader::After::No:
            break;
        case TextReader::After::More:
            next.push_back(std::move(way));
            break;
        case TextReader::After::Closed:
            if (std::optional<RecordAt> record = is_between ? characters.ended() : std::nullopt) {
                record->before = Before::Colon;
                next.push_back({*std::move(record), way.below->below, way.depth - 1});
            }
            break;
    }
}

}  // namespace palier::schema
