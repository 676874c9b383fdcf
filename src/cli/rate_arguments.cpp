#include "cli/rate_arguments.h"

namespace palier::cli {

void define_rate(VerbOptions& options, RateArguments& out) {
    constexpr std::uint64_t k_largest_rate_number = 1'000'000'000;
    options.positional(
        "RUN", out.run, {"Id of the run, or last", "Identifiant de l'exécution, ou last"}, false);
    options.whole("--cases",
                  out.cases,
                  {"Rates the answers to so many cases (default: to all)",
                   "Note les réponses à tant de cas (par défaut : à tous)"},
                  k_largest_rate_number);
    options.text(
        "--rater",
        out.rater,
        {"Who rates (default: who is logged in)", "Qui note (par défaut : la personne connectée)"},
        "NAME");
    options.whole("--seed",
                  out.seed,
                  {"Seed of the order (default: 1)", "Graine de l'ordre (par défaut : 1)"},
                  k_largest_rate_number);
    options.text("--judge",
                 out.judge,
                 {"Has this model judge all answers by rules, instead of a person",
                  "Fait juger toutes les réponses par ce modèle, d'après des règles"},
                 "MODEL");
    options.text(
        "--rules", out.rules_file, {"Its rules, one a line", "Ses règles, une par ligne"}, "FILE");
    options.texts("--rule",
                  out.rules,
                  {"One rule, as a sentence that an answer keeps or breaks",
                   "Une règle, en une phrase qu'une réponse respecte ou enfreint"},
                  "TEXT");
    options.text("--endpoint",
                 out.endpoint,
                 {"Where the judge is, when it is not a model on this machine",
                  "Où est le juge, s'il n'est pas un modèle sur cette machine"},
                 "URL");
    options.text("--key-env",
                 out.key_env,
                 {"Environment variable that holds the endpoint's key",
                  "Variable d'environnement qui contient la clé du service"},
                 "NAME");
    options.whole("--threads",
                  out.threads,
                  {"Threads of the embedded engine (default: physical cores)",
                   "Fils du moteur intégré (par défaut : cœurs physiques)"},
                  512);
    options.flag("--dry-run",
                 out.dry_run,
                 {"Counts the questions to the judge, and asks none",
                  "Compte les questions au juge, et n'en pose aucune"});
    options.flag("--summary",
                 out.summary,
                 {"Asks nothing, and prints what there is so far",
                  "Ne demande rien, et affiche ce qu'il y a déjà"});
}

}  // namespace palier::cli
