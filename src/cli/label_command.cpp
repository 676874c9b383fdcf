#include "base/rng.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/init_job.h"
#include "cli/label_session.h"
#include "cli/output.h"
#include "core/agreement.h"
#include "core/names.h"
#include "eval/profile.h"
#include "report/labels.h"
#include "report/table.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

namespace palier::cli {
namespace {

namespace fs = std::filesystem;
using eval::AnswerFile;

constexpr double k_level = 0.95;
constexpr std::uint64_t k_usual_sample = 50;
constexpr int k_interrupted = 130;

// Everything of one call; the files are append-only.
struct Desk {
    Labelling labelling;
    std::vector<core::Case> cases;  // in the order in which they are shown
    AnswerFile answers, skipped, second;
};

Result<std::vector<core::Case>> raw_cases(const DataLabelArguments& arguments) {
    auto file = eval::read_raw(arguments.raw);
    PALIER_TRY(file);
    auto columns = eval::input_columns_of(*file, arguments.raw, arguments.input);
    PALIER_TRY(columns);
    const auto field = [](const json::Value& fields, const std::string& column, const char* own) {
        return eval::text_of(fields[column.empty() ? own : column]);
    };
    std::vector<core::Case> cases;
    std::set<std::string> ids;
    bool own_ids = true;
    for (const eval::RawFile::Record& record : file->records) {
        core::Case item;
        item.id = field(record.fields, columns->id_column, "id");
        item.input = field(record.fields, columns->input_column, "input");
        item.context = field(record.fields, columns->context_column, "context");
        item.group = field(record.fields, columns->group_column, "group");
        item.line = record.line;
        own_ids = own_ids && !item.id.empty() && ids.insert(item.id).second;
        cases.push_back(std::move(item));
    }
    // Ids name the answers, so they are taken from the file only if they are unique.
    for (core::Case& item : cases) {
        item.id = own_ids ? item.id : "line-" + std::to_string(item.line);
    }
    return cases;
}

Result<Labelling> labelling_of(const DataLabelArguments& arguments) {
    Labelling labelling;
    labelling.task = core::task_from(arguments.task).value_or(core::Task::Classify);
    if (labelling.task != core::Task::Classify) {
        return labelling;
    }
    labelling.labels = labels_from(arguments.labels);
    const std::set<std::string> distinct(labelling.labels.begin(), labelling.labels.end());
    if (labelling.labels.size() < 2 || distinct.size() != labelling.labels.size()) {
        return Error(say::labels_needed);
    }
    const std::size_t keys = label_keys().size();
    if (labelling.labels.size() > keys) {
        return Error(
            say::more_labels_than_keys,
            {{"count", std::to_string(labelling.labels.size())}, {"keys", std::to_string(keys)}});
    }
    return labelling;
}

// Every answer on disk must be one to a case of this file.
Result<void> check_answers(const Desk& desk, const std::string& raw) {
    std::map<std::string, const core::Case*> by_id;
    for (const core::Case& item : desk.cases) {
        by_id.emplace(item.id, &item);
    }
    for (const json::Value& line : desk.answers.lines()) {
        const auto known = by_id.find(line["id"].as_string());
        if (known == by_id.end() || known->second->input != line["input"].as_string()) {
            return Error(
                say::label_of_other_file,
                {{"file", desk.answers.path()}, {"id", answer_text(line["id"])}, {"raw", raw}});
        }
    }
    return {};
}

Result<Desk> desk_of(const Common& common, const DataLabelArguments& arguments) {
    std::error_code ignored;
    if (!to_lower(arguments.output).ends_with(".jsonl") ||
        fs::equivalent(arguments.raw, arguments.output, ignored)) {
        return Error(say::label_output_needed, {{"raw", arguments.raw}});
    }
    auto labelling = labelling_of(arguments);
    PALIER_TRY(labelling);
    auto cases = raw_cases(arguments);
    PALIER_TRY(cases);
    Rng rng(arguments.seed.value_or(1));
    rng.shuffle(*cases);
    auto answers = AnswerFile::open(arguments.output);
    PALIER_TRY(answers);
    const std::string stem = arguments.output.substr(0, arguments.output.rfind('.'));
    auto skipped = AnswerFile::open(stem + ".skipped.jsonl");
    PALIER_TRY(skipped);
    auto second = AnswerFile::open(stem + ".second.jsonl");
    PALIER_TRY(second);
    for (const AnswerFile* file : {&*answers, &*skipped, &*second}) {
        if (file->was_cut()) {
            tell(common, say::label_line_cut, {{"file", file->path()}});
        }
    }
    Desk desk{*std::move(labelling),
              *std::move(cases),
              *std::move(answers),
              *std::move(skipped),
              *std::move(second)};
    PALIER_TRY(check_answers(desk, arguments.raw));
    return desk;
}

std::set<std::string> ids_of(const AnswerFile& file) {
    std::set<std::string> ids;
    for (const json::Value& line : file.lines()) {
        ids.insert(line["id"].as_string());
    }
    return ids;
}

json::Value line_for(const core::Case& item, const LabelSession::Reply& reply) {
    json::Value line;
    line.add("id", item.id).add("input", item.input).add("expected", reply.expected);
    if (!item.context.empty()) {
        line.add("context", item.context);
    }
    if (!item.group.empty()) {
        line.add("group", item.group);
    }
    if (!reply.note.empty()) {
        line.add("note", reply.note);
    }
    return line;
}

// The next case that has neither an answer nor been skipped.
const core::Case* next_case(const Desk& desk) {
    std::set<std::string> done = ids_of(desk.answers);
    done.merge(ids_of(desk.skipped));
    const auto found = std::find_if(desk.cases.begin(), desk.cases.end(), [&](const auto& item) {
        return done.count(item.id) == 0;
    });
    return found == desk.cases.end() ? nullptr : &*found;
}

Result<void> first_pass(const Common& common, Desk& desk, LabelSession& session, Suggester* model) {
    // What undo takes back, the last first: answers and skips of earlier sessions count as skipped
    // before answered, since only each file keeps its own order.
    std::vector<AnswerFile*> history(desk.skipped.lines().size(), &desk.skipped);
    history.insert(history.end(), desk.answers.lines().size(), &desk.answers);
    while (const core::Case* item = next_case(desk)) {
        std::string suggestion;
        if (model != nullptr) {
            auto answer = model->answer_to(*item);
            PALIER_TRY(answer);
            suggestion = *std::move(answer);
        }
        const std::string by = model == nullptr ? "" : model->name();
        const auto done = static_cast<std::int64_t>(history.size());
        const auto all = static_cast<std::int64_t>(desk.cases.size());
        const LabelSession::Reply reply = session.ask(*item, done, all, suggestion, by);
        switch (reply.asked) {
            case LabelSession::Asked::Quit:
                return {};
            case LabelSession::Asked::Undo:
                if (!history.empty()) {
                    tell(common,
                         say::label_undone,
                         {{"id", history.back()->lines().back()["id"].as_string()}});
                    PALIER_TRY(history.back()->undo());
                    history.pop_back();
                }
                break;
            case LabelSession::Asked::Skip: {
                json::Value line = json::Object{{"id", item->id}};
                if (!reply.note.empty()) {
                    line.add("note", reply.note);
                }
                PALIER_TRY(desk.skipped.append(std::move(line)));
                history.push_back(&desk.skipped);
                break;
            }
            case LabelSession::Asked::Answer: {
                json::Value line = line_for(*item, reply);
                if (model != nullptr) {
                    line.add("suggested_by", by).add("suggestion", suggestion);
                }
                PALIER_TRY(desk.answers.append(std::move(line)));
                history.push_back(&desk.answers);
                break;
            }
        }
    }
    return {};
}

// The sample of the second pass: drawn from the answers by another seed, those done already left
// out; and how many it has in all.
struct Sample {
    std::vector<const json::Value*> left;
    std::size_t all = 0;
};
Sample sample_of(const Desk& desk, const DataLabelArguments& arguments) {
    std::vector<const json::Value*> order;
    for (const json::Value& line : desk.answers.lines()) {
        order.push_back(&line);
    }
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return (*a)["id"].as_string() < (*b)["id"].as_string();
    });
    Rng rng(arguments.seed.value_or(1) + 1);
    rng.shuffle(order);
    order.resize(std::min<std::size_t>(order.size(), arguments.sample.value_or(k_usual_sample)));
    Sample sample{{}, order.size()};
    const std::set<std::string> done = ids_of(desk.second);
    for (const json::Value* line : order) {
        if (done.count((*line)["id"].as_string()) == 0) {
            sample.left.push_back(line);
        }
    }
    return sample;
}

// True when the whole sample was seen.
Result<bool> second_pass(Desk& desk, LabelSession& session, const Sample& sample) {
    std::size_t at = 0;
    while (at < sample.left.size()) {
        const json::Value& first = *sample.left[at];
        core::Case item;
        item.id = first["id"].as_string();
        item.input = first["input"].as_string();
        item.context = first["context"].as_string();
        const auto done = static_cast<std::int64_t>(sample.all - sample.left.size() + at);
        const LabelSession::Reply reply =
            session.ask(item, done, static_cast<std::int64_t>(sample.all), "", "");
        if (reply.asked == LabelSession::Asked::Quit) {
            return false;
        }
        if (reply.asked == LabelSession::Asked::Undo && at > 0) {
            PALIER_TRY(desk.second.undo());
            --at;
        }
        if (reply.asked == LabelSession::Asked::Answer) {
            PALIER_TRY(desk.second.append(json::Object{
                {"id", item.id}, {"first", first["expected"]}, {"second", reply.expected}}));
            ++at;
        }
    }
    return true;
}

core::Agreement agreement_on(const Desk& desk) {
    std::map<std::string, std::size_t> index;
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (const json::Value& line : desk.second.lines()) {
        const auto of = [&](const char* which) {
            return index.emplace(answer_text(line[which]), index.size()).first->second;
        };
        const std::size_t first = of("first");
        pairs.emplace_back(first, of("second"));
    }
    core::Agreement agreement = core::agreement_of(pairs, k_level);
    if (desk.labelling.task != core::Task::Classify) {
        // Chance agreement has no meaning without a set of labels.
        agreement.kappa.reset();
        agreement.kappa_interval.reset();
    }
    return agreement;
}

// Lines of the second pass whose two answers differ and that nobody has settled.
std::vector<const json::Value*> open_disagreements(const Desk& desk) {
    std::set<std::string> settled;
    for (const json::Value& line : desk.answers.lines()) {
        if (line["settled"].as_bool()) {
            settled.insert(line["id"].as_string());
        }
    }
    std::vector<const json::Value*> open;
    for (const json::Value& line : desk.second.lines()) {
        if (!(line["first"] == line["second"]) && settled.count(line["id"].as_string()) == 0) {
            open.push_back(&line);
        }
    }
    return open;
}

Result<void> settle(Desk& desk, const std::string& id, const json::Value& answer) {
    std::vector<json::Value> lines;
    for (const json::Value& line : desk.answers.lines()) {
        if (line["id"].as_string() != id) {
            lines.push_back(line);
            continue;
        }
        json::Value settled;
        for (const json::Member& member : line.as_object()) {
            settled.add(member.first, member.first == "expected" ? answer : member.second);
        }
        lines.push_back(std::move(settled.add("settled", true)));
    }
    return desk.answers.rewrite(std::move(lines));
}

Result<void> settle_disagreements(const Common& common, Desk& desk, LabelSession& session) {
    for (const json::Value* line : open_disagreements(desk)) {
        const std::string id = (*line)["id"].as_string();
        std::string input;
        for (const json::Value& answer : desk.answers.lines()) {
            input = answer["id"].as_string() == id ? answer["input"].as_string() : input;
        }
        std::fputs(("\n" + report::paragraph(input)).c_str(), stderr);
        tell(common,
             say::label_disagreement,
             {{"id", id},
              {"first", answer_text((*line)["first"])},
              {"second", answer_text((*line)["second"])}});
        const auto answer = session.settle();
        if (answer) {
            PALIER_TRY(settle(desk, id, *answer));
        }
    }
    return {};
}

Result<void> run_second_pass(const Common& common,
                             const DataLabelArguments& arguments,
                             Desk& desk,
                             LabelSession& session) {
    if (desk.answers.lines().empty()) {
        return Error(say::nothing_labelled, {{"file", arguments.output}});
    }
    const Sample sample = sample_of(desk, arguments);
    tell(common, say::label_second_pass, {{"count", std::to_string(sample.all)}});
    auto complete = second_pass(desk, session, sample);
    PALIER_TRY(complete);
    if (!desk.second.lines().empty()) {
        std::fputs(("\n" + report::agreement_text(common.language, agreement_on(desk))).c_str(),
                   stderr);
    }
    return *complete ? settle_disagreements(common, desk, session) : Result<void>();
}

void print_end(const Common& common, const Desk& desk) {
    report::Labelled found;
    found.file = desk.answers.path();
    found.labelled = static_cast<std::int64_t>(desk.answers.lines().size());
    found.skipped = static_cast<std::int64_t>(desk.skipped.lines().size());
    found.left = static_cast<std::int64_t>(desk.cases.size()) - found.labelled - found.skipped;
    found.agreement = agreement_on(desk);
    for (const json::Value* line : open_disagreements(desk)) {
        found.unsettled.push_back((*line)["id"].as_string());
    }
    print(common.json ? report::labelled_json(found) + "\n"
                      : "\n" + report::labelled_text(common.language, found));
}

Result<void> label(const Common& common,
                   const DataLabelArguments& arguments,
                   const World& world,
                   Keyboard& keyboard) {
    auto desk = desk_of(common, arguments);
    PALIER_TRY(desk);
    LabelSession session(common, desk->labelling, keyboard);
    if (arguments.second_pass) {
        PALIER_TRY(run_second_pass(common, arguments, *desk, session));
    } else {
        std::optional<Suggester> model;
        if (!arguments.suggest.empty()) {
            InitArguments as_init;
            as_init.task = core::name_of(desk->labelling.task);
            as_init.labels = join(desk->labelling.labels, ",");
            as_init.instructions = arguments.instructions;
            const InitAnswers answers;
            auto job = job_from({as_init, answers, std::nullopt, common.language});
            PALIER_TRY(job);
            auto opened =
                Suggester::open(arguments.suggest, *job, common.models_dir, world.engines);
            PALIER_TRY(opened);
            model.emplace(*std::move(opened));
            std::fputs(report::paragraph(report::sentence(common.language,
                                                          say::label_suggester,
                                                          {{"model", model->name()}}))
                           .c_str(),
                       stderr);
        }
        PALIER_TRY(first_pass(common, *desk, session, model ? &*model : nullptr));
    }
    print_end(common, *desk);
    return {};
}

}  // namespace

int data_label(const Common& common, const DataLabelArguments& arguments, const World& world) {
    Keyboard keyboard(STDIN_FILENO, world.interrupted);
    const auto done = label(common, arguments, world, keyboard);
    if (!done) {
        return fail(common, done.error());
    }
    return keyboard.interrupted() ? k_interrupted : 0;
}

}  // namespace palier::cli
