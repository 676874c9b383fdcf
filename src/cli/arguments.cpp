#include "cli/arguments.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

namespace palier::cli {
namespace {

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
        app_.description(
            say("Finds, proves and runs the smallest language-model system that does a job.",
                "Trouve, prouve et fait tourner le plus petit système de modèle de langue qui "
                "suffit à une tâche."));
        app_.footer(say("Example: palier climb examples/reviews-en/palier.toml",
                        "Exemple : palier climb examples/reviews-en/palier.toml"));
        app_.require_subcommand(1);
        app_.set_help_flag("-h,--help", say("Shows this help", "Affiche cette aide"));
        add_climb();
        add_report();
        add_runs();
        add_show();
        add_prompt();
        verb("version",
             say("Prints the version and the engines", "Affiche la version et les moteurs"),
             "palier version --json",
             [] { return VersionArguments{}; });
    }

    Arguments parse(int argc, const char* const* argv) {
        if (argc < 2) {
            return {common_, Help{app_.help()}};
        }
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForHelp&) {
            return {common_, Help{help_of_chosen()}};
        } catch (const CLI::ParseError& error) {
            return {common_, Misused{error.what()}};
        }
        return {common_, chosen_()};
    }

   private:
    [[nodiscard]] std::string say(const char* english, const char* french) const {
        return language_ == report::Language::Fr ? french : english;
    }

    std::string help_of_chosen() {
        const auto subcommands = app_.get_subcommands();
        return subcommands.empty() ? app_.help() : subcommands.front()->help();
    }

    template <class Make>
    CLI::App* verb(const char* name,
                   const std::string& description,
                   const std::string& example,
                   Make make) {
        CLI::App* sub = app_.add_subcommand(name, description);
        sub->set_help_flag("-h,--help", say("Shows this help", "Affiche cette aide"));
        sub->add_flag(
            "--json", common_.json, say("One JSON object on stdout", "Un objet JSON sur stdout"));
        sub->add_option("--lang",
                        lang_,
                        say("Language of the sentences: fr or en", "Langue des phrases : fr ou en"))
            ->type_name("LANG");
        sub->add_option("--store",
                        common_.store,
                        say("File that keeps the runs", "Fichier qui garde les exécutions"))
            ->type_name("FILE");
        sub->add_option("--models",
                        common_.models_dir,
                        say("Folder of the model files", "Dossier des fichiers de modèles"))
            ->type_name("DIR");
        sub->footer(say("Example: ", "Exemple : ") + example);
        sub->callback([this, make] { chosen_ = [make] { return Verb(make()); }; });
        return sub;
    }

    void add_climb() {
        CLI::App* sub = verb("climb",
                             say("Proves the smallest system that does a job",
                                 "Prouve le plus petit système qui suffit à une tâche"),
                             "palier climb examples/tickets-fr/palier.toml --max-time \"10 min\"",
                             [this] { return climb_; });
        sub->add_option("JOB",
                        climb_.job,
                        say("The job file (palier.toml)", "Le fichier de tâche (palier.toml)"))
            ->required()
            ->type_name("FILE");
        sub->add_flag("--dry-run",
                      climb_.dry_run,
                      say("Prints steps, cases, tokens and prices, and asks nothing",
                          "Affiche étapes, cas, jetons et prix, sans rien demander"));
        sub->add_flag("--print-config",
                      climb_.print_config,
                      say("Prints each value of the job and where it came from",
                          "Affiche chaque valeur de la tâche et d'où elle vient"));
        sub->add_flag("--fresh",
                      climb_.fresh,
                      say("A new run that reuses no earlier answer (default: resumes)",
                          "Une exécution neuve, sans réponse antérieure (par défaut : reprise)"));
        sub->add_flag("--live",
                      climb_.live,
                      say("Runs the topline's model instead of its recording",
                          "Fait tourner le modèle plafond au lieu de son enregistrement"));
        sub->add_flag(
            "--quality-only",
            climb_.quality_only,
            say("Decides promise A and stops: no latency probe, no continuation for future traffic",
                "Décide la promesse A puis s'arrête : ni sonde de latence, ni suite pour le "
                "futur"));
        sub->add_flag("--file-weights",
                      climb_.file_weights,
                      say("Never a BF16 copy of the weights", "Jamais de copie BF16 des poids"));
        sub->add_option("--max-cost",
                        climb_.max_cost,
                        say("Stops before this is spent, such as \"5 EUR\"",
                            "S'arrête avant de dépenser cela, par exemple \"5 EUR\""))
            ->type_name("MONEY");
        sub->add_option("--max-time",
                        climb_.max_time,
                        say("Stops before this has passed, such as \"30 min\"",
                            "S'arrête avant ce temps, par exemple \"30 min\""))
            ->type_name("TIME");
        sub->add_option("--seed",
                        climb_.seed,
                        say("Seed of splits and order", "Graine des tirages et de l'ordre"))
            ->type_name("N");
        sub->add_option("--threads",
                        climb_.threads,
                        say("Threads of the embedded engine (default: physical cores)",
                            "Fils du moteur embarqué (par défaut : cœurs physiques)"))
            ->type_name("N")
            ->check(CLI::Range(0, 512));
        sub->add_option(
               "--record-topline",
               climb_.record_topline,
               say("Writes the live topline's answers to this file (with --live)",
                   "Écrit les réponses du plafond en direct dans ce fichier (avec --live)"))
            ->type_name("FILE");
    }

    void add_report() {
        CLI::App* sub = verb("report",
                             say("Writes the report of a run", "Écrit le rapport d'une exécution"),
                             "palier report last --format md",
                             [this] { return report_; });
        sub->add_option("RUN",
                        report_.run,
                        say("Id of the run, or last", "Identifiant de l'exécution, ou last"))
            ->type_name("RUN");
        sub->add_option(
               "-f,--format",
               report_.format,
               say("html, md, json, csv or csv-trials", "html, md, json, csv ou csv-trials"))
            ->check(CLI::IsMember({"html", "md", "json", "csv", "csv-trials"}))
            ->type_name("FORMAT");
        sub->add_option(
               "-o,--output",
               report_.output,
               say("File to write (default: palier-RUN.html for html, else stdout)",
                   "Fichier à écrire (par défaut : palier-RUN.html en html, sinon stdout)"))
            ->type_name("FILE");
    }

    void add_runs() {
        verb("runs", say("Lists the runs", "Liste les exécutions"), "palier runs", [] {
            return RunsArguments{};
        });
    }

    void add_show() {
        CLI::App* sub =
            verb("show",
                 say("Shows a run, or one case of it", "Montre une exécution, ou un de ses cas"),
                 "palier show last r012",
                 [this] { return show_; });
        sub->add_option("RUN",
                        show_.run,
                        say("Id of the run, or last", "Identifiant de l'exécution, ou last"))
            ->type_name("RUN");
        sub->add_option("CASE", show_.case_id, say("Id of a case", "Identifiant d'un cas"))
            ->type_name("CASE");
    }

    void add_prompt() {
        CLI::App* sub =
            verb("prompt",
                 say("Prints the exact prompt of a case", "Affiche le prompt exact d'un cas"),
                 "palier prompt examples/reviews-en/palier.toml r012 smollm2-135m/zero-shot",
                 [this] { return prompt_; });
        sub->add_option("JOB", prompt_.job, say("The job file", "Le fichier de tâche"))
            ->required()
            ->type_name("FILE");
        sub->add_option("CASE", prompt_.case_id, say("Id of a case", "Identifiant d'un cas"))
            ->required()
            ->type_name("CASE");
        sub->add_option("SYSTEM", prompt_.system, say("CANDIDATE/RUNG", "CANDIDAT/PALIER"))
            ->required()
            ->type_name("SYSTEM");
    }

    report::Language language_;
    CLI::App app_;
    Common common_;
    std::string lang_;
    ClimbArguments climb_;
    ReportArguments report_;
    ShowArguments show_;
    PromptArguments prompt_;
    std::function<Verb()> chosen_;
};

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
    return Parser(language_of(argc, argv)).parse(argc, argv);
}

}  // namespace palier::cli
