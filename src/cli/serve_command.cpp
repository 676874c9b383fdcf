#include "cli/commands.h"
#include "cli/output.h"

namespace palier::cli {

int serve(const Common& common, const ServeArguments& arguments, const World& world) {
    const ServeHeard heard{
        [&](int code, const report::Args& args) { tell(common, code, args); },
        [&](const report::Serving& serving) {
            print((common.json ? report::serving_json(serving)
                               : report::serving_text(common.language, serving)) +
                  "\n");
        }};
    const auto served = world.serve(common, arguments, heard);
    if (!served) {
        return fail(common, served.error());
    }
    constexpr int k_interrupted = 130;
    return *served ? 0 : k_interrupted;
}

}  // namespace palier::cli
