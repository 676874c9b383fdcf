#include "eval/metrics.h"

#include "base/text.h"
#include "eval/codes.h"

#include <algorithm>

namespace palier::eval {
namespace {

std::vector<MetricFact> extract_metrics() {
    const std::string fields =
        "leaf paths flattened, arrays by position or, if the job says any_order, paired by what "
        "they "
        "share most; null = missing; equal value = 1 TP, wrong = 1 FP + 1 FN, missing = 1 FN, "
        "extra = 1 "
        "FP, no JSON = all gold leaves FN; typed comparison typed-2";
    return {
        {"exact_match",
         true,
         true,
         "1 if every leaf of the expected JSON is present with an equal value and no other leaf is "
         "(typed comparison typed-2), else 0"},
        {"field_f1",
         true,
         false,
         "per case 2 TP / (2 TP + FP + FN), 1 if both sides have no leaf; mean over cases; " +
             fields},
        {"json_valid",
         true,
         true,
         "1 if the whole output, reasoning and outer white space removed, is one JSON object or "
         "array (duplicate keys are invalid), else 0; the schema is not looked at"},
        {"field_micro_f1",
         false,
         false,
         "2 TP / (2 TP + FP + FN) over the sums of all cases; " + fields},
        {"field_micro_precision",
         false,
         false,
         "TP / (TP + FP) over the sums of all cases; " + fields},
        {"field_micro_recall",
         false,
         false,
         "TP / (TP + FN) over the sums of all cases; " + fields},
    };
}

std::vector<MetricFact> generate_metrics() {
    return {
        {"exact",
         true,
         true,
         "1 if the output equals an accepted answer byte for byte, white space at both ends "
         "removed "
         "from both"},
        {"normalised",
         true,
         true,
         "1 if the output equals an accepted answer once both are folded (case, width, accents, "
         "punctuation, spaces; signs that mean something stay); where folding leaves nothing of "
         "one, "
         "as they are"},
        {"contains",
         true,
         true,
         "1 if an accepted answer, folded as for normalised, occurs in the folded output as whole "
         "words (in scripts without spaces: anywhere); where folding leaves nothing of it, as it "
         "is"},
        {"regex",
         true,
         true,
         "1 if an accepted answer, as RE2 pattern, is found anywhere in the output, both composed "
         "(NFC), white space at both ends removed; anchors ask for the whole output"},
        {"numeric",
         true,
         true,
         "1 if the last number of the output equals the one number of an accepted answer (after "
         "its "
         "last \"#### \" if it has one) as exact decimals: 18.00 = 18, 1/2 = 0.5; per cent is not "
         "per "
         "mille; numbers are read whole or not at all; formats of the job's language"},
        {"gsm8k_strict",
         true,
         true,
         "lm-evaluation-harness gsm8k v3 strict-match: first \"#### (-?[0-9.,]+)\"; text compared, "
         "commas, $, all up to \"#### \" and one final point removed from both, case ignored: "
         "18.00 "
         "!= 18"},
        {"gsm8k_flexible",
         true,
         true,
         "lm-evaluation-harness gsm8k v3 flexible-extract: last (-?[$0-9.,]{2,})|(-?[0-9]+); "
         "compared "
         "as for gsm8k_strict"},
        {"sql_execution",
         true,
         true,
         "1 if the query of the output, run by SQLite on the case's database, gives the rows of an "
         "accepted query: as many rows and columns, columns in any order and by any name, rows in "
         "their order only where the accepted query has an ORDER BY outside of parentheses; 5 = "
         "5.0, numbers with a "
         "fraction to 12 digits, a text is no number, NULL = NULL; what writes or takes too long "
         "is 0"},
        {"sql_runs",
         true,
         true,
         "1 if the query of the output runs on the case's database, whatever it gives, else 0"},
        {"tool_calls",
         true,
         true,
         "1 if the output calls, as JSON, what is due and nothing else, in any order: names byte "
         "for byte, every argument that may not be left out and no other, each with an accepted "
         "value (numbers by value, texts without case, blanks and ,./-_*^); where nothing is due, "
         "1 if it calls nothing"},
        {"tool_names", true, true, "1 if the names of the calls are those that are due, else 0"},
        {"regex_behaviour",
         true,
         true,
         "1 if the pattern of the output (RE2) matches, as a whole, each text that the case "
         "accepts "
         "and none that it refuses; in a case without such texts, if it matches the same whole "
         "texts as an accepted pattern: by their automata, and where the output's cannot be "
         "followed, on 2,000 texts drawn from the accepted one's"},
        {"regex_compiles", true, true, "1 if the pattern of the output is RE2 syntax, else 0"},
    };
}

std::vector<MetricFact> answer_metrics(std::string_view language) {
    const bool french = language.substr(0, 2) == "fr";
    const std::string convention =
        french ? "squad-fr: composed; lower case; le la les l' un une des du de la de l' dropped; "
                 "punctuation dropped, signs that mean something are words; spaces collapsed; "
                 "texts of "
                 "which nothing is left in lower case only"
               : "squad: composed; lower case; ASCII punctuation dropped; a an the dropped; spaces "
                 "collapsed; texts of which nothing is left in lower case only";
    return {
        {"em", true, true, "exact match with the best accepted answer; " + convention},
        {"token_f1",
         true,
         false,
         "F1 over the multisets of tokens, best accepted answer; if one has none, 1 if em is, else "
         "0; " +
             convention},
    };
}

}  // namespace

std::vector<MetricFact> metrics_of(core::Task task, std::string_view language) {
    switch (task) {
        case core::Task::Classify:
            return {
                {"accuracy",
                 true,
                 true,
                 "1 if the label read from the output is an accepted one, else 0; no or several "
                 "labels = 0"},
                {"macro_f1",
                 false,
                 false,
                 "unweighted mean of the F1 of the labels that occur as expected or predicted; "
                 "F1 = 2 TP / (2 TP + FP + FN); an output without label is a FN of its expected "
                 "label"}};
        case core::Task::Extract:
            return extract_metrics();
        case core::Task::Generate:
            return generate_metrics();
        case core::Task::Answer:
            return answer_metrics(language);
    }
    return {};
}

bool runs_sql(std::string_view metric) {
    return metric == "sql_execution" || metric == "sql_runs";
}

bool judges_patterns(std::string_view metric) {
    return metric == "regex_behaviour" || metric == "regex_compiles";
}

bool compares_calls(std::string_view metric) {
    return metric == "tool_calls" || metric == "tool_names";
}

Result<MetricFact> find_metric(core::Task task, std::string_view language, std::string_view name) {
    std::vector<std::string> known;
    for (const MetricFact& fact : metrics_of(task, language)) {
        if (fact.name == name) {
            return fact;
        }
        known.push_back(fact.name);
    }
    return Error(codes::unknown_metric,
                 {{"metric", std::string(name)},
                  {"task", std::string(core::name_of(task))},
                  {"known", join(known, ", ")}});
}

}  // namespace palier::eval
