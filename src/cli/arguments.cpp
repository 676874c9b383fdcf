#include "cli/arguments.h"

#include "base/text.h"
#include "cli/run_arguments.h"
#include "report/table.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace palier::cli {
namespace {

constexpr std::size_t k_width = 80;
// Where CLI11 begins the descriptions of options.
constexpr std::size_t k_description_column = 30;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::string first_of(std::initializer_list<std::string> candidates) {
    for (const std::string& candidate : candidates) {
        if (!candidate.empty()) {
            return candidate;
        }
    }
    return "";
}

std::string under(const std::string& folder, const std::string& rest) {
    return folder.empty() ? "" : folder + rest;
}

// --lang decides the language of the help itself, so it is looked for before anything is parsed.
report::Language language_of(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--lang" && i + 1 < argc) {
            return report::language_of(argv[i + 1]);
        }
        if (argument.rfind("--lang=", 0) == 0) {
            return report::language_of(argument.substr(7));
        }
    }
    return report::language_of(first_of({environment("PALIER_LANG"),
                                         environment("LC_ALL"),
                                         environment("LC_MESSAGES"),
                                         environment("LANG")}));
}

class Parser {
   public:
    explicit Parser(report::Language language) : language_(language) {
        common_.language = language;
        common_.store = first_of({environment("PALIER_STORE"),
                                  under(environment("XDG_DATA_HOME"), "/palier/runs.db"),
                                  under(environment("HOME"), "/.local/share/palier/runs.db"),
                                  "palier-runs.db"});
        common_.models_dir = first_of({environment("PALIER_MODELS"),
                                       under(environment("HOME"), "/.cache/palier/models"),
                                       "models"});
        app_.name("palier");
        app_.description(join(
            report::wrapped(
                say("Finds, proves and runs the smallest language-model system that does a job.",
                    "Trouve, prouve et fait tourner le plus petit système à modèle de langue qui "
                    "suffit à une tâche."),
                k_width,
                0,
                0),
            "\n"));
        app_.footer(say("Each command has its own help: palier climb --help",
                        "Chaque commande a son aide : palier climb --help") +
                    std::string("\n\n") + example("palier climb examples/reviews-en/palier.toml"));
        app_.require_subcommand(1);
        const auto formatter = app_.get_formatter();
        formatter->label("REQUIRED", "");
        formatter->label("Positionals", say("Arguments", "Arguments "));
        formatter->label("Usage", say("Usage", "Usage "));
        formatter->label("SUBCOMMAND", say("COMMAND", "COMMANDE"));
        add_common(app_);
        app_.set_version_flag("--version", "")
            ->description(
                described("The same as the command version", "Comme la commande version"));
        add_init_and_data();
        add_run_verbs();
        Definer doctor(*this,
                       verb("doctor",
                            say("Examines this machine and what runs on it",
                                "Examine cette machine et ce qui y tourne"),
                            "palier doctor",
                            [this] { return doctor_; }));
        define_machine(doctor, doctor_.machine);
        add_models();
        verb("version",
             say("Prints the version and the engines", "Affiche la version et les moteurs"),
             "palier version",
             [] { return VersionArguments{}; });
        name_options(app_);
    }

    Arguments parse(int argc, const char* const* argv) {
        if (argc < 2) {
            return {common_, Help{app_.help()}};
        }
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForHelp&) {
            return {common_, Help{help_of_chosen()}};
        } catch (const CLI::CallForVersion&) {
            return {common_, VersionArguments{}};
        } catch (const CLI::ParseError& error) {
            return {common_, Misused{misuse(error)}};
        }
        return {common_, chosen_()};
    }

   private:
    [[nodiscard]] std::string say(const char* english, const char* french) const {
        return language_ == report::Language::Fr ? french : english;
    }

    // CLI11 puts a colon behind the name of a group, which French sets apart.
    void name_options(CLI::App& app) {
        for (CLI::Option* option : app.get_options()) {
            if (!option->get_group().empty()) {
                option->group(say("Options", "Options "));
            }
        }
        for (CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; })) {
            name_options(*sub);
        }
    }

    // For the column of descriptions.
    [[nodiscard]] std::string described(const char* english, const char* french) const {
        return join(report::wrapped(say(english, french), k_width - k_description_column, 0, 0),
                    "\n");
    }

    // On a line of its own, to be copied.
    [[nodiscard]] std::string example(const std::string& line) const {
        return say("Example:", "Exemple :") + std::string("\n  ") + line;
    }

    std::string help_of_chosen() {
        const CLI::App& at = deepest();
        return &at == &app_
                   ? app_.help()
                   : at.help(app_.get_name() +
                             (at.get_parent() == &app_ ? "" : " " + at.get_parent()->get_name()));
    }

    // The verb that the command line names, as far as it does: "data" of "data check" is one too.
    CLI::App& deepest() {
        CLI::App* at = &app_;
        while (!at->get_subcommands().empty()) {
            at = at->get_subcommands().front();
        }
        return *at;
    }

    // One of the words that could have been meant, as "; did you mean --json?", or "".
    std::string meant(const std::string& word) {
        std::vector<std::string> known;
        const CLI::App& at = deepest();
        for (const CLI::Option* option : at.get_options()) {
            if (!option->get_positional()) {
                known.push_back("--" + option->get_single_name());
            }
        }
        for (const CLI::App* sub : at.get_subcommands([](const CLI::App*) { return true; })) {
            known.push_back(sub->get_name());
        }
        const auto near = nearest(word, known);
        return near ? say("; did you mean ", " ; vouliez-vous dire ") + *near + say("?", " ?")
                    : ".";
    }

    // CLI11 speaks English only.
    std::string misuse(const CLI::ParseError& error) {
        const std::string what = error.what();
        const std::string kind = error.get_name();
        if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
            const std::string word = app_.remaining(true).front();
            return say("Unknown argument ", "Argument inconnu : ") + word + meant(word);
        }
        if (kind == "RequiredError" && deepest().get_require_subcommand_min() > 0) {
            const auto left = deepest().remaining();
            return left.empty() ? say("A command is missing, such as climb.",
                                      "Il manque une commande, par exemple climb.")
                                : say("Unknown command ", "Commande inconnue : ") + left.front() +
                                      meant(left.front());
        }
        if (kind == "RequiredError") {
            const std::string name = what.substr(0, what.find(" is required"));
            return name + say(" is missing.", " manque.");
        }
        if (kind == "ArgumentMismatch") {
            return what.substr(0, what.find(':')) +
                   say(" needs one value.", " demande une valeur.");
        }
        return what + (what.ends_with('.') ? "" : ".");
    }

    // What a check says against a value, "" if it is good.
    [[nodiscard]] CLI::Validator whole_number(std::uint64_t most) const {
        return CLI::Validator(
            [this, most](std::string& text) {
                std::uint64_t value = 0;
                const auto [end, failure] =
                    std::from_chars(text.data(), text.data() + text.size(), value);
                const bool good = failure == std::errc() && end == text.data() + text.size();
                return good && value <= most ? std::string()
                                             : text +
                                                   say(" is not a whole number from 0 to ",
                                                       " n'est pas un nombre entier de 0 à ") +
                                                   std::to_string(most);
            },
            "");
    }
    [[nodiscard]] CLI::Validator one_of(std::vector<std::string> known) const {
        return CLI::Validator(
            [this, known](std::string& text) {
                return std::find(known.begin(), known.end(), text) != known.end()
                           ? std::string()
                           : text + say(" is none of ", " n'est aucun de ") + join(known, ", ");
            },
            "");
    }

    void add_common(CLI::App& app) {
        app.set_help_flag("-h,--help", say("Shows this help", "Affiche cette aide"));
        app.add_flag("--json",
                     common_.json,
                     described("One JSON object on stdout", "Un objet JSON sur stdout"));
        app.add_option(
               "--lang",
               lang_,
               described("Language of the sentences: fr or en", "Langue des phrases : fr ou en"))
            ->check(one_of({"fr", "en"}))
            ->type_name("LANG");
        app.add_option("--store",
                       common_.store,
                       described("File that keeps the runs (or PALIER_STORE)",
                                 "Fichier qui garde les exécutions (ou PALIER_STORE)"))
            ->type_name("FILE");
        app.add_option("--ca-file",
                       common_.ca_file,
                       described("Certificate authorities to trust (or SSL_CERT_FILE)",
                                 "Autorités de certification reconnues (ou SSL_CERT_FILE)"))
            ->type_name("FILE");
        app.add_option("--models",
                       common_.models_dir,
                       described("Folder of the model files (or PALIER_MODELS)",
                                 "Dossier des fichiers de modèles (ou PALIER_MODELS)"))
            ->type_name("DIR");
    }

    template <class Make>
    CLI::App* verb(const char* name,
                   const std::string& description,
                   const std::string& example_line,
                   Make make) {
        return verb_of(app_, name, description, example_line, make);
    }

    template <class Make>
    CLI::App* verb_of(CLI::App& parent,
                      const char* name,
                      const std::string& description,
                      const std::string& example_line,
                      Make make) {
        CLI::App* sub = parent.add_subcommand(name, description);
        sub->group(say("Commands", "Commandes "));
        add_common(*sub);
        sub->footer(example(example_line));
        sub->callback([this, make] { chosen_ = [make] { return Verb(make()); }; });
        return sub;
    }

    // Options of one verb that are defined elsewhere; borrows the parser for the time of a call.
    class Definer final : public VerbOptions {
       public:
        Definer(const Parser& parser, CLI::App* verb) : parser_(parser), verb_(verb) {}
        void positional(const char* name, std::string& out, Words words, bool required) override {
            add(name, out, words)->required(required)->type_name("");
        }
        void text(const char* names, std::string& out, Words words, const char* type) override {
            add(names, out, words)->type_name(type);
        }
        void texts(const char* names,
                   std::vector<std::string>& out,
                   Words words,
                   const char* type) override {
            add(names, out, words)->type_name(type);
        }
        void one_of(const char* names,
                    std::string& out,
                    Words words,
                    const char* type,
                    std::vector<std::string> known) override {
            add(names, out, words)->type_name(type)->check(parser_.one_of(std::move(known)));
        }
        void whole(const char* names,
                   std::optional<std::uint64_t>& out,
                   Words words,
                   std::uint64_t most) override {
            add(names, out, words)->type_name("N")->check(parser_.whole_number(most));
        }
        void flag(const char* names, bool& out, Words words) override {
            verb_->add_flag(names, out, parser_.described(words.english, words.french));
        }

       private:
        template <class T>
        CLI::Option* add(const char* names, T& out, Words words) {
            return verb_->add_option(names, out, parser_.described(words.english, words.french));
        }
        const Parser& parser_;
        CLI::App* verb_;
    };

    void add_models() {
        CLI::App* models = app_.add_subcommand(
            "models",
            say("Lists, shows and fetches models", "Liste, montre et récupère des modèles"));
        models->group(say("Commands", "Commandes "));
        models->require_subcommand(1);
        models->set_help_flag("-h,--help", say("Shows this help", "Affiche cette aide"));
        models->footer(example("palier models list --french"));
        for (const ModelsVerb& each : models_verbs()) {
            CLI::App* sub = verb_of(*models,
                                    each.name,
                                    say(each.words.english, each.words.french),
                                    each.example,
                                    [this, act = each.act] {
                                        models_.act = act;
                                        return models_;
                                    });
            Definer options(*this, sub);
            each.define(options, models_);
        }
    }

    // A verb whose options stand in run_arguments.h.
    template <class Arguments>
    void run_verb(const char* name,
                  const std::string& description,
                  const std::string& example_line,
                  void (*define)(VerbOptions&, Arguments&),
                  Arguments& out) {
        Definer options(*this, verb(name, description, example_line, [&out] { return out; }));
        define(options, out);
    }

    void add_run_verbs() {
        run_verb("plan",
                 say("Says which models to try, and what it takes",
                     "Dit quels modèles essayer, et ce qu'il faut"),
                 "palier plan examples/tickets-fr/palier.toml",
                 define_plan,
                 plan_);
        run_verb("climb",
                 say("Proves the smallest system that does a job",
                     "Prouve le plus petit système apte à une tâche"),
                 "palier climb examples/tickets-fr/palier.toml --max-time \"10 min\"",
                 define_climb,
                 climb_);
        run_verb("report",
                 say("Writes the report of a run", "Écrit le rapport d'une exécution"),
                 "palier report last --format md",
                 define_report,
                 report_);
        verb("runs", say("Lists the runs", "Liste les exécutions"), "palier runs", [] {
            return RunsArguments{};
        });
        run_verb("show",
                 say("Shows a run, or one case of it", "Montre une exécution, ou un de ses cas"),
                 "palier show last r012",
                 define_show,
                 show_);
        run_verb("rate",
                 say("Rates the answers of a run by hand, blind",
                     "Note à l'aveugle les réponses d'une exécution"),
                 "palier rate last --cases 30",
                 define_rate,
                 rate_);
        run_verb("diagnose",
                 say("Says why a system fails, and what repairs it",
                     "Dit pourquoi un système échoue, et quoi y faire"),
                 "palier diagnose last --system smollm2-135m",
                 define_diagnose,
                 diagnose_);
        run_verb("serve",
                 say("Serves the system that a run chose, or a model",
                     "Sert le système d'une exécution, ou un modèle"),
                 "palier serve last --port 8080",
                 define_serve,
                 serve_);
        run_verb("prompt",
                 say("Prints the exact prompt of a case", "Affiche la consigne exacte d'un cas"),
                 "palier prompt examples/reviews-en/palier.toml r012 smollm2-135m/zero-shot",
                 define_prompt,
                 prompt_);
        run_verb("cost",
                 say("Says what a job costs by API and on own hardware",
                     "Dit le coût d'une tâche, par API ou chez soi"),
                 "palier cost examples/tickets-fr/palier.toml --per-month 200000 \\\n"
                 "    --api openai/gpt-5.4-mini --rate USD=0.86@2026-11-20 \\\n"
                 "    --hardware-price \"1500 EUR\"",
                 define_cost,
                 cost_);
    }

    void add_init_and_data() {
        Definer init(*this,
                     verb("init",
                          say("Writes a job file from four questions and the data",
                              "Écrit un fichier de tâche d'après quatre questions"),
                          "palier init examples/tickets-fr/tickets.jsonl",
                          [this] { return init_; }));
        define_init(init, init_);
        CLI::App* data = app_.add_subcommand(
            "data", say("Checks or builds a test set", "Vérifie ou construit un jeu de test"));
        data->group(say("Commands", "Commandes "));
        data->require_subcommand(1);
        data->set_help_flag("-h,--help", say("Shows this help", "Affiche cette aide"));
        const std::string check_example = "palier data check examples/tickets-fr/palier.toml";
        data->footer(example(check_example));
        Definer check(*this,
                      verb_of(*data,
                              "check",
                              say("Can this test set carry a verdict?",
                                  "Ce jeu de test peut-il porter un verdict ?"),
                              check_example,
                              [this] { return data_check_; }));
        define_data_check(check, data_check_);
        Definer label(*this,
                      verb_of(*data,
                              "label",
                              say("Labels raw inputs by hand, one key a case",
                                  "Étiquette des entrées à la main, au clavier"),
                              "palier data label raw.txt --labels yes,no --output cases.jsonl",
                              [this] { return data_label_; }));
        define_data_label(label, data_label_);
    }

    report::Language language_;
    CLI::App app_;
    Common common_;
    std::string lang_;
    ClimbArguments climb_;
    PlanArguments plan_;
    DoctorArguments doctor_;
    ReportArguments report_;
    ShowArguments show_;
    RateArguments rate_;
    PromptArguments prompt_;
    DiagnoseArguments diagnose_;
    ServeArguments serve_;
    ModelsArguments models_;
    CostArguments cost_;
    InitArguments init_;
    DataCheckArguments data_check_;
    DataLabelArguments data_label_;
    std::function<Verb()> chosen_;
};

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
    return Parser(language_of(argc, argv)).parse(argc, argv);
}

}  // namespace palier::cli
