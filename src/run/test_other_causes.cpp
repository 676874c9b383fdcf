// Ten more causes, of other domains and with noise, drawn by seed: made after the rules stood, and
// not looked at while they were made.
#include "base/rng.h"
#include "run/test_planted.h"

#include <algorithm>

namespace palier::run {
namespace {

using core::Action;
using core::ErrorKind;

constexpr int k_cases = 70;

const std::vector<std::string> k_syllables{
    "ba", "co", "di", "fu", "ga", "ho", "ju", "ka", "lo", "mi", "nu", "pe", "ro", "si", "ta", "vu"};

std::string word(Rng& rng, int syllables) {
    std::string made;
    for (int i = 0; i < syllables; ++i) {
        made += k_syllables[rng.below(k_syllables.size())];
    }
    return made;
}

std::uint64_t number_of(const core::Case& item, std::uint64_t salt) {
    return Rng(std::hash<std::string>{}(item.id + "/" + item.input) + salt).below(1000);
}

// Of a seed: how the models of its scenarios differ from those of another.
class Maker {
   public:
    explicit Maker(std::uint64_t seed) : seed_(seed), rng_(seed * 977 + 5) {}

    std::vector<Planted> make() {
        return {taxonomy(),
                slips(),
                absent_facts(),
                buried_facts(),
                no_json(),
                short_of_room(),
                english_answers(),
                signature(),
                guesses(),
                missing_field()};
    }

   private:
    template <class Make>
    void fill(Planted& planted, const Make& make) {
        for (int i = 0; i < 2 * k_cases; ++i) {
            core::Case item = make(i);
            item.id = "k" + std::to_string(i);
            (i < k_cases ? planted.dev : planted.test).push_back(std::move(item));
        }
    }

    static core::Case pair(const std::string& input, const std::string& expected) {
        core::Case item;
        item.input = input;
        item.expected = {expected};
        return item;
    }

    // Now and then a model is wrong for no reason, in another way each time it is asked.
    Says with_noise(Says says, const std::vector<std::string>& answers) {
        const std::uint64_t noise = 20 + rng_.below(60), salt = rng_.below(1'000'000);
        return [=](const core::Case& item, const engine::Request& request) {
            const std::uint64_t way = salt + request.messages.size() * 13 +
                                      static_cast<std::uint64_t>(request.kind) * 7 +
                                      request.context.size();
            return number_of(item, way) < noise ? answers[number_of(item, way + 1) % answers.size()]
                                                : says(item, request);
        };
    }

    Planted base(const std::string& name, Action action, ErrorKind kind) {
        Planted planted;
        planted.name = name + ", seed " + std::to_string(seed_);
        planted.expected = action;
        planted.kind = kind;
        return planted;
    }

    std::vector<std::string> draw_labels() {
        std::vector<std::string> labels;
        for (std::uint64_t i = 0; i < 4 + seed_ % 5; ++i) {
            labels.push_back("queue-" + word(rng_, 3) + std::to_string(i));
        }
        return labels;
    }

    Planted routed(Planted planted, const std::vector<std::string>& labels) {
        planted.job = "task = \"classify\"\ninstructions = \"Choose the queue.\"\nlabels = [";
        for (const std::string& label : labels) {
            planted.job += "\"" + label + "\", ";
        }
        planted.job += "]\n";
        planted.metric = "metric = \"accuracy\", min = 0.97";
        fill(planted, [&](int) {
            return pair(
                word(rng_, 4) + " " + word(rng_, 5) + " " + word(rng_, 4) + " " + word(rng_, 3),
                labels[rng_.below(labels.size())]);
        });
        for (const auto* cases : {&planted.dev, &planted.test}) {
            for (const core::Case& item : *cases) {
                planted.truth[item.id] = item.expected.front();
            }
        }
        return planted;
    }

    static Says of_truth(const Planted& planted) {
        return [truth = planted.truth](const core::Case& item, const engine::Request&) {
            return truth.at(item.id);
        };
    }

    // What the world calls one thing the house calls another.
    Planted taxonomy() {
        const std::vector<std::string> labels = draw_labels();
        Planted planted = routed(base("taxonomy", Action::FineTune, ErrorKind::WrongLabel), labels);
        for (auto* cases : {&planted.dev, &planted.test}) {
            for (core::Case& item : *cases) {
                if (item.expected.front() == labels[0]) {
                    item.expected = {labels[2]};
                }
            }
        }
        planted.topline = of_truth(planted);
        planted.candidate = with_noise(of_truth(planted), labels);
        planted.other = with_noise(of_truth(planted), labels);
        return planted;
    }

    Planted slips() {
        const std::vector<std::string> labels = draw_labels();
        Planted planted =
            routed(base("slips", Action::CorrectReferences, ErrorKind::ReferenceInDoubt), labels);
        const std::uint64_t share = 150 + rng_.below(150), salt = rng_.below(1000);
        for (auto* cases : {&planted.dev, &planted.test}) {
            for (core::Case& item : *cases) {
                if (number_of(item, salt) < share) {
                    item.expected = {labels[number_of(item, salt + 1) % labels.size()]};
                }
            }
        }
        planted.topline = of_truth(planted);
        planted.candidate = with_noise(of_truth(planted), labels);
        planted.other = with_noise(of_truth(planted), labels);
        return planted;
    }

    Planted guesses() {
        const std::vector<std::string> labels = draw_labels();
        Planted planted =
            routed(base("guesses", Action::LargerModel, ErrorKind::WrongLabel), labels);
        planted.topline = of_truth(planted);
        const Says truth = of_truth(planted);
        const std::uint64_t known = 300 + rng_.below(300);
        planted.candidate = [=](const core::Case& item, const engine::Request& request) {
            const std::uint64_t way =
                request.messages.size() * 19 + static_cast<std::uint64_t>(request.kind) * 5;
            return number_of(item, way) < known ? truth(item, request)
                                                : labels[number_of(item, way + 1) % labels.size()];
        };
        return planted;
    }

    Planted questions(Planted planted, const std::string& before, const std::string& after) {
        planted.language = "fr";
        planted.job = "task = \"answer\"\ninstructions = \"Réponds à la question.\"\n";
        planted.metric = "metric = \"token_f1\", min = 0.95";
        fill(planted, [&](int) {
            const std::string place = word(rng_, 5), person = word(rng_, 4) + " " + word(rng_, 4);
            core::Case item = pair("Qui a fondé la ville de " + place + " ?", person);
            item.context =
                before + "La ville de " + place + " a été fondée par " + person + ". " + after;
            return item;
        });
        return planted;
    }

    static bool knows(const core::Case& item, const engine::Request& request) {
        return request.context.find(item.expected.front()) != std::string::npos;
    }

    Planted absent_facts() {
        Planted planted = questions(
            base("absent facts", Action::GiveFacts, ErrorKind::MissingFact), "", "On y danse.");
        const std::uint64_t share = 300 + rng_.below(500);
        for (auto* cases : {&planted.dev, &planted.test}) {
            for (core::Case& item : *cases) {
                if (number_of(item, 3) < share) {
                    item.context = "La ville est au bord de la mer. On y danse.";
                }
            }
        }
        const Says says = [](const core::Case& item, const engine::Request& request) {
            return knows(item, request) ? item.expected.front() : std::string("Jules Vallonne");
        };
        planted.topline = says;
        planted.candidate = with_noise(says, {"la mer", "On y danse"});
        return planted;
    }

    Planted buried_facts() {
        std::string before;
        for (int i = 0; i < 6; ++i) {
            before += "Le " + word(rng_, 3) + " du " + word(rng_, 4) + " reste fermé. ";
        }
        Planted planted = questions(
            base("buried facts", Action::GiveFacts, ErrorKind::Unsupported), before, before);
        planted.topline = [](const core::Case& item, const engine::Request&) {
            return item.expected.front();
        };
        const std::size_t reads = 160;
        planted.candidate = with_noise(
            [=](const core::Case& item, const engine::Request& request) {
                return knows(item, request) && request.context.size() < reads
                           ? item.expected.front()
                           : "Hector " + std::to_string(request.context.size()) + " Malvoisin";
            },
            {"le musée"});
        return planted;
    }

    Planted orders(Planted planted) {
        planted.job = "task = \"extract\"\ninstructions = \"Extract the order.\"\n";
        planted.metric = "metric = \"exact_match\", min = 0.95";
        fill(planted, [&](int i) {
            const std::string thing = word(rng_, 4), who = word(rng_, 5);
            return pair(who + " buys " + std::to_string(i + 2) + " " + thing,
                        R"({"buyer":")" + who + R"(","thing":")" + thing + R"(","count":)" +
                            std::to_string(i + 2) + "}");
        });
        planted.topline = [](const core::Case& item, const engine::Request&) {
            return item.expected.front();
        };
        return planted;
    }

    Planted no_json() {
        Planted planted =
            orders(base("lines for JSON", Action::FineTune, ErrorKind::FormatInvalid));
        planted.candidate = with_noise(
            [](const core::Case& item, const engine::Request&) {
                return "buyer: " + item.input.substr(0, 10) + "\nthing: see above";
            },
            {"{}"});
        return planted;
    }

    Planted missing_field() {
        Planted planted =
            orders(base("a field left out", Action::FineTune, ErrorKind::MissingField));
        planted.candidate = with_noise(
            [](const core::Case& item, const engine::Request&) {
                const std::string& all = item.expected.front();
                return all.substr(0, all.find(R"(,"count")")) + "}";
            },
            {"I do not see any", "{}"});
        return planted;
    }

    Planted short_of_room() {
        Planted planted =
            orders(base("short of room", Action::RaiseMaxTokens, ErrorKind::Truncated));
        planted.candidate_lines = "max_tokens = 5\n";
        planted.candidate = [](const core::Case& item, const engine::Request&) {
            // Words are the tokens of these models.
            std::string spaced;
            for (const char c : item.expected.front()) {
                spaced += c;
                spaced += c == ':' || c == ',' || c == '{' ? " " : "";
            }
            return spaced;
        };
        return planted;
    }

    Planted replies(Planted planted, const std::string& closing) {
        planted.language = "fr";
        planted.job = "task = \"generate\"\ninstructions = \"Réponds au client.\"\n";
        planted.metric = "metric = \"normalised\", min = 0.95";
        fill(planted, [&](int i) {
            const std::string n = std::to_string(90210 + 7 * i);
            return pair("dossier " + n + " " + word(rng_, 4) + " " + word(rng_, 5),
                        "Madame, Monsieur, le dossier " + n + " est clos" + closing);
        });
        planted.topline = [](const core::Case& item, const engine::Request&) {
            return item.expected.front();
        };
        return planted;
    }

    Planted english_answers() {
        Planted planted =
            replies(base("English answers", Action::FineTune, ErrorKind::LanguageDrift), ".");
        planted.candidate = with_noise(
            [](const core::Case& item, const engine::Request&) {
                return "Hello, your file " + item.input.substr(8, 5) +
                       " was closed and there is not much to be done about it";
            },
            {"Bonjour, c'est fini"});
        return planted;
    }

    Planted signature() {
        Planted planted = replies(base("a signature", Action::FineTune, ErrorKind::StyleOrRule),
                                  ". Bien à vous, la maison " + word(rng_, 4));
        const Says says = [](const core::Case& item, const engine::Request&) {
            return "Cher client, le dossier " + item.input.substr(8, 5) + " est clos.";
        };
        planted.topline = says;
        planted.candidate = with_noise(says, {"Le dossier est ouvert et le reste."});
        return planted;
    }

    std::uint64_t seed_;
    Rng rng_;
};

}  // namespace

std::vector<Planted> other_planted_causes(std::uint64_t seed) {
    return Maker(seed).make();
}

}  // namespace palier::run
