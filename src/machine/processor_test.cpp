#include "machine/processor.h"

#include "base/rng.h"
#include "machine/fake_tree.h"

#include <doctest/doctest.h>

namespace palier::machine {

TEST_CASE("cores are counted apart from threads, over packages") {
    FakeTree tree;
    std::string text;
    for (int i = 0; i < 8; ++i) {
        text += "processor\t: " + std::to_string(i) +
                "\nmodel name\t: A 9000\nphysical id\t: " + std::to_string(i / 4) +
                "\ncore id\t\t: " + std::to_string(i / 2 % 2) +
                "\nflags\t\t: fpu sse2 avx2 fma f16c avx512f avx512_bf16 amx_int8\n\n";
    }
    tree.put("/proc/cpuinfo", text);
    const Processor found = read_processor(tree.root());
    CHECK(found.name == "A 9000");
    CHECK(found.threads == 8);
    CHECK(found.cores == 4);
    CHECK(found.instruction_sets ==
          std::vector<std::string>{"AVX2", "FMA", "F16C", "AVX512F", "AVX512-BF16", "AMX-INT8"});
}

TEST_CASE("an ARM processor tells features and no cores") {
    FakeTree tree;
    tree.put("/proc/cpuinfo",
             "processor\t: 0\nFeatures\t: fp asimd asimddp sve bf16\n\n"
             "processor\t: 1\nFeatures\t: fp asimd\n");
    const Processor found = read_processor(tree.root());
    CHECK(found.threads == 2);
    CHECK_FALSE(found.cores);
    CHECK(found.has("NEON"));
    CHECK(found.has("SVE"));
    CHECK_FALSE(found.has("AVX2"));
}

TEST_CASE("a machine without /proc tells nothing, and says so") {
    const FakeTree tree;
    const Processor found = read_processor(tree.root());
    CHECK(found.name.empty());
    CHECK_FALSE(found.threads);
    CHECK_FALSE(found.flags_known);
}

TEST_CASE("any bytes as cpuinfo are read without harm") {
    Rng rng(11);
    for (int i = 0; i < 200; ++i) {
        std::string text = "processor: 0\nflags: avx2";
        for (std::uint64_t k = rng.below(400); k > 0; --k) {
            text += static_cast<char>(rng.below(256));
        }
        FakeTree tree;
        tree.put("/proc/cpuinfo", text);
        CHECK(read_processor(tree.root()).threads.value_or(0) >= 1);
    }
}

}  // namespace palier::machine
