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
    options.flag("--summary",
                 out.summary,
                 {"Asks nothing, and prints what there is so far",
                  "Ne demande rien, et affiche ce qu'il y a déjà"});
}

}  // namespace palier::cli
