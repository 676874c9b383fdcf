#include "cli/arguments.h"

#include "cli/test_fixture.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace palier::cli {
namespace {

Arguments parsed(const std::vector<std::string>& words) {
    const auto argv = pointers(words);
    return parse_arguments(static_cast<int>(argv.size()), argv.data());
}

template <class T>
T verb_of(const std::vector<std::string>& words) {
    const Arguments arguments = parsed(words);
    const auto* misused = std::get_if<Misused>(&arguments.verb);
    REQUIRE_MESSAGE(std::holds_alternative<T>(arguments.verb), (misused ? misused->text : ""));
    return std::get<T>(arguments.verb);
}

std::string misuse(const std::vector<std::string>& words) {
    return verb_of<Misused>(words).text;
}

const std::vector<std::string> k_verbs{"init",
                                       "plan",
                                       "climb",
                                       "report",
                                       "runs",
                                       "show",
                                       "diagnose",
                                       "prompt",
                                       "cost",
                                       "doctor",
                                       "version"};

}  // namespace

TEST_CASE("each verb takes its arguments") {
    const Bare bare;
    const auto climb = verb_of<ClimbArguments>({"climb",
                                                "job.toml",
                                                "--dry-run",
                                                "--fresh",
                                                "--live",
                                                "--quality-only",
                                                "--file-weights",
                                                "--print-config",
                                                "--threads",
                                                "3",
                                                "--max-cost",
                                                "5 EUR",
                                                "--max-time",
                                                "2 min",
                                                "--seed",
                                                "7",
                                                "--record-topline",
                                                "t.jsonl"});
    CHECK(climb.job == "job.toml");
    CHECK((climb.dry_run && climb.fresh && climb.live && climb.quality_only));
    CHECK((climb.file_weights && climb.print_config));
    CHECK(climb.threads == 3);
    CHECK(climb.max_cost == "5 EUR");
    CHECK(climb.max_time == "2 min");
    CHECK(climb.seed == 7U);
    CHECK(climb.record_topline == "t.jsonl");
    const auto plain = verb_of<ClimbArguments>({"climb", "job.toml"});
    CHECK_FALSE((plain.dry_run || plain.fresh || plain.live || plain.seed.has_value()));
    CHECK_FALSE(plain.threads.has_value());

    CHECK(verb_of<ReportArguments>({"report"}).run == "last");
    CHECK(verb_of<ReportArguments>({"report"}).format == "html");
    const auto report = verb_of<ReportArguments>({"report", "r12", "-f", "md", "-o", "x.md"});
    CHECK(report.run == "r12");
    CHECK(report.format == "md");
    CHECK(report.output == "x.md");
    CHECK(verb_of<DiagnoseArguments>({"diagnose"}).run == "last");
    CHECK(verb_of<DiagnoseArguments>({"diagnose", "r1", "--cases", "20"}).cases == 20);
    CHECK(verb_of<DiagnoseArguments>({"diagnose", "--force", "it is fixed"}).force ==
          "it is fixed");
    CHECK(verb_of<Misused>({"diagnose", "--cases", "51"}).text.find("50") != std::string::npos);
    CHECK(verb_of<ShowArguments>({"show"}).run == "last");
    CHECK(verb_of<ShowArguments>({"show", "last", "c1"}).case_id == "c1");
    CHECK_FALSE(verb_of<ShowArguments>({"show", "last", "c1"}).failures);
    CHECK(verb_of<ShowArguments>({"show", "last", "--failures", "big"}).case_id == "big");
    CHECK(verb_of<ShowArguments>({"show", "--failures"}).failures);
    const auto prompt = verb_of<PromptArguments>({"prompt", "j", "c1", "big/zero-shot"});
    CHECK(prompt.job == "j");
    CHECK(prompt.case_id == "c1");
    CHECK(prompt.system == "big/zero-shot");
    verb_of<RunsArguments>({"runs"});
    verb_of<VersionArguments>({"version"});
    verb_of<VersionArguments>({"--version"});
}

TEST_CASE("a verb of two words has its own arguments and help") {
    const Bare bare;
    const auto check = verb_of<DataCheckArguments>({"data", "check", "x.csv", "--min", "0.8"});
    CHECK(check.file == "x.csv");
    CHECK(check.min == "0.8");
    const auto label = verb_of<DataLabelArguments>(
        {"data", "label", "raw.txt", "--labels", "a,b", "-o", "c.jsonl", "--second-pass"});
    CHECK(label.labels == "a,b");
    CHECK(label.output == "c.jsonl");
    CHECK(label.second_pass);
    CHECK(misuse({"data"}) == "A command is missing, such as climb.");
    CHECK(misuse({"data", "chek"}).find("did you mean check?") != std::string::npos);
    CHECK(misuse({"data", "check"}) == "FILE is missing.");
    for (const char* language : {"en", "fr"}) {
        for (const char* verb : {"check", "label"}) {
            const std::string text =
                verb_of<Help>({"data", verb, "--help", "--lang", language}).text;
            CHECK_MESSAGE(text.find(std::string("palier data ") + verb) != std::string::npos, text);
            CHECK(too_wide(text) == "");
        }
        CHECK(too_wide(verb_of<Help>({"data", "--help", "--lang", language}).text) == "");
    }
}

TEST_CASE("what no option says comes from the environment") {
    const Bare bare;
    CHECK(parsed({"runs"}).common.store == "/home/someone/.local/share/palier/runs.db");
    CHECK(parsed({"runs"}).common.models_dir == "/home/someone/.cache/palier/models");
    const Environment data_home("XDG_DATA_HOME", "/data");
    CHECK(parsed({"runs"}).common.store == "/data/palier/runs.db");
    const Environment store("PALIER_STORE", "/elsewhere.db");
    const Environment models("PALIER_MODELS", "/models");
    CHECK(parsed({"runs"}).common.store == "/elsewhere.db");
    CHECK(parsed({"runs"}).common.models_dir == "/models");
    CHECK(parsed({"runs", "--store", "mine.db"}).common.store == "mine.db");
    CHECK(parsed({"--store", "mine.db", "runs"}).common.store == "mine.db");
}

TEST_CASE("the language comes from --lang on either side of the verb, else from the environment") {
    const Bare bare;
    const auto language = [](const std::vector<std::string>& words) {
        return parsed(words).common.language;
    };
    CHECK(language({"runs"}) == report::Language::En);
    CHECK(language({"--lang", "fr", "runs"}) == report::Language::Fr);
    CHECK(language({"runs", "--lang", "fr"}) == report::Language::Fr);
    CHECK(language({"runs", "--lang=fr"}) == report::Language::Fr);
    verb_of<RunsArguments>({"--lang", "fr", "runs"});
    verb_of<RunsArguments>({"--lang=fr", "--json", "runs"});
    const Environment lang("LANG", "fr_FR.UTF-8");
    CHECK(language({"runs"}) == report::Language::Fr);
    const Environment messages("LC_MESSAGES", "en_GB.UTF-8");
    CHECK(language({"runs"}) == report::Language::En);
    const Environment all("LC_ALL", "fr_CA");
    CHECK(language({"runs"}) == report::Language::Fr);
    CHECK(language({"runs", "--lang", "en"}) == report::Language::En);
    const Environment own("PALIER_LANG", "en");
    CHECK(language({"runs"}) == report::Language::En);
}

TEST_CASE("a slip of the hand is named, with what could have been meant") {
    const Bare bare;
    CHECK(misuse({"climb", "j", "--jsn"}) == "Unknown argument --jsn; did you mean --json?");
    CHECK(misuse({"climb", "j", "--zzzzzzzz"}) == "Unknown argument --zzzzzzzz.");
    CHECK(misuse({"clim", "j"}) == "Unknown command clim; did you mean climb?");
    CHECK(misuse({"--json"}) == "A command is missing, such as climb.");
    CHECK(misuse({"climb"}) == "JOB is missing.");
    CHECK(misuse({"prompt", "j", "c"}) == "SYSTEM is missing.");
    CHECK(misuse({"climb", "j", "--seed"}) == "--seed needs one value.");
    CHECK(misuse({"climb", "j", "--seed", "-4"}).find("--seed") != std::string::npos);
    CHECK(misuse({"climb", "j", "--threads", "many"}) ==
          "--threads: many is not a whole number from 0 to 512.");
    CHECK(misuse({"report", "--format", "pdf"}).find("pdf is none of html, md, json") !=
          std::string::npos);
    CHECK(misuse({"runs", "--lang", "de"}).find("none of fr, en") != std::string::npos);
}

TEST_CASE("misuse is said in French too") {
    const Bare bare;
    const Environment lang("LANG", "fr_FR.UTF-8");
    CHECK(misuse({"climb", "j", "--jsn"}) ==
          "Argument inconnu : --jsn ; vouliez-vous dire --json ?");
    CHECK(misuse({"climb"}) == "JOB manque.");
    CHECK(misuse({"clim"}).starts_with("Commande inconnue : clim"));
    CHECK(misuse({"climb", "j", "--seed", "x"}).find("n'est pas un nombre entier") !=
          std::string::npos);
}

TEST_CASE("every verb has help with an example, in both languages, in 80 columns") {
    const Bare bare;
    for (const char* language : {"en", "fr"}) {
        const bool french = std::string(language) == "fr";
        for (const std::string& verb : k_verbs) {
            const std::string text = verb_of<Help>({verb, "--help", "--lang", language}).text;
            for (const std::string title : {"Usage", "Arguments", "Options", "Commandes"}) {
                CHECK((!french || text.find(title + ":") == std::string::npos));
            }
            CHECK_MESSAGE(text.find(french ? "Exemple :" : "Example:") != std::string::npos, text);
            CHECK_MESSAGE(text.find("palier " + verb) != std::string::npos, text);
            CHECK(too_wide(text) == "");
        }
        const std::string all = verb_of<Help>({"--lang", language, "--help"}).text;
        for (const std::string& verb : k_verbs) {
            CHECK_MESSAGE(all.find("\n  " + verb + " ") != std::string::npos, all);
        }
        CHECK(too_wide(all) == "");
    }
    CHECK(verb_of<Help>({}).text.find("palier climb") != std::string::npos);
}

}  // namespace palier::cli
