#include "catalog/speed.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "machine/examination.h"
#include "planning/machine_file.h"
#include "report/doctor.h"
#include "report/supposed.h"

#include <chrono>
#include <thread>

namespace palier::cli {
namespace {

constexpr int k_nvidia_smi_ms = 4000;
constexpr Nanoseconds k_service_timeout = std::chrono::milliseconds(700);

// What is known of a machine that is not this one, or of all of them.
int suppose(const Common& common, const std::string& name) {
    if (name == "list") {
        const auto& machines = machine::supposed_machines();
        print(common.json ? report::supposed_list_json(common.language, machines) + "\n"
                          : report::supposed_list(common.language, machines));
        return 0;
    }
    const auto found = planning::find_machine(name);
    if (!found) {
        return fail(common, found.error());
    }
    print(common.json ? report::supposed_json(common.language, *found) + "\n"
                      : report::supposed_text(common.language, *found));
    return 0;
}

}  // namespace

int doctor(const Common& common, const DoctorArguments& arguments) {
    if (!arguments.machine.empty()) {
        return suppose(common, arguments.machine);
    }
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
