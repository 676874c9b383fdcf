#include "planning/plan.h"

namespace palier::planning {

Forecaster forecaster_for(const PlanWorld& world,
                          const ClimbOptions& options,
                          const engine::OpenSpec& spec,
                          std::int64_t prompt_tokens) {
    Forecaster forecaster(world.workshop,
                          world.store,
                          world.host,
                          options.models_dir,
                          spec,
                          prompt_tokens,
                          world.clock.unix_seconds(),
                          world.others);
    if (world.supposed != nullptr) {
        forecaster.suppose(*world.supposed);
    }
    return forecaster;
}

}  // namespace palier::planning
