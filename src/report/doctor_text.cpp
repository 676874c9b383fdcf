#include "base/text.h"
#include "report/doctor.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace palier::report {
namespace {

// What the columns of names are wide.
constexpr std::size_t k_indent = 14;

class DoctorText {
   public:
    explicit DoctorText(Language language) : language_(language) {}

    [[nodiscard]] std::string machine(const machine::Examination& found) const {
        const machine::Processor& processor = found.processor;
        std::vector<std::string> parts{processor.name.empty() ? say(say::processor_unnamed)
                                                              : plain_line(processor.name)};
        if (processor.cores && processor.threads) {
            parts.push_back(say(say::processor_cores,
                                {{"cores", std::to_string(*processor.cores)},
                                 {"threads", std::to_string(*processor.threads)}}));
        } else if (processor.threads) {
            parts.push_back(
                say(say::processor_threads, {{"threads", std::to_string(*processor.threads)}}));
        }
        if (!processor.threads || found.allowed_threads != *processor.threads) {
            parts.push_back(
                say(say::processor_allowed, {{"allowed", std::to_string(found.allowed_threads)}}));
        }
        if (found.cpu_limit) {
            parts.push_back(
                say(say::processor_limit, {{"limit_number", shortest(*found.cpu_limit)}}));
        }
        std::string out = row(say::doctor_processor, join(parts, ", "));
        out += row(say::doctor_instructions,
                   !processor.flags_known               ? say(say::not_told)
                   : processor.instruction_sets.empty() ? say(say::instructions_none)
                                                        : join(processor.instruction_sets, " "));
        const auto free = found.memory.free_bytes();
        std::string memory = say(say::not_told);
        if (free && found.memory.total_bytes) {
            memory = say(say::memory_free_of,
                         {{"free_bytes", text_of(*free)},
                          {"total_bytes", text_of(*found.memory.total_bytes)}});
        }
        if (found.memory.limit_bytes) {
            memory += ", " + say(say::memory_limited,
                                 {{"limit_bytes", text_of(*found.memory.limit_bytes)},
                                  {"from", found.memory.limit_from}});
        }
        out += row(say::doctor_memory, memory);
        out += disks(found) + models(found);
        out += row(say::doctor_keys, found.keys_set.empty() ? "-" : join(found.keys_set, ", "));
        out +=
            row(say::doctor_energy,
                say(found.energy_counter == machine::CounterState::Readable ? say::counter_readable
                    : found.energy_counter == machine::CounterState::Unreadable
                        ? say::counter_unreadable
                        : say::counter_absent));
        return out;
    }

    [[nodiscard]] std::string around(const machine::Examination& found) const {
        std::string out;
        for (const machine::Gpu& gpu : found.gpus) {
            std::string memory = say(say::gpu_memory_unknown);
            if (gpu.memory_bytes && gpu.memory_free_bytes) {
                memory = say(say::gpu_memory,
                             {{"total_bytes", text_of(*gpu.memory_bytes)},
                              {"free_bytes", text_of(*gpu.memory_free_bytes)}});
            } else if (gpu.memory_bytes) {
                memory = report::bytes(language_, *gpu.memory_bytes);
            }
            out += row(out.empty() ? say::doctor_gpu : 0, plain_line(gpu.name) + ", " + memory);
        }
        if (found.gpus.empty()) {
            out += row(say::doctor_gpu, say(say::gpu_none));
        }
        out += row(say::doctor_load, load(found));
        std::string engines;
        std::vector<std::string> ports;
        for (const machine::Service& service : found.services) {
            ports.push_back(service.url.substr(service.url.rfind(':') + 1));
            if (service.state == machine::Service::State::Running) {
                engines += row(engines.empty() ? say::doctor_engines : 0,
                               service.name + " " + service.url + "  " +
                                   plain_line(join(service.models, ", ")));
            }
        }
        return out + (engines.empty() ? row(say::doctor_engines,
                                            say(say::engines_none, {{"ports", join(ports, ", ")}}))
                                      : engines);
    }

    [[nodiscard]] std::string verdict(const std::vector<machine::Problem>& problems) const {
        std::string out = "\n";
        for (const machine::Problem& problem : problems) {
            out += paragraph("! " + say(problem.code, problem.args), 0, 2);
        }
        return problems.empty() ? out + say(say::nothing_in_the_way) + "\n" : out;
    }

   private:
    [[nodiscard]] std::string say(int code, const Args& args = {}) const {
        return problem_text(language_, {code, args});
    }
    [[nodiscard]] static std::string text_of(std::uint64_t value) { return std::to_string(value); }

    // "name          text", wrapped under the text.
    [[nodiscard]] std::string row(int name, const std::string& text) const {
        std::string label = name == 0 ? "" : say(name);
        label.append(k_indent - std::min(k_indent, length_in_characters(label)), ' ');
        const std::string lines = paragraph(text, k_indent, k_indent);
        return label + lines.substr(k_indent);
    }

    [[nodiscard]] std::string disks(const machine::Examination& found) const {
        std::string out;
        const auto add = [&](const std::optional<machine::Disk>& disk, int code) {
            if (disk) {
                out += row(
                    out.empty() ? say::doctor_disk : 0,
                    say(code, {{"free_bytes", text_of(disk->free_bytes)}, {"path", disk->path}}));
            }
        };
        add(found.models_disk, say::disk_of_models);
        add(found.store_disk, say::disk_of_runs);
        return out.empty() ? row(say::doctor_disk, say(say::not_told)) : out;
    }

    [[nodiscard]] std::string models(const machine::Examination& found) const {
        std::string out;
        for (const machine::ModelFile& file : found.models) {
            out += row(out.empty() ? say::doctor_models : 0,
                       plain_line(file.name) + "  " + report::bytes(language_, file.bytes));
        }
        return out.empty() ? row(say::doctor_models, "-") : out;
    }

    [[nodiscard]] std::string load(const machine::Examination& found) const {
        if (!found.load) {
            return say(say::not_told);
        }
        Args args{{"load_number", shortest(*found.load)}};
        if (!found.busy_share) {
            return say(say::load_only, args);
        }
        args.emplace_back("percent", std::to_string(std::lround(*found.busy_share * 100)));
        return say(say::load_busy, args);
    }

    Language language_;
};

}  // namespace

std::string problem_text(Language language, const machine::Problem& problem) {
    Args args = problem.args;
    for (auto& [name, value] : args) {
        if (name.ends_with("_bytes")) {
            std::uint64_t bytes = 0;
            std::from_chars(value.data(), value.data() + value.size(), bytes);
            value = report::bytes(language, bytes);
        } else if (name.ends_with("_number")) {
            double number = 0;
            std::from_chars(value.data(), value.data() + value.size(), number);
            value = report::number(language, number, 2);
        } else {
            value = plain_line(value);
        }
    }
    return sentence(language, problem.code, args);
}

std::string machine_text(Language language, const machine::Examination& found) {
    return DoctorText(language).machine(found);
}

std::string around_text(Language language,
                        const machine::Examination& found,
                        const std::vector<machine::Problem>& problems) {
    const DoctorText text(language);
    return text.around(found) + text.verdict(problems);
}

}  // namespace palier::report
