#include "machine/supposed.h"

#include "base/check.h"
#include "base/text.h"
#include "lib/json/json.h"

#include <algorithm>
#include <cmath>

namespace palier::embedded {
std::string_view machines_text();
}

namespace palier::machine {
namespace {

constexpr double k_giga = 1e9;

// The file is part of the program: what is wrong with it is a bug.
const json::Value& member(const json::Value& of, std::string_view key) {
    const json::Value* found = of.find(key);
    PALIER_CHECK(found != nullptr, "a key is missing in machines.json");
    return *found;
}

std::string text_of(const json::Value& of, std::string_view key) {
    const json::Value& found = member(of, key);
    PALIER_CHECK(found.is_string(), "a value of machines.json is no text");
    return found.as_string();
}

double number_of(const json::Value& found) {
    PALIER_CHECK(found.is_number() && std::isfinite(found.as_double()) && found.as_double() > 0,
                 "a figure of machines.json is no number above 0");
    return found.as_double();
}

std::uint64_t bytes_of(const json::Value& gigabytes) {
    return static_cast<std::uint64_t>(number_of(gigabytes) * k_giga);
}

Stated stated_of(const json::Value& sources, const json::Value& figure) {
    Stated out;
    out.value = number_of(member(figure, "value"));
    out.how = text_of(figure, "how");
    out.how_fr = text_of(figure, "how_fr");
    if (const std::string key = text_of(figure, "source"); !key.empty()) {
        const json::Value& source = member(sources, key);
        out.source = text_of(source, "title");
        out.address = text_of(source, "address");
        out.date = text_of(source, "date");
    }
    return out;
}

Supposed machine_of(const json::Value& sources, const json::Value& entry) {
    Supposed out;
    out.name = text_of(entry, "name");
    for (const json::Value& alias : member(entry, "aliases").as_array()) {
        out.aliases.push_back(alias.as_string());
    }
    out.title = text_of(entry, "title");
    out.title_fr = text_of(entry, "title_fr");
    out.ram_bytes = bytes_of(member(entry, "ram_gb"));
    const json::Value* free = entry.find("ram_free_gb");
    out.ram_free_bytes =
        free != nullptr
            ? bytes_of(*free)
            : static_cast<std::uint64_t>(static_cast<double>(out.ram_bytes) * k_ram_free_share);
    if (const json::Value* vram = entry.find("vram_gb")) {
        out.vram_bytes = bytes_of(*vram);
    }
    out.bandwidth_gb_s = stated_of(sources, member(entry, "bandwidth_gb_s"));
    out.efficiency = stated_of(sources, member(entry, "efficiency"));
    out.gflops = stated_of(sources, member(entry, "gflops"));
    out.step_us.value = k_usual_step_us;
    if (const json::Value* step = entry.find("step_us")) {
        out.step_us = stated_of(sources, *step);
    }
    if (const json::Value* measured = entry.find("measured")) {
        out.measured = Supposed::Measured{number_of(member(*measured, "decode_tokens_per_s")),
                                          number_of(member(*measured, "prefill_tokens_per_s"))};
    }
    return out;
}

}  // namespace

Host Supposed::host() const {
    Host host;
    host.processor = name;
    host.memory_bytes = ram_bytes;
    host.memory_available_bytes = ram_free_bytes;
    return host;
}

std::uint64_t Supposed::vram_free_bytes() const {
    return static_cast<std::uint64_t>(static_cast<double>(vram_bytes) * k_vram_free_share);
}

const std::vector<Supposed>& supposed_machines() {
    static const std::vector<Supposed> k_machines = [] {
        const auto read = json::parse_or_nothing(embedded::machines_text());
        PALIER_CHECK(read.has_value(), "machines.json is no JSON");
        std::vector<Supposed> machines;
        for (const json::Value& entry : member(*read, "machines").as_array()) {
            machines.push_back(machine_of(member(*read, "sources"), entry));
        }
        return machines;
    }();
    return k_machines;
}

const Supposed* find_supposed(std::string_view name) {
    const std::string wanted = to_lower(name);
    const auto found = std::ranges::find_if(supposed_machines(), [&](const Supposed& machine) {
        return machine.name == wanted ||
               std::ranges::find(machine.aliases, wanted) != machine.aliases.end();
    });
    return found == supposed_machines().end() ? nullptr : &*found;
}

}  // namespace palier::machine
