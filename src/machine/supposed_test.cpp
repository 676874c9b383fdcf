#include "machine/supposed.h"

#include <doctest/doctest.h>

#include <set>

namespace palier::machine {

TEST_CASE("every figure of a supposed machine says where it is from, in both languages") {
    REQUIRE(supposed_machines().size() == 6);
    for (const Supposed& machine : supposed_machines()) {
        INFO(machine.name);
        CHECK_FALSE(machine.title.empty());
        CHECK_FALSE(machine.title_fr.empty());
        for (const Stated* figure :
             {&machine.bandwidth_gb_s, &machine.efficiency, &machine.gflops}) {
            CHECK(figure->value > 0);
            CHECK_FALSE(figure->how.empty());
            CHECK_FALSE(figure->how_fr.empty());
            // What no page states is derived, and says from what.
            CHECK((!figure->source.empty() || figure->how.starts_with("derived: ")));
            CHECK(figure->source.empty() == figure->address.empty());
            CHECK(figure->source.empty() == figure->date.empty());
            CHECK((figure->address.empty() || figure->address.starts_with("https://")));
        }
        CHECK(machine.efficiency.value < 1);
        CHECK(machine.ram_free_bytes < machine.ram_bytes);
        CHECK(machine.vram_free_bytes() <= machine.vram_bytes);
    }
}

TEST_CASE("a machine is found by its name and its other names, which are nobody else's") {
    std::set<std::string> seen;
    for (const Supposed& machine : supposed_machines()) {
        CHECK(find_supposed(machine.name) == &machine);
        CHECK(seen.insert(machine.name).second);
        for (const std::string& alias : machine.aliases) {
            CHECK(find_supposed(alias) == &machine);
            CHECK(seen.insert(alias).second);
        }
    }
    CHECK(find_supposed("RTX-4060")->vram_bytes == 8'000'000'000);
    CHECK(find_supposed("cray-1") == nullptr);
    CHECK(find_supposed("") == nullptr);
}

TEST_CASE("a model may take what the system leaves of a supposed machine's memory") {
    const Supposed& laptop = *find_supposed("laptop");
    CHECK(laptop.host().memory_bytes == 16'000'000'000);
    CHECK(laptop.host().memory_available_bytes == 12'000'000'000);
    CHECK(laptop.vram_free_bytes() == 0);
    CHECK(find_supposed("phone")->host().memory_available_bytes == 4'000'000'000);
    CHECK(find_supposed("l4")->vram_free_bytes() == 21'600'000'000);
}

}  // namespace palier::machine
