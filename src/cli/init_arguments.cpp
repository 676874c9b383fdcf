#include "cli/init_arguments.h"

namespace palier::cli {
namespace {

const std::vector<std::string> k_tasks{"classify", "extract", "generate", "answer"};
// Every tool reads an integer of this size back from JSON.
constexpr std::uint64_t k_largest = (1ULL << 53U) - 1;

void define_reading(VerbOptions& options,
                    std::string& task,
                    std::string& labels,
                    std::string& input) {
    options.one_of(
        "--task",
        task,
        {"classify, extract, generate or answer", "classify, extract, generate ou answer"},
        "TASK",
        k_tasks);
    options.text("--labels",
                 labels,
                 {"Labels, with commas between", "Étiquettes, séparées par des virgules"},
                 "A,B,C");
    options.text(
        "--input", input, {"Column or key of the input", "Colonne ou clé de l'entrée"}, "NAME");
}

}  // namespace

void define_init(VerbOptions& options, InitArguments& out) {
    options.positional(
        "DATA",
        out.data,
        {"Test data: JSONL, JSON, CSV or TSV", "Données de test : JSONL, JSON, CSV ou TSV"},
        false);
    options.text("-o,--output",
                 out.output,
                 {"Job file to write (default: palier.toml)",
                  "Fichier de tâche à écrire (par défaut : palier.toml)"},
                 "FILE");
    options.flag(
        "--force", out.force, {"Overwrites an existing file", "Écrase un fichier existant"});
    options.flag("--defaults",
                 out.defaults,
                 {"Takes the default of each question that no option answers",
                  "Prend la valeur par défaut des questions sans option"});
    define_machine(options, out.machine);
    options.text("--hardware-price",
                 out.hardware_price,
                 {"Price of the machine that an API's bill is held against (\"1500 EUR\")",
                  "Prix de la machine à laquelle la facture d'une API est comparée (\"1500 EUR\")"},
                 "MONEY");
    options.text("--privacy",
                 out.privacy,
                 {"How far the data may go: machine, infra (the company) or cloud (anywhere)",
                  "Jusqu'où vont les données : machine, infra (l'entreprise) ou cloud (partout)"},
                 "WHERE");
    options.text("--infra-hosts",
                 out.infra_hosts,
                 {"infra: hosts that may see the data", "infra : hôtes qui peuvent les voir"},
                 "A,B");
    options.text("--offline",
                 out.offline,
                 {"yes if it must work without a network, else no",
                  "yes (oui) s'il doit marcher sans réseau, sinon no (non)"},
                 "YES|NO");
    options.text("--p95",
                 out.p95,
                 {"Time within which 95 % of answers must come, such as \"1.5 s\"; or any",
                  "Temps où 95 % des réponses doivent arriver, comme \"1.5 s\" ; ou any"},
                 "TIME");
    options.text("--per-month", out.per_month, {"Requests a month", "Requêtes par mois"}, "N");
    options.text("--per-day", out.per_day, {"Requests a day", "Requêtes par jour"}, "N");
    options.text(
        "--concurrency", out.concurrency, {"Requests at once", "Requêtes simultanées"}, "N");
    options.text("--scope",
                 out.scope,
                 {"bounded (choose, extract) or open (reason, rare cases)",
                  "bounded (choisir, extraire) ou open (raisonner, cas rares)"},
                 "SCOPE");
    options.text("--media",
                 out.media,
                 {"text, or other (images, sound)", "text, ou other (images, son)"},
                 "KIND");
    options.text("--min",
                 out.min,
                 {"Threshold that the metric must reach, such as 0.9",
                  "Seuil que la métrique doit atteindre, par exemple 0.9"},
                 "SHARE");
    define_reading(options, out.task, out.labels, out.input);
    options.text("--expected",
                 out.expected,
                 {"Column or key of the expected answer", "Colonne ou clé de la réponse attendue"},
                 "NAME");
    options.text("--metric", out.metric, {"Metric of the task", "Métrique de la tâche"}, "NAME");
    options.text("--name", out.name, {"Name of the job", "Nom de la tâche"}, "NAME");
    options.text("--instructions",
                 out.instructions,
                 {"What the models are told", "La consigne donnée aux modèles"},
                 "TEXT");
    options.one_of("--prompt-language",
                   out.prompt_language,
                   {"Language of the prompts", "Langue des consignes"},
                   "LANG",
                   {"fr", "en"});
}

void define_data_check(VerbOptions& options, DataCheckArguments& out) {
    options.positional(
        "FILE",
        out.file,
        {"A job (palier.toml) or a data file", "Une tâche (palier.toml) ou un fichier de données"},
        true);
    define_reading(options, out.task, out.labels, out.input);
    options.text("--expected",
                 out.expected,
                 {"Column or key of the expected answer", "Colonne ou clé de la réponse attendue"},
                 "NAME");
    options.text("--metric", out.metric, {"Metric of the task", "Métrique de la tâche"}, "NAME");
    options.text("--min",
                 out.min,
                 {"Threshold for a data file (default: 0.9)",
                  "Seuil pour un fichier de données (par défaut : 0.9)"},
                 "SHARE");
    options.text(
        "--alpha",
        out.alpha,
        {"Risk of a wrong verdict (default: 0.01)", "Risque d'un verdict faux (par défaut : 0.01)"},
        "SHARE");
    constexpr std::uint64_t k_most_candidates = 1000;
    options.whole("--candidates",
                  out.candidates,
                  {"Systems that share that risk, topline included (default: 3)",
                   "Systèmes qui partagent ce risque, plafond compris (par défaut : 3)"},
                  k_most_candidates);
}

void define_data_label(VerbOptions& options, DataLabelArguments& out) {
    options.positional("RAW",
                       out.raw,
                       {"Raw inputs: JSONL, JSON, CSV, TSV or lines of a .txt",
                        "Entrées brutes : JSONL, JSON, CSV, TSV ou lignes d'un .txt"},
                       true);
    options.text("-o,--output",
                 out.output,
                 {"Data file that receives the answers; resumed where it exists",
                  "Fichier qui reçoit les réponses ; repris s'il existe"},
                 "FILE");
    define_reading(options, out.task, out.labels, out.input);
    options.whole("--seed",
                  out.seed,
                  {"Seed of the order (default: 1)", "Graine de l'ordre (par défaut : 1)"},
                  k_largest);
    options.flag(
        "--second-pass",
        out.second_pass,
        {"A sample again, without the first answers; then kappa and disagreements",
         "Un échantillon à nouveau, sans les premières réponses ; puis kappa et désaccords"});
    options.whole(
        "--sample",
        out.sample,
        {"Cases of the second pass (default: 50)", "Cas du second passage (par défaut : 50)"},
        k_largest);
    options.text("--suggest",
                 out.suggest,
                 {"Model whose answer is shown, and recorded as suggested_by",
                  "Modèle dont la réponse est montrée, et notée suggested_by"},
                 "MODEL");
    options.text("--instructions",
                 out.instructions,
                 {"What that model is told", "La consigne donnée à ce modèle"},
                 "TEXT");
}

}  // namespace palier::cli
