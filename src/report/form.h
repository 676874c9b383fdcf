// How well a System's answers keep to the form of an extraction, apart from whether they are right.
#pragma once

#include "core/measure.h"
#include "core/summary.h"
#include "report/messages.h"

#include <optional>
#include <string>

namespace palier::report {

// Shares of the cases used.
struct Form {
    double valid = 0;                // the answer follows the schema
    double right = 0;                // every field is right
    double valid_but_wrong = 0;      // it follows the schema and is wrong all the same
    std::optional<double> repaired;  // it was asked for again; absent where nothing is
};

// nullopt: no extraction, or its schema is not known.
[[nodiscard]] std::optional<Form> form_of(const core::Measure& measure);

// A sentence without its full stop.
[[nodiscard]] std::optional<std::string> form_line(Language language,
                                                   const core::SystemSummary& system);

}  // namespace palier::report
