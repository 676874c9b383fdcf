#include "cli/commands.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "report/diagnosis.h"
#include "run/diagnose.h"

namespace palier::cli {

int diagnose(const Common& common, const DiagnoseArguments& arguments, const World& world) {
    const auto store = world.open_store(common.store, false);
    if (!store) {
        return fail(common, store.error());
    }
    run::DiagnosisQuestion question;
    question.run = arguments.run;
    question.system = arguments.system;
    question.cases = static_cast<std::int64_t>(
        arguments.cases.value_or(static_cast<std::uint64_t>(question.cases)));
    question.force = arguments.force;
    ProgressLine line(common.language, world.clock);
    const auto found = run::diagnose(
        question,
        {world.engines, **store, world.clock, world.interrupted, [&](const run::Progress& p) {
             line.show(p);
         }});
    line.end();
    line.clear();
    if (!found) {
        return fail(common, found.error());
    }
    for (const core::ProbeAsked& probe : found->probes) {
        if (probe.trouble) {
            complain(common, *probe.trouble);
        }
    }
    const auto row = (*store)->run(found->run);
    if (!row) {
        return fail(common, row.error());
    }
    const auto kept = report::keep_diagnosis(**store, row->row, *found);
    if (!kept) {
        return fail(common, kept.error());
    }
    print(common.json ? report::diagnosis_json(common.language, *found) + "\n"
                      : report::diagnosis_text(common.language, *found));
    constexpr int k_interrupted = 130;
    return found->interrupted ? k_interrupted : 0;
}

}  // namespace palier::cli
