// A diagnosis on a terminal.
#include "base/text.h"
#include "core/names.h"
#include "report/diagnosis.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report {
namespace {

constexpr std::size_t k_answer_characters = 60;
constexpr std::size_t k_indent = 2, k_hanging = 4;

std::string short_line(std::string_view text, std::size_t characters) {
    return shortened(plain_line(text), characters);
}

class Writer {
   public:
    Writer(Language language, const core::DiagnosedRun& run)
        : language_(language), run_(run), found_(run.diagnosis) {}

    std::string write() {
        head();
        if (!found_.table.empty()) {
            table();
            examples();
            probes();
        }
        text_ += "\n" + paragraph(plain_line(recommendation_in_words(language_, run_)));
        if (const std::string lora = lora_in_words(language_, run_); !lora.empty()) {
            text_ += paragraph(plain_line(lora));
        }
        if (run_.interrupted) {
            text_ += paragraph(say(say::diagnosis_stopped));
        }
        return std::move(text_);
    }

   private:
    [[nodiscard]] std::string say(int phrase, const Args& args = {}) const {
        return sentence(language_, phrase, args);
    }

    void head() {
        text_ += paragraph(say(say::diagnosis_title,
                               {{"model", plain_line(run_.model)},
                                {"rung", rung_word(language_, run_.rung)},
                                {"failed", count(language_, run_.findings.failed)},
                                {"asked", count(language_, run_.findings.asked)}}) +
                           ".");
        std::string then;
        if (found_.looked_at < run_.findings.failed) {
            then = say(say::diagnosis_looked_at, {{"n", count(language_, found_.looked_at)}}) + " ";
        }
        if (found_.looked_at > 0) {
            then += run_.requests > 0
                        ? say(say::diagnosis_requests, {{"n", count(language_, run_.requests)}})
                        : say(say::diagnosis_nothing_asked);
        }
        text_ += then.empty() ? "" : paragraph(then);
    }

    [[nodiscard]] std::string helps(const core::Helps& helps) const {
        const int phrase = helps.help == core::Help::Yes      ? say::helps_yes
                           : helps.help == core::Help::Partly ? say::helps_partly
                           : helps.help == core::Help::No     ? say::helps_no
                                                              : say::helps_unknown;
        if (helps.asked == 0) {
            return say(phrase);
        }
        return say(say::helps_measured,
                   {{"word", say(phrase)},
                    {"n", count(language_, helps.repaired)},
                    {"of", count(language_, helps.asked)}});
    }

    void table() {
        Table table;
        table.columns = {{say(say::head_error)},
                         {say(say::head_failing), Align::Right},
                         {say(say::head_share_of_failures), Align::Right},
                         {say(say::head_retrieval)},
                         {say(say::head_training)}};
        for (const core::KindFound& row : found_.table) {
            const double share =
                static_cast<double>(row.cases) / static_cast<double>(found_.looked_at);
            table.rows.push_back({error_word(language_, row.kind),
                                  count(language_, row.cases),
                                  say(say::diagnosis_share,
                                      {{"share", percent(language_, share)},
                                       {"range", range(language_, row.share, true)}}),
                                  helps(row.retrieval),
                                  helps(row.fine_tuning)});
        }
        text_ += "\n";
        for (const std::string& line : table.lines(k_text_width)) {
            text_ += line + "\n";
        }
    }

    void examples() {
        text_ += "\n";
        for (const core::KindFound& row : found_.table) {
            const core::FailedCase& one = run_.findings.cases[row.example];
            const std::string answered = one.own.answered;
            const std::string what =
                say(answered.empty() ? say::failure_empty : say::failure_answered,
                    {{"expected", short_line(one.expected, k_answer_characters)},
                     {"answered", short_line(answered, k_answer_characters)}});
            text_ += paragraph(say(say::diagnosis_example,
                                   {{"kind", error_word(language_, row.kind)},
                                    {"case", plain_line(one.case_id)},
                                    {"what", what}}),
                               k_indent,
                               k_hanging);
            text_ += std::string(k_hanging, ' ') + short_line(one.input, k_text_width - k_hanging) +
                     "\n";
            confusions(row);
        }
    }

    void confusions(const core::KindFound& row) {
        std::vector<std::string> list;
        for (const core::Confusion& one : row.confusions) {
            if (one.times > 1) {
                list.push_back(say(say::diagnosis_confusion,
                                   {{"answered", short_line(one.answered, k_answer_characters)},
                                    {"expected", short_line(one.expected, k_answer_characters)},
                                    {"times", count(language_, one.times)}}));
            }
        }
        if (!list.empty()) {
            text_ += paragraph(say(say::diagnosis_confusions,
                                   {{"kind", error_word(language_, row.kind)},
                                    {"list", with_semicolons(language_, list)}}),
                               k_hanging,
                               k_hanging);
        }
    }

    void probes() {
        std::vector<std::string> asked, left_out;
        for (const core::ProbeAsked& probe : run_.probes) {
            const std::string word = probe_word(language_, probe.probe);
            if (const auto counted = found_.probes.find(probe.probe);
                counted != found_.probes.end()) {
                asked.push_back(say(say::diagnosis_probe,
                                    {{"probe", word},
                                     {"n", count(language_, counted->second.repaired)},
                                     {"of", count(language_, counted->second.asked)}}));
            } else if (probe.left_out && *probe.left_out != core::LeftOut::NothingToAsk) {
                left_out.push_back(say(say::diagnosis_not_asked_why,
                                       {{"probe", word}, {"why", why(*probe.left_out)}}));
            }
        }
        text_ += "\n";
        if (!asked.empty()) {
            text_ += paragraph(say(say::diagnosis_probes));
            for (const std::string& line : asked) {
                text_ += paragraph(line, k_indent, k_hanging);
            }
        }
        if (!left_out.empty()) {
            text_ += paragraph(
                say(say::diagnosis_not_asked, {{"list", with_semicolons(language_, left_out)}}));
        }
    }

    [[nodiscard]] std::string why(core::LeftOut left_out) const {
        switch (left_out) {
            case core::LeftOut::OwnWay:
                return say(say::left_out_own_way);
            case core::LeftOut::NothingToAsk:
                return say(say::left_out_nothing);
            case core::LeftOut::EngineCannot:
                return say(say::left_out_engine);
            case core::LeftOut::NoExamples:
                return say(say::left_out_examples);
            case core::LeftOut::NoTopline:
                return say(say::left_out_topline);
            case core::LeftOut::Privacy:
                return say(say::left_out_privacy);
            case core::LeftOut::Ungradable:
                return say(say::left_out_ungradable);
            case core::LeftOut::WorldFailed:
                break;
        }
        return say(say::left_out_world);
    }

    Language language_;
    const core::DiagnosedRun& run_;
    const core::Diagnosis& found_;
    std::string text_;
};

}  // namespace

std::string diagnosis_text(Language language, const core::DiagnosedRun& run) {
    return Writer(language, run).write();
}

}  // namespace palier::report
