// The scenarios that the rules of the diagnosis were written against.
#include "base/rng.h"
#include "run/test_planted.h"

#include <algorithm>
#include <utility>

namespace palier::run {
namespace {

using core::Action;
using core::ErrorKind;

constexpr int k_cases = 60;

const std::vector<std::string> k_topics{"billing", "delivery", "returns", "login", "warranty"};

bool one_in(const core::Case& item, std::uint64_t of) {
    return Rng(std::hash<std::string>{}(item.id)).below(of) == 0;
}

// Words that no other case has, so that dev may show its cases as examples.
std::string own_words(int i) {
    Rng rng(static_cast<std::uint64_t>(i) + 77);
    std::string words;
    for (int word = 0; word < 3; ++word) {
        words += word > 0 ? " " : "";
        for (int letter = 0; letter < 9; ++letter) {
            words += static_cast<char>('a' + rng.below(26));
        }
    }
    return words;
}

// Cases of a kind, dev and test alike, each with its number.
template <class Make>
void fill(Planted& planted, const Make& make) {
    for (int i = 0; i < 2 * k_cases; ++i) {
        core::Case item = make(i);
        item.id = "c" + std::to_string(i);
        (i < k_cases ? planted.dev : planted.test).push_back(std::move(item));
    }
}

core::Case of(const std::string& input, const std::string& expected) {
    core::Case item;
    item.input = input;
    item.expected = {expected};
    return item;
}

Planted tickets(const std::string& name) {
    Planted planted;
    planted.name = name;
    planted.job =
        "task = \"classify\"\ninstructions = \"Route the ticket.\"\n"
        "labels = [\"billing\", \"delivery\", \"returns\", \"login\", \"warranty\"]\n";
    planted.metric = "metric = \"accuracy\", min = 0.95";
    fill(planted, [](int i) {
        const std::string& topic = k_topics[static_cast<std::size_t>(i) % k_topics.size()];
        return of("ticket " + own_words(i) + " about " + topic, topic);
    });
    return planted;
}

std::string right_word(const core::Case& item, const engine::Request&) {
    return item.expected.front();
}

// The house sends every return to billing, which no model would.
Planted business_rule() {
    Planted planted = tickets("a rule of the house");
    planted.expected = Action::FineTune;
    planted.kind = ErrorKind::WrongLabel;
    const auto says = [](const core::Case& item, const engine::Request&) {
        return item.input.ends_with("returns") ? std::string("returns") : item.expected.front();
    };
    for (std::vector<core::Case>* cases : {&planted.dev, &planted.test}) {
        for (core::Case& item : *cases) {
            if (item.input.ends_with("returns")) {
                item.expected = {"billing"};
            }
        }
    }
    planted.topline = planted.candidate = planted.other = says;
    return planted;
}

Planted wrong_references() {
    Planted planted = tickets("references with slips");
    planted.expected = Action::CorrectReferences;
    planted.kind = ErrorKind::ReferenceInDoubt;
    for (std::vector<core::Case>* cases : {&planted.dev, &planted.test}) {
        for (core::Case& item : *cases) {
            planted.truth[item.id] = item.expected.front();
            if (one_in(item, 5)) {
                const auto at = std::ranges::find(k_topics, item.expected.front());
                item.expected = {k_topics[static_cast<std::size_t>(at - k_topics.begin() + 1) % 5]};
            }
        }
    }
    const auto truth = planted.truth;
    planted.topline = planted.candidate = planted.other =
        [truth](const core::Case& item, const engine::Request&) { return truth.at(item.id); };
    return planted;
}

// It guesses: another wrong label each time it is asked in another way.
Planted too_weak() {
    Planted planted = tickets("a model that guesses");
    planted.expected = Action::LargerModel;
    planted.kind = ErrorKind::WrongLabel;
    planted.topline = right_word;
    planted.candidate = [](const core::Case& item, const engine::Request& request) {
        const std::size_t way =
            request.messages.size() * 7 + static_cast<std::size_t>(request.kind) * 3;
        Rng rng(std::hash<std::string>{}(item.id) * 31 + way);
        return rng.below(3) == 0 ? item.expected.front() : k_topics[rng.below(5)];
    };
    return planted;
}

// {n} and {who} of a room.
std::string filled(std::string text, const std::string& n) {
    const std::vector<std::pair<std::string, std::string>> holes{{"{n}", n},
                                                                 {"{who}", "Keeper" + n}};
    for (const auto& [hole, value] : holes) {
        for (std::size_t at = text.find(hole); at != std::string::npos; at = text.find(hole)) {
            text.replace(at, hole.size(), value);
        }
    }
    return text;
}

Planted facts(const std::string& name, const std::string& context) {
    Planted planted;
    planted.name = name;
    planted.job = "task = \"answer\"\ninstructions = \"Answer the question.\"\n";
    planted.metric = "metric = \"em\", min = 0.9";
    fill(planted, [&](int i) {
        const std::string n = std::to_string(i);
        core::Case item = of("Who keeps the key of " + own_words(i) + "?", "Keeper" + n);
        item.context = filled(context, n);
        return item;
    });
    planted.topline =
        planted.candidate = [](const core::Case& item, const engine::Request& request) {
            return request.context.find(item.expected.front()) != std::string::npos
                       ? item.expected.front()
                       : "Marie Curie";
        };
    return planted;
}

Planted facts_missing() {
    Planted planted = facts("facts that no prompt has", "");
    planted.expected = Action::GiveFacts;
    planted.kind = ErrorKind::MissingFact;
    return planted;
}

Planted facts_cut_out() {
    Planted planted = facts("facts cut out of the context", "Room {n} is on the first floor.");
    planted.expected = Action::GiveFacts;
    planted.kind = ErrorKind::MissingFact;
    return planted;
}

// Alone, the passage is read; among others it is overlooked.
Planted facts_drowned() {
    Planted planted = facts("facts drowned in their context",
                            "The house has many rooms. It was built long ago. Nobody counts them. "
                            "The key of room {n} is with {who}. The cellar floods. Cats sleep "
                            "there. The attic is dry.");
    planted.expected = Action::GiveFacts;
    planted.kind = ErrorKind::ContextNotUsed;
    planted.candidate = [](const core::Case& item, const engine::Request& request) {
        return request.context.size() < 90 ? item.expected.front() : "The cellar floods";
    };
    planted.topline = right_word;
    return planted;
}

Planted context_ignored() {
    Planted planted = facts("a context that is not read", "The key of room {n} is with {who}.");
    planted.expected = Action::FineTune;
    planted.kind = ErrorKind::ContextNotUsed;
    planted.topline = right_word;
    planted.candidate = [](const core::Case&, const engine::Request&) { return "Marie Curie"; };
    return planted;
}

Planted extra_prose() {
    Planted planted = facts("the answer in a sentence", "The key of room {n} is with {who}.");
    planted.expected = Action::FineTune;
    planted.kind = ErrorKind::FormatInvalid;
    planted.topline = right_word;
    planted.candidate = [](const core::Case& item, const engine::Request&) {
        return "The key is kept by " + item.expected.front() + ".";
    };
    return planted;
}

Planted letters(const std::string& name) {
    Planted planted;
    planted.name = name;
    planted.job = "task = \"generate\"\ninstructions = \"Announce the delivery.\"\n";
    planted.metric = "metric = \"normalised\", min = 0.9";
    fill(planted, [](int i) {
        const std::string n = std::to_string(4000 + i);
        return of("order " + n + " " + own_words(i),
                  "Dear customer, your order " + n + " is on its way. The team of the house");
    });
    planted.topline = right_word;
    return planted;
}

Planted house_style() {
    Planted planted = letters("a style of the house");
    planted.expected = Action::FineTune;
    planted.kind = ErrorKind::StyleOrRule;
    planted.candidate = planted.topline = [](const core::Case& item, const engine::Request&) {
        return "Hi! Good news about " + item.input.substr(0, 10) + ", it was sent.";
    };
    return planted;
}

Planted cut_off() {
    Planted planted = letters("answers that are cut off");
    planted.expected = Action::RaiseMaxTokens;
    planted.kind = ErrorKind::Truncated;
    planted.candidate_lines = "max_tokens = 6\n";
    planted.candidate = right_word;
    return planted;
}

Planted other_language() {
    Planted planted = letters("another language");
    planted.expected = Action::FineTune;
    planted.kind = ErrorKind::LanguageDrift;
    planted.candidate = [](const core::Case& item, const engine::Request&) {
        return "Bonjour, votre commande " + item.input.substr(6, 4) +
               " est dans le camion et elle arrive avec les autres";
    };
    return planted;
}

Planted loops() {
    Planted planted = letters("a model that repeats itself");
    planted.expected = Action::LargerModel;
    planted.kind = ErrorKind::Loop;
    planted.candidate = [](const core::Case&, const engine::Request&) {
        return "it is on its way and it is on its way and it is on its way and it is on its way";
    };
    return planted;
}

Planted passes() {
    Planted planted = tickets("a model that passes");
    planted.topline = planted.candidate = right_word;
    return planted;
}

}  // namespace

std::vector<Planted> planted_causes() {
    return {business_rule(),
            wrong_references(),
            too_weak(),
            facts_missing(),
            facts_cut_out(),
            facts_drowned(),
            context_ignored(),
            extra_prose(),
            house_style(),
            cut_off(),
            other_language(),
            loops(),
            passes()};
}

}  // namespace palier::run
