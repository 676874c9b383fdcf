#include "eval/profile.h"

#include "base/text.h"
#include "eval/codes.h"
#include "eval/language.h"
#include "eval/schema_of.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <unordered_map>

namespace palier::eval {
namespace {

using Names = std::vector<std::string_view>;

// The names that a field goes by, the likeliest first; compared without case and accents.
const Names k_input_names{"input",   "text",      "texte",       "message",  "question", "prompt",
                          "body",    "corps",     "email",       "content",  "contenu",  "query",
                          "requete", "utterance", "phrase",      "sentence", "review",   "avis",
                          "ticket",  "document",  "description", "verbatim", "sms"};
const Names k_expected_names{
    "expected", "label",     "labels", "etiquette", "category",   "categorie", "class",  "classe",
    "intent",   "intention", "answer", "answers",   "reponse",    "reponses",  "output", "sortie",
    "target",   "gold",      "truth",  "attendu",   "completion", "response",  "sql",    "topic"};
const Names k_context_names{"context", "contexte", "passage"};
const Names k_group_names{"group", "groupe", "thread", "conversation", "fil"};
const Names k_id_names{"id", "case_id", "identifiant"};
const Names k_tags_names{"tags"};

std::string plain(std::string_view name) {
    return without_accents(to_lower(name));
}

std::optional<std::string> column_called(const RawFile& file, const Names& names) {
    for (const std::string_view name : names) {
        for (const std::string& column : file.columns) {
            if (plain(column) == name) {
                return column;
            }
        }
    }
    return std::nullopt;
}

// The columns of a file without a header, or with names that say nothing: the longest text is the
// input, and of what is left the one whose values come back most is the expected answer.
struct Content {
    double characters = 0;  // mean
    std::size_t distinct = 0;
};
Content content_of(const RawFile& file, const std::string& column) {
    constexpr std::size_t k_looked_at = 2000;
    Content content;
    std::map<std::string, int> values;
    const std::size_t records = std::min(file.records.size(), k_looked_at);
    for (std::size_t i = 0; i < records; ++i) {
        const std::string text = text_of(file.records[i].fields[column]);
        content.characters +=
            static_cast<double>(length_in_characters(text)) / static_cast<double>(records);
        ++values[text];
    }
    content.distinct = values.size();
    return content;
}

std::optional<std::string> longest_column(const RawFile& file, const std::string& but) {
    std::optional<std::string> best;
    double most = 0;
    for (const std::string& column : file.columns) {
        const double characters = content_of(file, column).characters;
        if (column != but && characters > most) {
            most = characters;
            best = column;
        }
    }
    return best;
}

std::optional<std::string> most_repeated_column(const RawFile& file, const std::string& but) {
    std::optional<std::string> best;
    std::size_t fewest = 0;
    for (const std::string& column : file.columns) {
        const std::size_t distinct = content_of(file, column).distinct;
        if (column != but && distinct > 1 && (!best || distinct < fewest)) {
            fewest = distinct;
            best = column;
        }
    }
    return best;
}

bool has(const RawFile& file, const std::string& column) {
    return std::find(file.columns.begin(), file.columns.end(), column) != file.columns.end();
}

Error column_error(int code,
                   const RawFile& file,
                   const std::string& path,
                   const std::string& field = "") {
    return Error(code, {{"path", path}, {"columns", join(file.columns, ", ")}, {"field", field}});
}

// Names that the format knows by itself are left "", so that the job stays short.
std::string unless(const std::string& column, std::string_view own) {
    return column == own ? "" : column;
}

Result<std::string> input_column(const RawFile& file,
                                 const std::string& path,
                                 const std::string& known,
                                 const std::string& expected) {
    if (!known.empty()) {
        return has(file, known)
                   ? Result<std::string>(known)
                   : Result<std::string>(column_error(codes::no_such_column, file, path, known));
    }
    auto found = column_called(file, k_input_names);
    if (!found || *found == expected) {
        found = longest_column(file, expected);
    }
    return found ? Result<std::string>(*found)
                 : Result<std::string>(column_error(codes::no_input_column, file, path));
}

Result<std::string> expected_column(const RawFile& file,
                                    const std::string& path,
                                    const std::string& known,
                                    const std::string& input) {
    if (!known.empty()) {
        return has(file, known)
                   ? Result<std::string>(known)
                   : Result<std::string>(column_error(codes::no_such_column, file, path, known));
    }
    auto found = column_called(file, k_expected_names);
    if (!found || *found == input) {
        found = most_repeated_column(file, input);
    }
    return found ? Result<std::string>(*found)
                 : Result<std::string>(column_error(codes::no_expected_column, file, path));
}

// Without a header every column needs its number; optional fields are then not guessed.
void add_optional_columns(const RawFile& file, core::DataSpec& columns) {
    if (file.positions) {
        return;
    }
    const auto add = [&](const Names& names, std::string_view own, std::string& out) {
        const auto found = column_called(file, names);
        if (found && *found != columns.input_column && *found != columns.expected_column) {
            out = unless(*found, own);
        }
    };
    add(k_context_names, "context", columns.context_column);
    add(k_group_names, "group", columns.group_column);
    add(k_id_names, "id", columns.id_column);
    add(k_tags_names, "tags", columns.tags_column);
}

// The fields of the records as the guesses need them.
struct Contents {
    std::vector<std::string> inputs, contexts;
    std::vector<const json::Value*> expected;
    std::vector<json::Value> parsed;   // owns what `expected` points to where a text held JSON
    std::vector<std::string> answers;  // the first accepted one, as text
};

Contents contents_of(const RawFile& file, const core::DataSpec& columns) {
    const auto named = [](const std::string& column, const char* own) {
        return column.empty() ? std::string(own) : column;
    };
    const std::string input = named(columns.input_column, "input");
    const std::string expected = named(columns.expected_column, "expected");
    const std::string context = named(columns.context_column, "context");
    Contents contents;
    contents.parsed.reserve(file.records.size());
    for (const RawFile::Record& record : file.records) {
        contents.inputs.push_back(text_of(record.fields[input]));
        contents.contexts.push_back(text_of(record.fields[context]));
        const json::Value* value = &record.fields[expected];
        if (value->is_string() && trim(value->as_string()).starts_with('{')) {
            if (auto object = json::parse_or_nothing(trim(value->as_string()))) {
                contents.parsed.push_back(*std::move(object));
                value = &contents.parsed.back();
            }
        }
        contents.expected.push_back(value);
        const bool several = value->is_array() && !value->as_array().empty();
        contents.answers.emplace_back(trim(text_of(several ? value->as_array().front() : *value)));
    }
    return contents;
}

bool all_objects(const Contents& contents) {
    return std::all_of(contents.expected.begin(), contents.expected.end(), [](const auto* value) {
        return value->is_object() || (value->is_array() && !value->as_array().empty() &&
                                      value->as_array().front().is_object());
    });
}

using Counted = std::vector<std::pair<std::string, std::int64_t>>;

Counted counted(const Contents& contents) {
    std::unordered_map<std::string, std::size_t> index;
    Counted counts;
    for (const json::Value* value : contents.expected) {
        const auto add = [&](const json::Value& one) {
            const std::string label(trim(text_of(one)));
            const auto [known, is_new] = index.emplace(label, counts.size());
            if (is_new) {
                counts.emplace_back(label, 0);
            }
            ++counts[known->second].second;
        };
        if (value->is_array()) {
            std::for_each(value->as_array().begin(), value->as_array().end(), add);
        } else {
            add(*value);
        }
    }
    std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second > b.second;
    });
    return counts;
}

constexpr std::size_t k_longest_label = 60;

// Short answers out of a set that is small against the file.
bool look_like_labels(const Counted& counts, std::size_t records) {
    constexpr std::size_t k_most_labels = 200;
    constexpr std::size_t k_least_repetition = 3;
    if (counts.size() < 2 || counts.size() > k_most_labels ||
        counts.size() * k_least_repetition > records) {
        return false;
    }
    return std::all_of(counts.begin(), counts.end(), [](const auto& label) {
        return !label.first.empty() && length_in_characters(label.first) <= k_longest_label;
    });
}

bool has_number(const std::string& text) {
    return text.find_first_of("0123456789") != std::string::npos;
}

core::Note task_of(const Contents& contents, const Counted& counts, core::Task& task) {
    const std::string records = std::to_string(contents.expected.size());
    if (all_objects(contents)) {
        task = core::Task::Extract;
        return {codes::task_extract, {{"count", records}}};
    }
    if (look_like_labels(counts, contents.expected.size())) {
        task = core::Task::Classify;
        return {codes::task_classify,
                {{"count", records}, {"labels", std::to_string(counts.size())}}};
    }
    const auto with_context = std::count_if(contents.contexts.begin(),
                                            contents.contexts.end(),
                                            [](const std::string& text) { return !text.empty(); });
    if (2 * with_context > static_cast<std::ptrdiff_t>(contents.contexts.size())) {
        task = core::Task::Answer;
        return {codes::task_answer, {{"count", std::to_string(with_context)}}};
    }
    task = core::Task::Generate;
    return {codes::task_generate, {{"count", std::to_string(counts.size())}, {"records", records}}};
}

core::Note metric_of(const Contents& contents, core::Task task, std::string& metric) {
    switch (task) {
        case core::Task::Classify:
            metric = "accuracy";
            return {codes::metric_accuracy, {}};
        case core::Task::Extract:
            metric = "field_f1";
            return {codes::metric_field_f1, {}};
        case core::Task::Answer:
            metric = "token_f1";
            return {codes::metric_token_f1, {}};
        case core::Task::Generate:
            break;
    }
    double characters = 0;
    for (const std::string& answer : contents.answers) {
        characters += static_cast<double>(length_in_characters(answer));
    }
    constexpr double k_short_answer = 60;
    const bool numbers =
        std::all_of(contents.answers.begin(), contents.answers.end(), [](const auto& answer) {
            const auto mark = answer.rfind("#### ");
            return mark != std::string::npos || (answer.size() <= 20 && has_number(answer));
        });
    if (numbers) {
        metric = "numeric";
        return {codes::metric_numeric, {}};
    }
    metric = "normalised";
    const bool is_short =
        characters <= k_short_answer * static_cast<double>(contents.answers.size());
    return {is_short ? codes::metric_normalised : codes::metric_for_long_answers, {}};
}

void add_lengths(const Contents& contents, Profile& profile) {
    const auto records = static_cast<double>(contents.inputs.size());
    for (std::size_t i = 0; i < contents.inputs.size(); ++i) {
        const auto input = static_cast<std::int64_t>(length_in_characters(contents.inputs[i]) +
                                                     length_in_characters(contents.contexts[i]));
        const json::Value& value = *contents.expected[i];
        const auto expected = static_cast<std::int64_t>(length_in_characters(
            profile.task == core::Task::Extract ? text_of(value) : contents.answers[i]));
        profile.input_characters += static_cast<double>(input) / records;
        profile.expected_characters += static_cast<double>(expected) / records;
        profile.longest_input = std::max(profile.longest_input, input);
        profile.longest_expected = std::max(profile.longest_expected, expected);
    }
}

// The labels that the caller gave, in that order, with their counts.
Counted counts_of(const std::vector<std::string>& labels, const Counted& found) {
    Counted counts;
    for (const std::string& label : labels) {
        const auto known = std::find_if(
            found.begin(), found.end(), [&](const auto& entry) { return entry.first == label; });
        counts.emplace_back(label, known == found.end() ? 0 : known->second);
    }
    return counts;
}

}  // namespace

Result<core::DataSpec> input_columns_of(const RawFile& file,
                                        const std::string& path,
                                        const std::string& known_input) {
    core::DataSpec columns;
    auto input = input_column(file, path, known_input, "");
    PALIER_TRY(input);
    columns.input_column = *input;
    add_optional_columns(file, columns);
    columns.input_column = unless(*input, "input");
    return columns;
}

Result<Profile> profile_of(const RawFile& file, const std::string& path, const KnownOfFile& known) {
    Profile profile;
    profile.encoding = file.encoding;
    profile.format = file.format;
    profile.records = static_cast<std::int64_t>(file.records.size());
    const std::string by_name = known.expected_column.empty()
                                    ? column_called(file, k_expected_names).value_or("")
                                    : known.expected_column;
    auto input = input_column(file, path, known.input_column, by_name);
    PALIER_TRY(input);
    auto expected = expected_column(file, path, known.expected_column, *input);
    PALIER_TRY(expected);
    profile.columns.input_column = *input;
    profile.columns.expected_column = *expected;
    add_optional_columns(file, profile.columns);
    profile.columns.input_column = unless(*input, "input");
    profile.columns.expected_column = unless(*expected, "expected");
    profile.reasons.push_back({file.positions ? codes::columns_by_position : codes::columns_named,
                               {{"input", *input}, {"expected", *expected}}});

    const Contents contents = contents_of(file, profile.columns);
    const Counted counts = counted(contents);
    const core::Note why = task_of(contents, counts, profile.task);
    if (known.task) {
        profile.task = *known.task;
    } else {
        profile.reasons.push_back(why);
    }
    if (profile.task == core::Task::Classify) {
        profile.labels = known.labels.empty() ? counts : counts_of(known.labels, counts);
    }
    if (profile.task == core::Task::Extract) {
        profile.schema = json::write_pretty(schema_of(contents.expected)) + "\n";
    }
    profile.reasons.push_back(metric_of(contents, profile.task, profile.metric));
    add_lengths(contents, profile);
    const std::vector<std::string_view> texts(contents.inputs.begin(), contents.inputs.end());
    const LanguageGuess guess = guess_language(texts);
    profile.language = guess.language;
    profile.reasons.push_back(
        {guess.language == "fr"   ? codes::language_french
         : guess.language == "en" ? codes::language_english
                                  : codes::language_unknown,
         {{"french", std::to_string(guess.french)}, {"english", std::to_string(guess.english)}}});
    return profile;
}

}  // namespace palier::eval
