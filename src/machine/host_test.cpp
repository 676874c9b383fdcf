#include "machine/host.h"

#include <doctest/doctest.h>

namespace palier::machine {

TEST_CASE("this machine has at least one core and tells its system") {
    const Host host = this_host();
    CHECK(host.cores >= 1);
    CHECK_FALSE(host.system.empty());
    CHECK(host.memory_available_bytes <= host.memory_bytes);
}

}  // namespace palier::machine
