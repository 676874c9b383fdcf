#include "cli/run_arguments.h"

namespace palier::cli {
namespace {

constexpr std::uint64_t k_most_threads = 512;
constexpr std::uint64_t k_most_diagnosed = 50;
constexpr std::uint64_t k_most_requests = 1'000'000'000'000;
// Every tool reads an integer of this size back from JSON.
constexpr std::uint64_t k_largest_seed = (1ULL << 53U) - 1;

constexpr Words k_job_file{"The job file (palier.toml)", "Le fichier de tâche (palier.toml)"};
constexpr Words k_job_or_run{"The job file, or the id of a run (or last)",
                             "Le fichier de tâche, ou l'identifiant d'une exécution (ou last)"};
constexpr Words k_run{"Id of the run, or last", "Identifiant de l'exécution, ou last"};
constexpr Words k_threads{"Threads of the embedded engine (default: physical cores)",
                          "Fils du moteur intégré (par défaut : cœurs physiques)"};

}  // namespace

void define_plan(VerbOptions& options, PlanArguments& out) {
    options.positional("JOB", out.job, k_job_file, true);
    options.flag(
        "--on-disk",
        out.on_disk,
        {"Only models that are downloaded already", "Seulement les modèles déjà téléchargés"});
    options.flag("--recalibrate",
                 out.recalibrate,
                 {"Measures the speed of this machine anew",
                  "Mesure de nouveau la vitesse de cette machine"});
    options.whole("--threads", out.threads, k_threads, k_most_threads);
    define_machine(options, out.machine);
}

void define_machine(VerbOptions& options, std::string& out) {
    options.text("--machine",
                 out,
                 {"Estimates for another machine: a name (palier doctor --machine list) or a TOML "
                  "file",
                  "Estime pour une autre machine : un nom (palier doctor --machine list) ou un "
                  "fichier TOML"},
                 "MACHINE");
}

void define_climb(VerbOptions& options, ClimbArguments& out) {
    options.positional("JOB", out.job, k_job_file, true);
    options.flag("--dry-run",
                 out.dry_run,
                 {"Prints steps, cases, tokens, time and prices, and asks nothing",
                  "Affiche étapes, cas, jetons, temps et prix, sans rien demander"});
    options.flag("--print-config",
                 out.print_config,
                 {"Prints each value of the job and where it came from",
                  "Affiche chaque valeur de la tâche et d'où elle vient"});
    options.flag("--fresh",
                 out.fresh,
                 {"A new run that reuses no earlier answer (default: resumes)",
                  "Une exécution neuve, sans réponse antérieure (par défaut : reprise)"});
    options.text("--again",
                 out.again,
                 {"Measures this anew and keeps the rest: latency",
                  "Mesure ceci à nouveau et garde le reste : latency"},
                 "WHAT");
    options.flag("--live",
                 out.live,
                 {"Runs the topline's model instead of its recording",
                  "Fait tourner le modèle plafond au lieu de son enregistrement"});
    options.flag(
        "--quality-only",
        out.quality_only,
        {"Decides promise A and stops: latency only where the job limits it, nothing for future "
         "traffic",
         "Décide la promesse A puis s'arrête : latence seulement si la tâche la limite, rien pour "
         "le futur"});
    options.flag("--all",
                 out.all,
                 {"Measures every candidate, whoever was chosen before",
                  "Mesure chaque candidat, même après un choix"});
    options.flag("--file-weights",
                 out.file_weights,
                 {"Never a converted copy of the weights", "Jamais de copie convertie des poids"});
    options.text("--max-cost",
                 out.max_cost,
                 {"Stops before this is spent, such as \"5 EUR\"",
                  "S'arrête avant de dépenser cela (\"5 EUR\")"},
                 "MONEY");
    options.text("--max-time",
                 out.max_time,
                 {"Stops before this has passed, such as \"30 min\"",
                  "S'arrête avant ce temps, par exemple \"30 min\""},
                 "TIME");
    options.whole("--seed",
                  out.seed,
                  {"Seed of splits and order", "Graine des tirages et de l'ordre"},
                  k_largest_seed);
    options.whole("--threads", out.threads, k_threads, k_most_threads);
    options.text("--record-topline",
                 out.record_topline,
                 {"Writes the live topline's answers to this file (with --live)",
                  "Écrit les réponses du plafond en direct dans ce fichier (avec --live)"},
                 "FILE");
}

void define_report(VerbOptions& options, ReportArguments& out) {
    options.positional("RUN", out.run, k_run, false);
    options.one_of("-f,--format",
                   out.format,
                   {"html, md, json, csv or csv-trials", "html, md, json, csv ou csv-trials"},
                   "FORMAT",
                   {"html", "md", "json", "csv", "csv-trials"});
    options.text("-o,--output",
                 out.output,
                 {"File to write (default: palier-RUN.html for html, else stdout)",
                  "Fichier à écrire (par défaut : palier-RUN.html en html, sinon stdout)"},
                 "FILE");
}

void define_show(VerbOptions& options, ShowArguments& out) {
    options.positional("RUN", out.run, k_run, false);
    options.positional("CASE",
                       out.case_id,
                       {"Id of a case; with --failures a System or its model",
                        "Identifiant d'un cas ; avec --failures un système ou son modèle"},
                       false);
    options.flag("--failures",
                 out.failures,
                 {"Lists the cases that the chosen System, or the one named, got wrong",
                  "Liste les cas que le système choisi, ou celui nommé, a ratés"});
}

void define_diagnose(VerbOptions& options, DiagnoseArguments& out) {
    options.positional("RUN", out.run, k_run, false);
    options.text("--system",
                 out.system,
                 {"The System to look at (default: the candidate that came nearest)",
                  "Le système à examiner (par défaut : le candidat le plus proche)"},
                 "SYSTEM");
    options.whole("--cases",
                  out.cases,
                  {"Looks at so many failing cases of dev (default and most: 50)",
                   "Examine tant de cas ratés au réglage (par défaut et au plus : 50)"},
                  k_most_diagnosed);
    options.text("--force",
                 out.force,
                 {"Opens lora all the same, for this reason, which the report prints",
                  "Ouvre lora quand même, pour cette raison, que le rapport affiche"},
                 "REASON");
}

void define_serve(VerbOptions& options, ServeArguments& out) {
    constexpr std::uint64_t k_last_port = 65'535, k_most_context = 1'048'576, k_most_queue = 10'000,
                            k_most_grace_s = 3'600;
    options.positional("WHAT",
                       out.what,
                       {"A run (id or last): the system that it chose; or a GGUF file",
                        "Une exécution (identifiant ou last) : le système choisi ; ou un GGUF"},
                       false);
    options.text("--system",
                 out.system,
                 {"Another system of the run", "Un autre système de l'exécution"},
                 "SYSTEM");
    options.text("--name",
                 out.name,
                 {"The model's name in requests", "Le nom du modèle dans les requêtes"},
                 "NAME");
    options.text("--host",
                 out.host,
                 {"Address to listen on (default: 127.0.0.1); others need a key",
                  "Adresse d'écoute (par défaut : 127.0.0.1) ; les autres demandent une clé"},
                 "ADDRESS");
    options.whole(
        "--port",
        out.port,
        {"Port (default: 8080; 0: any free one)", "Port (par défaut : 8080 ; 0 : un port libre)"},
        k_last_port);
    options.text("--api-key-file",
                 out.key_file,
                 {"File with the key that clients must show (or PALIER_API_KEY)",
                  "Fichier de la clé que les clients doivent montrer (ou PALIER_API_KEY)"},
                 "FILE");
    options.whole("--context",
                  out.context,
                  {"Tokens of a prompt and its answer, of a GGUF file (default: 4096)",
                   "Jetons d'une consigne et de sa réponse, pour un GGUF (par défaut : 4096)"},
                  k_most_context);
    options.whole("--threads", out.threads, k_threads, k_most_threads);
    options.whole("--queue",
                  out.queue,
                  {"Requests that may wait (default: 64); others get 429",
                   "Requêtes qui peuvent attendre (par défaut : 64) ; les autres reçoivent 429"},
                  k_most_queue);
    options.whole("--grace",
                  out.grace_s,
                  {"Seconds for answers under way when it ends (default: 30)",
                   "Secondes laissées aux réponses en cours à l'arrêt (par défaut : 30)"},
                  k_most_grace_s);
}

void define_prompt(VerbOptions& options, PromptArguments& out) {
    options.positional("JOB", out.job, k_job_or_run, true);
    options.positional("CASE", out.case_id, {"Id of a case", "Identifiant d'un cas"}, true);
    options.positional("SYSTEM", out.system, {"CANDIDATE/RUNG", "CANDIDAT/MARCHE"}, true);
}

void define_cost(VerbOptions& options, CostArguments& out) {
    options.positional("JOB", out.job, k_job_or_run, true);
    options.text("--run",
                 out.run,
                 {"Run to take figures from (default: the newest)",
                  "Exécution dont viennent les chiffres (par défaut : la dernière)"},
                 "RUN");
    options.text("--system",
                 out.system,
                 {"The small System to compare", "Le petit système à comparer"},
                 "SYSTEM");
    options.text(
        "--api",
        out.api,
        {"Model of the price table to compare with", "Modèle de la table de prix à comparer"},
        "MODEL");
    options.text("--gpu",
                 out.gpu,
                 {"GPU of the price table to rent (default: L4)",
                  "GPU de la table de prix à louer (par défaut : L4)"},
                 "GPU");
    options.whole(
        "--per-month", out.per_month, {"Requests a month", "Requêtes par mois"}, k_most_requests);
    options.text("--fallback-share",
                 out.fallback_share,
                 {"Share that a hybrid hands on: 0.1 or 0.05..0.2",
                  "Part qu'un hybride transmet : 0.1 ou 0.05..0.2"},
                 "Q");
    options.text("--price-fall",
                 out.price_fall,
                 {"API prices are divided by this each year",
                  "Les prix d'API sont divisés par cela chaque année"},
                 "D");
    options.text("--hardware-price",
                 out.hardware_price,
                 {"Price of a machine of one's own", "Prix d'une machine à soi"},
                 "MONEY");
    options.text("--rent-per-hour",
                 out.rent_per_hour,
                 {"Price of a rented machine with a GPU", "Prix d'une machine louée avec un GPU"},
                 "MONEY");
    options.text("--seconds-per-request",
                 out.seconds_per_request,
                 {"Assumed where nothing was measured", "Supposé là où rien n'est mesuré"},
                 "S");
    options.flag("--batch",
                 out.batch,
                 {"Answers may take a day: counts the seller's price of batches",
                  "Les réponses peuvent prendre un jour : compte le prix des lots"});
    options.text("--thinking-tokens",
                 out.thinking_tokens,
                 {"Tokens of thought of a request to the API, where none were counted",
                  "Jetons de réflexion d'une requête à l'API, là où rien n'est compté"},
                 "N");
    options.texts("--rate",
                  out.rates,
                  {"Exchange rate with its date: USD=0.86@2026-11-20",
                   "Taux de change daté : USD=0.86@2026-11-20"},
                  "RATE");
}

}  // namespace palier::cli
