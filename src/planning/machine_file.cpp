#include "planning/machine_file.h"

#include "base/files.h"
#include "base/text.h"
#include "base/units.h"
#include "job/codes.h"
#include "job/table_reader.h"
#include "planning/codes.h"

#include <cmath>

namespace palier::planning {
namespace {

constexpr std::size_t k_bytes_max = 1U << 20U;

std::uint64_t size(job::TableReader& root, std::string_view key, bool required) {
    const auto text = root.text(key);
    std::uint64_t bytes = 0;
    if (text) {
        bytes = parse_bytes(*text).value_or(0);
    }
    if (bytes == 0 && (text || required)) {
        root.refuse(key, job::codes::size_needed);
    }
    return bytes;
}

bool is_positive(const std::optional<double>& number) {
    return number && std::isfinite(*number) && *number > 0;
}

// The figure, from the file; `usual` where it is not there.
machine::Stated figure(job::TableReader& root,
                       std::string_view key,
                       std::optional<double> usual,
                       const std::string& path) {
    const bool stated = root.has(key);
    const auto number = root.number(key);
    if (stated ? !is_positive(number) : !usual) {
        root.refuse(key, job::codes::positive_number_needed);
    }
    machine::Stated out;
    out.value = number.value_or(usual.value_or(0));
    out.how = stated ? path : "not stated: as the table's";
    out.how_fr = stated ? path : "non indiqué : comme dans la table";
    return out;
}

// [gflops_by_type] F16 = 500.
std::vector<std::pair<std::string, double>> by_type(job::TableReader table,
                                                    const std::string& path) {
    std::vector<std::pair<std::string, double>> out;
    for (const char* type :
         {"F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_0", "Q4_K", "Q4_1", "Q4_0"}) {
        if (const machine::Stated stated = figure(table, type, 0, path); stated.value > 0) {
            out.emplace_back(type, stated.value);
        }
    }
    table.end();
    return out;
}

}  // namespace

Result<machine::Supposed> parse_machine(std::string_view text, const std::string& path) {
    const auto parsed = toml::parse(text);
    if (const auto* error = std::get_if<toml::ParseError>(&parsed)) {
        return Error(job::codes::no_toml,
                     {{"file", path},
                      {"line", std::to_string(error->line)},
                      {"column", std::to_string(error->column)},
                      {"what", error->what}});
    }
    job::ReadContext context{path, {}, std::nullopt};
    job::TableReader root(context, "", &std::get<toml::Table>(parsed), 1);
    machine::Supposed out;
    out.name = path;
    out.from_file = true;
    out.title = out.title_fr = root.text("title").value_or(path);
    // Those that ram could be a slip of go first.
    out.vram_bytes = size(root, "vram", false);
    out.ram_free_bytes = size(root, "ram_free", false);
    out.ram_bytes = size(root, "ram", true);
    if (out.ram_free_bytes > out.ram_bytes) {
        root.refuse("ram_free", codes::more_free_than_there);
    }
    if (out.ram_free_bytes == 0) {
        out.ram_free_bytes = static_cast<std::uint64_t>(static_cast<double>(out.ram_bytes) *
                                                        machine::k_ram_free_share);
    }
    const bool gpu = out.vram_bytes > 0;
    out.bandwidth_gb_s = figure(root, "bandwidth_gb_s", std::nullopt, path);
    out.efficiency = figure(root,
                            "efficiency",
                            gpu ? machine::k_usual_gpu_efficiency : machine::k_usual_efficiency,
                            path);
    if (out.efficiency.value > 1) {
        root.refuse("efficiency", job::codes::share_needed);
    }
    out.gflops = figure(root, "gflops", std::nullopt, path);
    out.gflops_by_type = by_type(root.table("gflops_by_type"), path);
    out.step_us = figure(
        root, "step_us", gpu ? machine::k_usual_gpu_step_us : machine::k_usual_step_us, path);
    root.end();
    if (context.error) {
        return *context.error;
    }
    return out;
}

Result<machine::Supposed> find_machine(const std::string& name_or_path) {
    if (const machine::Supposed* known = machine::find_supposed(name_or_path)) {
        return *known;
    }
    if (name_or_path.ends_with(".toml") || name_or_path.find('/') != std::string::npos) {
        const auto text = read_file(name_or_path);
        if (!text || text->size() > k_bytes_max) {
            return Error(codes::unreadable_machine, {{"file", name_or_path}});
        }
        return parse_machine(*text, name_or_path);
    }
    std::vector<std::string> names;
    for (const machine::Supposed& machine : machine::supposed_machines()) {
        names.push_back(machine.name);
    }
    return Error(codes::unknown_machine, {{"name", name_or_path}, {"known", join(names, ", ")}});
}

}  // namespace palier::planning
