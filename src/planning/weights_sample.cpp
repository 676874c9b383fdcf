#include "planning/weights_sample.h"

#include "core/step_sizes.h"

#include <string>
#include <utility>

namespace palier::planning {

core::Job weights_job() {
    core::Job job;
    job.instructions =
        "Read the message that a customer sent to the shop and say what it is about. If it speaks "
        "of "
        "several things, take the one that the customer wants solved first.";
    job.labels = {"delivery", "payment"};
    return job;
}

std::vector<core::Input> weights_inputs() {
    std::vector<core::Input> inputs;
    for (std::size_t i = 0; i < core::k_weights_sample; ++i) {
        const std::string n = std::to_string(i * 37 % 101);
        std::string text = "Message " + n;
        text += ": the delivery that I was promised for the " + n;
        text +=
            "th has not come, nobody answers the telephone, and the number on the receipt is not "
            "known to the carrier. What should I do, and when will I get my money back?";
        inputs.push_back({std::move(text), ""});
    }
    return inputs;
}

}  // namespace palier::planning
