#include "machine/others.h"

#include "base/rng.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>

#include <string>

namespace palier::machine {
namespace {

// Two processors: ticks of work and of idling in all, and those of this process.
void put(FakeTree& tree, int busy, int idle, int own) {
    tree.put("/proc/stat",
             "cpu " + std::to_string(busy) + " 0 0 " + std::to_string(idle) + " 0 0 0 0 0 0\n" +
                 "cpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0 0 0\nintr 5\n");
    tree.put("/proc/self/stat",
             "7 (a (b) c) R 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(own) + " 0 0 0 20 0 1 0\n");
}

}  // namespace

TEST_CASE("what others take is what the machine did, less what this process did") {
    FakeTree tree;
    put(tree, 1000, 1000, 100);
    Others others(tree.root());
    // A second on two processors: 150 ticks of work, 100 of them ours.
    put(tree, 1150, 1050, 200);
    CHECK(others.since_last() == doctest::Approx(0.5));
    put(tree, 1250, 1150, 300);
    CHECK(others.since_last() == doctest::Approx(0));
}

TEST_CASE("time that is too short is not judged, and adds up") {
    FakeTree tree;
    put(tree, 1000, 1000, 0);
    Others others(tree.root());
    put(tree, 1020, 1020, 0);
    CHECK_FALSE(others.since_last());
    put(tree, 1100, 1100, 0);
    CHECK(others.since_last() == doctest::Approx(1));
}

TEST_CASE("a system that does not tell, or tells nonsense, is not called quiet") {
    FakeTree tree;
    CHECK_FALSE(Others(tree.root()).tells());
    CHECK_FALSE(Others(tree.root()).since_last());
    Rng rng(7);
    for (int i = 0; i < 300; ++i) {
        const std::string path = rng.below(2) == 0 ? "/proc/stat" : "/proc/self/stat";
        put(tree, 10, 10, 1);
        Others others(tree.root());
        std::string bytes;
        for (auto n = rng.below(80); n > 0; --n) {
            bytes += "cpu )(0123456789 \n"[rng.below(18)];
        }
        tree.put(path, bytes);
        const auto taken = others.since_last();
        CHECK((!taken || *taken >= 0));
    }
}

TEST_CASE("this machine's own figures can be read") {
    CHECK(read_own_ticks(""));
}

}  // namespace palier::machine
