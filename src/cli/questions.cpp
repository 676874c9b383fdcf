#include "cli/questions.h"

#include "base/text.h"
#include "cli/output.h"
#include "report/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <functional>
#include <utility>

namespace palier::cli {
namespace {

constexpr int k_days_per_month = 30;
constexpr std::int64_t k_most_requests = 1'000'000'000'000;
constexpr int k_most_at_once = 1024;

std::string plain(std::string_view text) {
    return without_accents(to_lower(trim(text)));
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> known) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

// A decimal number with a point or a comma; all of the text.
std::optional<double> decimal(std::string text) {
    std::replace(text.begin(), text.end(), ',', '.');
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

// Digits, with white space between thousands.
std::optional<std::int64_t> whole_number(const std::string& text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (c != ' ' && c != '_') {
            return std::nullopt;
        }
    }
    std::int64_t value = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    (void)end;
    const bool good = failure == std::errc() && value > 0 && value <= k_most_requests;
    return good ? std::optional(value) : std::nullopt;
}

// "2 secondes" -> "2 s": units as people write them, in both languages.
std::string with_short_unit(std::string text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> k_units{
        {{"millisecondes", "ms"},
         {"milliseconds", "ms"},
         {"milliseconde", "ms"},
         {"millisecond", "ms"},
         {"secondes", "s"},
         {"seconds", "s"},
         {"seconde", "s"},
         {"second", "s"},
         {"sec", "s"},
         {"minutes", "min"},
         {"minute", "min"}}};
    for (const auto& [written, unit] : k_units) {
        if (text.ends_with(written)) {
            return text.substr(0, text.size() - written.size()) + std::string(unit);
        }
    }
    return text;
}

std::optional<bool> open_of_answer(std::string_view text) {
    const std::string word = plain(text);
    if (is_one_of(word, {"bounded", "b", "bornee", "borne", "closed", "fermee"})) {
        return false;
    }
    return is_one_of(word, {"open", "o", "ouverte", "ouvert"}) ? std::optional(true) : std::nullopt;
}

std::optional<bool> yes_of_answer(std::string_view text) {
    const std::string word = plain(text);
    if (is_one_of(word, {"yes", "y", "oui", "o", "true"})) {
        return true;
    }
    return is_one_of(word, {"no", "n", "non", "false"}) ? std::optional(false) : std::nullopt;
}

std::optional<bool> text_only_of_answer(std::string_view text) {
    const std::string word = plain(text);
    if (is_one_of(word, {"text", "texte", "yes", "y", "oui", "o", "text only", "texte seul"})) {
        return true;
    }
    const bool other =
        is_one_of(word, {"other", "autre", "no", "n", "non", "images", "image", "sound", "son"});
    return other ? std::optional(false) : std::nullopt;
}

std::optional<int> concurrency_of_answer(std::string_view text) {
    const auto value = whole_number(plain(text));
    return value && *value <= k_most_at_once ? std::optional(static_cast<int>(*value))
                                             : std::nullopt;
}

std::optional<std::vector<std::string>> hosts_of_answer(std::string_view text) {
    std::vector<std::string> hosts;
    for (const std::string& part : split(text, ',')) {
        if (!trim(part).empty()) {
            hosts.emplace_back(trim(part));
        }
    }
    return hosts.empty() ? std::nullopt : std::optional(hosts);
}

struct Question {
    std::string flag;      // "privacy"
    int sentence = 0;      // of the table; {default} is its hole
    std::string known;     // values that are understood, for messages
    std::string given;     // from the options, "" = not given
    std::string fallback;  // the default, as typed
};

// Answers questions one after the other; remembers the first error and what is missing.
class Asker {
   public:
    Asker(const Common& common, bool defaults, Keyboard& keyboard)
        : common_(common), defaults_(defaults), keyboard_(keyboard) {}

    template <class T>
    T answer(const Question& question,
             const std::function<std::optional<T>(std::string_view)>& understand) {
        if (!question.given.empty()) {
            return from_option<T>(question, understand);
        }
        if (error_ || (defaults_ && !question.fallback.empty())) {
            by_default_.push_back("--" + question.flag);
            return understand(question.fallback).value_or(T{});
        }
        if (defaults_ || !keyboard_.is_terminal()) {
            missing_.push_back("--" + question.flag);
            return T{};
        }
        return from_keyboard<T>(question, understand);
    }

    [[nodiscard]] const std::vector<std::string>& by_default() const { return by_default_; }
    [[nodiscard]] std::optional<Error> error() const {
        if (error_ || missing_.empty()) {
            return error_;
        }
        return Error(say::nobody_to_ask, {{"flags", join(missing_, ", ")}});
    }

   private:
    template <class T>
    T from_option(const Question& question,
                  const std::function<std::optional<T>(std::string_view)>& understand) {
        const auto value = understand(question.given);
        if (!value && !error_) {
            error_ = Error(say::answer_not_understood,
                           {{"flag", "--" + question.flag},
                            {"value", question.given},
                            {"known", question.known}});
        }
        return value.value_or(T{});
    }

    template <class T>
    T from_keyboard(const Question& question,
                    const std::function<std::optional<T>(std::string_view)>& understand) {
        const report::Args args{{"default", question.fallback}};
        std::fputs(("\n" + report::paragraph(
                               report::sentence(common_.language, question.sentence, args), 0, 4))
                       .c_str(),
                   stderr);
        for (;;) {
            std::fputs("> ", stderr);
            const auto typed = keyboard_.line();
            if (!typed) {
                error_ = Error(say::questions_left);
                return T{};
            }
            const bool empty = trim(*typed).empty();
            const auto value = understand(empty ? question.fallback : *typed);
            if (value) {
                return *value;
            }
            tell(common_, say::answer_again, {{"answer", *typed}, {"known", question.known}});
        }
    }

    const Common& common_;
    bool defaults_;
    Keyboard& keyboard_;
    std::optional<Error> error_;
    std::vector<std::string> missing_, by_default_;
};

Question volume_question(const InitArguments& arguments) {
    Question question{"per-month",
                      say::ask_volume,
                      "200000, 5000 per day, 5000 par jour",
                      arguments.per_month,
                      "10000"};
    if (arguments.per_month.empty() && arguments.per_day.empty()) {
        question.flag = "per-month, --per-day";
    } else if (arguments.per_month.empty()) {
        question.flag = "per-day";
        question.given = arguments.per_day + " per day";
    }
    return question;
}

}  // namespace

std::optional<core::Privacy> privacy_of_answer(std::string_view text) {
    const std::string word = plain(text);
    if (is_one_of(word, {"machine", "m", "1"})) {
        return core::Privacy::Machine;
    }
    if (is_one_of(word, {"infra", "company", "entreprise", "i", "c", "e", "2"})) {
        return core::Privacy::Infra;
    }
    if (is_one_of(word, {"cloud", "anywhere", "partout", "a", "p", "3"})) {
        return core::Privacy::Cloud;
    }
    return std::nullopt;
}

std::optional<std::optional<double>> p95_of_answer(std::string_view text) {
    constexpr double k_ms_per_s = 1000;
    std::string word = plain(text);
    if (is_one_of(word, {"any", "none", "no", "peu importe", "aucune", "non"})) {
        return std::optional<double>();
    }
    if (const auto ms = decimal(word); ms && *ms > 0) {
        return std::optional<std::optional<double>>(ms);
    }
    std::replace(word.begin(), word.end(), ',', '.');
    word = with_short_unit(std::move(word));
    if (const auto seconds = parse_seconds(word); seconds && *seconds > 0) {
        return std::optional<std::optional<double>>(*seconds * k_ms_per_s);
    }
    return std::nullopt;
}

std::optional<std::int64_t> volume_of_answer(std::string_view text) {
    std::string word = plain(text);
    bool per_day = false;
    for (const std::string_view unit :
         {"per day", "a day", "par jour", "/ day", "/ jour", "/day", "/jour", "/j", "/d"}) {
        if (!per_day && word.ends_with(unit)) {
            per_day = true;
            word = trim(std::string_view(word).substr(0, word.size() - unit.size()));
        }
    }
    for (const std::string_view unit :
         {"per month", "a month", "par mois", "/ month", "/ mois", "/month", "/mois", "/m"}) {
        if (!per_day && word.ends_with(unit)) {
            word = trim(std::string_view(word).substr(0, word.size() - unit.size()));
        }
    }
    const auto value = whole_number(word);
    return value && per_day ? std::optional(*value * k_days_per_month) : value;
}

std::optional<Micros> share_of_answer(std::string_view text) {
    constexpr double k_percent = 100;
    std::string word = plain(text);
    const bool percent = word.ends_with('%');
    if (percent) {
        word = trim(std::string_view(word).substr(0, word.size() - 1));
    }
    const auto value = decimal(word);
    if (!value || !(*value > 0)) {
        return std::nullopt;
    }
    const double share = percent ? *value / k_percent : *value;
    const bool possible = share <= 1 && micros_of(share) > 0;
    return possible ? std::optional(micros_of(share)) : std::nullopt;
}

Result<InitAnswers> ask(const Common& common,
                        const InitArguments& arguments,
                        bool open_by_default,
                        Keyboard& keyboard) {
    Asker asker(common, arguments.defaults, keyboard);
    InitAnswers out;
    core::Answers& answers = out.answers;
    answers.privacy = asker.answer<core::Privacy>(
        {"privacy", say::ask_privacy, "machine, infra, cloud", arguments.privacy, "machine"},
        privacy_of_answer);
    if (answers.privacy == core::Privacy::Infra) {
        out.infra_hosts = asker.answer<std::vector<std::string>>(
            {"infra-hosts", say::ask_hosts, "models.example.com", arguments.infra_hosts, ""},
            hosts_of_answer);
    } else if (!arguments.infra_hosts.empty()) {
        return Error(say::hosts_without_infra,
                     {{"privacy", std::string(core::name_of(answers.privacy))}});
    }
    // Where the data may not leave the machine this is answered already.
    if (answers.privacy != core::Privacy::Machine || !arguments.offline.empty()) {
        answers.offline = asker.answer<bool>(
            {"offline", say::ask_offline, "yes, no", arguments.offline, "no"}, yes_of_answer);
    }
    answers.p95_ms = asker.answer<std::optional<double>>(
        {"p95", say::ask_latency, "1.5 s, 800 ms, any", arguments.p95, "2 s"}, p95_of_answer);
    answers.per_month = asker.answer<std::int64_t>(volume_question(arguments), volume_of_answer);
    answers.concurrency = asker.answer<int>(
        {"concurrency", say::ask_at_once, "1 ... 1024", arguments.concurrency, "1"},
        concurrency_of_answer);
    answers.open_task = asker.answer<bool>({"scope",
                                            say::ask_open_task,
                                            "bounded, open",
                                            arguments.scope,
                                            open_by_default ? "open" : "bounded"},
                                           open_of_answer);
    answers.text_only = asker.answer<bool>(
        {"media", say::ask_text_only, "text, other", arguments.media, "text"}, text_only_of_answer);
    out.min = asker.answer<Micros>({"min", say::ask_threshold, "0.9, 90 %", arguments.min, "0.9"},
                                   share_of_answer);
    if (const auto error = asker.error()) {
        return *error;
    }
    out.by_default = asker.by_default();
    return out;
}

}  // namespace palier::cli
