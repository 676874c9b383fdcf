#include "engine/fold_system.h"

#include <doctest/doctest.h>

namespace palier::engine {

TEST_CASE("system messages go in front of the user's first one, and nothing else moves") {
    using Messages = std::vector<Message>;
    CHECK(with_system_folded({{"system", "a"}, {"user", "b"}, {"assistant", "c"}, {"user", "d"}}) ==
          Messages{{"user", "a\n\nb"}, {"assistant", "c"}, {"user", "d"}});
    CHECK(with_system_folded({{"system", "a"}, {"system", "b"}, {"user", "c"}}) ==
          Messages{{"user", "a\n\nb\n\nc"}});
    CHECK(with_system_folded({{"system", "a"}}) == Messages{{"user", "a"}});
    CHECK(with_system_folded({{"user", "b"}}) == Messages{{"user", "b"}});
}

}  // namespace palier::engine
