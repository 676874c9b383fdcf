#include "catalog/speed.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "machine/examination.h"
#include "report/doctor.h"

#include <chrono>
#include <thread>

namespace palier::cli {
namespace {

constexpr int k_nvidia_smi_ms = 4000;
constexpr Nanoseconds k_service_timeout = std::chrono::milliseconds(700);

}  // namespace

int doctor(const Common& common) {
    const machine::Places places{"", common.models_dir, common.store};
    machine::Examination found = machine::examine(places);
    // What is known at once is shown at once.
    if (!common.json) {
        print(report::machine_text(common.language, found));
    }
    const auto before = machine::read_busy_ticks("");
    found.gpus =
        machine::merged(machine::parse_nvidia_smi(machine::ask_nvidia_smi(k_nvidia_smi_ms)),
                        machine::read_gpus(""));
    found.services = machine::find_services(machine::usual_places(), k_service_timeout);
    // A share over a few milliseconds says nothing.
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    const auto after = machine::read_busy_ticks("");
    if (before && after) {
        found.busy_share = machine::busy_share(*before, *after);
    }
    const auto calibration = catalog::kept_calibration(common.models_dir);
    found.calibrated_busy = calibration && calibration->busy;
    const std::vector<machine::Problem> problems = machine::problems_of(found);
    if (common.json) {
        print(report::doctor_json(common.language, found, problems) + "\n");
    } else {
        print(report::around_text(common.language, found, problems));
    }
    return 0;
}

}  // namespace palier::cli
