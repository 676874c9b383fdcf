// The machine format of a verdict. Keys, their order and their meaning are promised to scripts:
// docs/formats/verdict.md; a change needs a new "format" number.
#include "lib/json/json.h"

#include "report/form.h"
#include "report/next_points.h"
#include "report/report.h"
#include "report/wording.h"

namespace palier::report {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value text_or_null(std::string_view text) {
    return text.empty() ? Value() : Value(text);
}

// "pass", "fail"; an undecided promise A is null.
Value on_these_cases(core::Decision decision) {
    switch (decision) {
        case core::Decision::Pass:
            return "pass";
        case core::Decision::Fail:
            return "fail";
        default:
            return {};
    }
}

// Undecided at the end is "too_close"; null where promise B is not known.
Value on_future_traffic(const core::SystemVerdict& verdict) {
    if (!verdict.on_future_traffic) {
        return {};
    }
    const Value decided = on_these_cases(*verdict.on_future_traffic);
    return decided.is_null() ? Value("too_close") : decided;
}

Value quality(const core::Measure& measure) {
    if (!measure.quality) {
        return {};
    }
    const core::QualityMeasure& q = *measure.quality;
    return Object{{"metric", q.metric},
                  {"value", q.value},
                  {"low", q.interval.low},
                  {"high", q.interval.high},
                  {"level", q.interval.level},
                  {"interval_method", q.interval_method},
                  {"need", q.need}};
}

Value latency(const core::Measure& measure) {
    if (!measure.latency) {
        return {};
    }
    const core::LatencyMeasure& l = *measure.latency;
    return Object{{"n", l.requests},
                  {"concurrency", l.concurrency},
                  {"ttft_ms_p50", l.ttft_ms_p50},
                  {"ttft_ms_p95", l.ttft_ms_p95},
                  {"total_ms_p50", l.total_ms_p50},
                  {"total_ms_p95", l.total_ms_p95},
                  {"tokens_per_s", l.tokens_per_s}};
}

Value cost(const core::Measure& measure) {
    if (!measure.cost) {
        return {};
    }
    return Object{{"per_1k", measure.cost->per_1k},
                  {"currency", measure.cost->currency},
                  {"method", measure.cost->method}};
}

Value reasons(const core::SystemVerdict& verdict) {
    Array array;
    for (const core::Reason& reason : verdict.reasons) {
        array.emplace_back(Object{{"constraint", reason.constraint},
                                  {"measured", reason.measured},
                                  {"limit", reason.limit}});
    }
    return array;
}

Value confidence(const core::Measure& measure) {
    if (!measure.reliability) {
        return {};
    }
    Array bins;
    for (const core::ReliabilityBin& bin : measure.reliability->bins) {
        bins.emplace_back(
            Object{{"n", bin.cases}, {"confidence", bin.confidence}, {"accuracy", bin.accuracy}});
    }
    return Object{{"n", measure.reliability->cases},
                  {"brier", measure.reliability->brier},
                  {"ece", measure.reliability->ece},
                  {"bins", std::move(bins)}};
}

Value form(const core::Measure& measure) {
    const std::optional<Form> form = form_of(measure);
    return form ? Value(Object{{"schema_valid", form->valid},
                               {"right", form->right},
                               {"valid_but_wrong", form->valid_but_wrong},
                               {"repaired", form->repaired}})
                : Value();
}

Value learning_curve(const core::Measure& measure) {
    Array points;
    for (const core::CurvePoint& point : measure.learning_curve) {
        points.emplace_back(Object{{"n", point.examples}, {"accuracy", point.accuracy}});
    }
    return points;
}

Value one_system(const core::SystemSummary& system) {
    const core::SystemVerdict& verdict = system.verdict;
    const core::Measure& measure = system.measure;
    Object errors;
    for (const auto& [kind, count] : measure.errors) {
        errors.emplace_back(kind, count);
    }
    return Object{{"id", verdict.id},
                  {"role", core::name_of(verdict.role)},
                  {"candidate", text_or_null(verdict.candidate)},
                  {"rung", verdict.rung ? Value(core::name_of(*verdict.rung)) : Value()},
                  {"on_these_cases", on_these_cases(verdict.on_these_cases)},
                  {"on_future_traffic", on_future_traffic(verdict)},
                  {"status", core::name_of(verdict.status)},
                  {"reasons", reasons(verdict)},
                  {"items_used", measure.items_used},
                  {"items_total", measure.items_total},
                  {"quality", quality(measure)},
                  {"latency", latency(measure)},
                  {"cost", cost(measure)},
                  {"memory_bytes_peak", measure.memory_bytes_peak},
                  {"errors", std::move(errors)},
                  {"trouble", verdict.trouble ? Value(core::name_of(*verdict.trouble)) : Value()},
                  {"confidence", confidence(measure)},
                  {"learning_curve", learning_curve(measure)},
                  {"form", form(measure)}};
}

Value ids_of(const core::Summary& summary, const std::vector<std::int64_t>& places) {
    Array ids;
    for (const std::int64_t place : places) {
        ids.emplace_back(dev_id(summary, place));
    }
    return ids;
}

Value rungs(const core::Summary& summary) {
    Array array;
    for (const core::RungTried& rung : summary.rungs) {
        std::optional<double> score, low;
        std::optional<std::string> trouble;
        if (rung.trouble) {
            trouble = core::name_of(*rung.trouble);
        } else {
            score = rung.dev_score;
            low = rung.dev_low;
        }
        Value value;
        value.add("candidate", rung.candidate)
            .add("rung", core::name_of(rung.rung))
            .add("system", rung.system)
            .add("dev_score", score)
            .add("dev_low", low)
            .add("dev_cases", asked_on_dev(summary, rung))
            .add("ruled_out", rung.ruled_out)
            .add("trouble", trouble)
            .add("tokens", rung.tokens)
            .add("below", rung.below.empty() ? Value() : Value(rung.below))
            .add("compared", rung.compared)
            .add("errors_removed", ids_of(summary, rung.removed))
            .add("errors_added", ids_of(summary, rung.added))
            .add("order_flips", rung.order_flips)
            .add("seconds", rung.seconds)
            .add("dev_brier", rung.brier);
        array.push_back(std::move(value));
    }
    return array;
}

Value next_points_of(const core::Summary& summary) {
    Array array;
    for (const NextPoints& row : next_points(summary)) {
        Value value;
        value.add("system", row.system->verdict.id)
            .add("quality", row.quality)
            .add("measured_on", row.on_dev ? "dev" : "test")
            .add("gained", row.gained)
            .add("times_parameters", row.parameters)
            .add("times_latency_p95", row.latency)
            .add("times_memory", row.memory)
            .add("times_cost", row.cost);
        array.push_back(std::move(value));
    }
    return array;
}

Value range(const core::Range& range) {
    return Object{{"low", range.low}, {"high", range.high}};
}

Value per_system(const std::map<std::string, core::Range>& figures) {
    Object object;
    for (const auto& [system, figure] : figures) {
        object.emplace_back(system, range(figure));
    }
    return object;
}

Value corner(const core::BreakEven::Corner& c) {
    return Object{{"outcome", core::name_of(c.crossing)},
                  {"requests_per_month", c.requests_per_month}};
}

std::string_view name_of(CostFigures::OwnMachine basis) {
    switch (basis) {
        case CostFigures::OwnMachine::AtVolume:
            return "at_volume";
        case CostFigures::OwnMachine::AlwaysBusy:
            return "always_busy";
        case CostFigures::OwnMachine::ElectricityAlone:
            return "electricity_alone";
        case CostFigures::OwnMachine::NotKnown:
            break;
    }
    return "";
}

Value costs(const CostFigures& figures) {
    Value value;
    value.add("currency", text_or_null(figures.currency))
        .add("per_month", figures.per_month)
        .add("own_machine", text_or_null(name_of(figures.own_machine)))
        .add("cost_per_1k", per_system(figures.cost_per_1k));
    for (const CostFigures::EnergyFigures& energy : figures.energy) {
        value.add(energy.name, per_system(energy.wh_per_1k));
    }
    Array break_even;
    for (const CostFigures::BreakEven& mark : figures.break_even) {
        break_even.emplace_back(Object{{"serving", core::name_of(mark.serving)},
                                       {"best", corner(mark.volume.best)},
                                       {"worst", corner(mark.volume.worst)}});
    }
    value.add("against", text_or_null(figures.api)).add("break_even", std::move(break_even));
    return value;
}

}  // namespace

std::string verdict_json(const core::Summary& summary, const CostFigures& figures) {
    const core::SystemSummary* choice = chosen(summary);
    Array systems;
    for (const core::SystemSummary& system : summary.systems) {
        systems.push_back(one_system(system));
    }
    Object verdict{
        {"choice", core::name_of(summary.verdict.choice)},
        {"system", text_or_null(summary.verdict.system)},
        {"why", headline(Language::En, summary)},
        {"on_these_cases",
         choice != nullptr ? on_these_cases(choice->verdict.on_these_cases) : Value()},
        {"on_future_traffic", choice != nullptr ? on_future_traffic(choice->verdict) : Value()}};
    Value value(Object{{"format", 1},
                       {"run", summary.run},
                       {"seed", summary.seed},
                       {"alpha", summary.plan.alpha},
                       {"k", summary.plan.k},
                       {"n_dev", summary.plan.dev_cases},
                       {"n_test", summary.plan.test_cases},
                       {"elapsed_s", summary.elapsed_s},
                       {"verdict", std::move(verdict)},
                       {"systems", std::move(systems)},
                       {"rungs", rungs(summary)},
                       {"next_points", next_points_of(summary)}});
    if (figures.known()) {
        value.add("costs", costs(figures));
    }
    return json::write(value);
}

}  // namespace palier::report
