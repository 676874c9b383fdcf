// A System of a finished run, found again to be served: by the same spec, on the same model, or not
// at all.
#pragma once

#include "base/result.h"
#include "core/summary.h"
#include "engine/engine.h"
#include "learn/learned.h"
#include "store/store.h"
#include "system/system.h"

#include <memory>
#include <optional>
#include <string>

namespace palier::run {

struct ToServe {
    core::System system;
    std::optional<core::Price> price;
    engine::OpenSpec open;
    std::optional<std::string> prior;            // system::Parts::prior, where the run has it
    std::shared_ptr<const learn::Learned> head;  // system::Parts::head
};

// `run`: id, prefix or "last". `name`: id of a System, its candidate or its model; "": the one
// that the run has chosen. Errors: 11xx the store; 2011 {system, known}; 2955 {run, known} none was
// chosen; 2956 {system} it only plays answers back; 2957 {system, run, known} it was never asked;
// 2958 {system, host} the job keeps its data from that endpoint; 2959 {system, run}; 2017, 2122.
[[nodiscard]] Result<ToServe> system_to_serve(const std::string& run,
                                              const std::string& name,
                                              store::Store& store);

// What makes a system::System of it, on the engine that `open` has opened. Error 2016 {system}: the
// model is another one.
[[nodiscard]] Result<system::Parts> parts_of(const ToServe& found, engine::Engine& engine);

// Asks what the recipe needs before the first input (system::System::prior), on the thread that
// calls. Errors: those of no_empty_input.
[[nodiscard]] Result<void> complete(system::System& system);

// Note 2960 {system, before, here}: the engine was built otherwise when the System was proved.
[[nodiscard]] std::optional<core::Note> difference(const ToServe& found,
                                                   const engine::Facts& facts);

}  // namespace palier::run
