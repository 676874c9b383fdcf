#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lib/json/json.h"
#include "machine/examination.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/table.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <thread>

namespace palier::cli {
namespace {

constexpr int k_nvidia_smi_ms = 4000;
constexpr Nanoseconds k_service_timeout = std::chrono::milliseconds(700);

// What the columns of names are wide.
constexpr std::size_t k_indent = 14;

class Doctor {
   public:
    explicit Doctor(const Common& common) : common_(common) {}

    int run() {
        const machine::Places places{"", common_.models_dir, common_.store};
        machine::Examination found = machine::examine(places);
        // What is known at once is shown at once.
        if (!common_.json) {
            print(machine(found));
        }
        const auto before = machine::read_busy_ticks("");
        found.gpus =
            machine::merged(machine::parse_nvidia_smi(machine::ask_nvidia_smi(k_nvidia_smi_ms)),
                            machine::read_gpus(""));
        found.services = machine::find_services(machine::usual_places(), k_service_timeout);
        // A share over a few milliseconds says nothing.
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        const auto after = machine::read_busy_ticks("");
        if (before && after) {
            found.busy_share = machine::busy_share(*before, *after);
        }
        const std::vector<machine::Problem> problems = machine::problems_of(found);
        if (common_.json) {
            print(json::write(as_json(found, problems)) + "\n");
        } else {
            print(around(found) + verdict(problems));
        }
        return 0;
    }

   private:
    [[nodiscard]] std::string say(int code, report::Args args = {}) const {
        for (auto& [name, value] : args) {
            if (name.ends_with("_bytes")) {
                std::uint64_t bytes = 0;
                std::from_chars(value.data(), value.data() + value.size(), bytes);
                value = report::bytes(common_.language, bytes);
            } else if (name.ends_with("_number")) {
                double number = 0;
                std::from_chars(value.data(), value.data() + value.size(), number);
                value = report::number(common_.language, number, 2);
            } else {
                value = report::plain_line(value);
            }
        }
        return report::sentence(common_.language, code, args);
    }
    [[nodiscard]] static std::string text_of(std::uint64_t value) { return std::to_string(value); }

    // "name          text", wrapped under the text.
    [[nodiscard]] std::string row(int name, const std::string& text) const {
        std::string label = name == 0 ? "" : say(name);
        label.append(k_indent - std::min(k_indent, length_in_characters(label)), ' ');
        const std::string lines = report::paragraph(text, k_indent, k_indent);
        return label + lines.substr(k_indent);
    }

    [[nodiscard]] std::string machine(const machine::Examination& found) const {
        const machine::Processor& processor = found.processor;
        std::vector<std::string> parts{processor.name.empty() ? say(7411)
                                                              : report::plain_line(processor.name)};
        if (processor.cores && processor.threads) {
            parts.push_back(say(7412,
                                {{"cores", std::to_string(*processor.cores)},
                                 {"threads", std::to_string(*processor.threads)}}));
        } else if (processor.threads) {
            parts.push_back(say(7413, {{"threads", std::to_string(*processor.threads)}}));
        }
        if (!processor.threads || found.allowed_threads != *processor.threads) {
            parts.push_back(say(7414, {{"allowed", std::to_string(found.allowed_threads)}}));
        }
        if (found.cpu_limit) {
            parts.push_back(
                say(7415, {{"limit_number", json::write(json::Value(*found.cpu_limit))}}));
        }
        std::string out = row(7400, join(parts, ", "));
        out += row(7401,
                   !processor.flags_known               ? say(7417)
                   : processor.instruction_sets.empty() ? say(7416)
                                                        : join(processor.instruction_sets, " "));
        const auto free = found.memory.free_bytes();
        std::string memory = say(7417);
        if (free && found.memory.total_bytes) {
            memory = say(7418,
                         {{"free_bytes", text_of(*free)},
                          {"total_bytes", text_of(*found.memory.total_bytes)}});
        }
        if (found.memory.limit_bytes) {
            memory += ", " + say(7419,
                                 {{"limit_bytes", text_of(*found.memory.limit_bytes)},
                                  {"from", found.memory.limit_from}});
        }
        out += row(7402, memory);
        out += disks(found) + models(found);
        out += row(7407, found.keys_set.empty() ? "-" : join(found.keys_set, ", "));
        out += row(7409,
                   say(found.energy_counter == machine::CounterState::Readable     ? 7428
                       : found.energy_counter == machine::CounterState::Unreadable ? 7430
                                                                                   : 7429));
        return out;
    }

    [[nodiscard]] std::string disks(const machine::Examination& found) const {
        std::string out;
        const auto add = [&](const std::optional<machine::Disk>& disk, int code) {
            if (disk) {
                out += row(
                    out.empty() ? 7404 : 0,
                    say(code, {{"free_bytes", text_of(disk->free_bytes)}, {"path", disk->path}}));
            }
        };
        add(found.models_disk, 7423);
        add(found.store_disk, 7424);
        return out.empty() ? row(7404, say(7417)) : out;
    }

    [[nodiscard]] std::string models(const machine::Examination& found) const {
        std::string out;
        for (const machine::ModelFile& file : found.models) {
            out += row(
                out.empty() ? 7408 : 0,
                report::plain_line(file.name) + "  " + report::bytes(common_.language, file.bytes));
        }
        return out.empty() ? row(7408, "-") : out;
    }

    [[nodiscard]] std::string around(const machine::Examination& found) const {
        std::string out;
        for (const machine::Gpu& gpu : found.gpus) {
            std::string memory = say(7422);
            if (gpu.memory_bytes && gpu.memory_free_bytes) {
                memory = say(7421,
                             {{"total_bytes", text_of(*gpu.memory_bytes)},
                              {"free_bytes", text_of(*gpu.memory_free_bytes)}});
            } else if (gpu.memory_bytes) {
                memory = report::bytes(common_.language, *gpu.memory_bytes);
            }
            out += row(out.empty() ? 7403 : 0, report::plain_line(gpu.name) + ", " + memory);
        }
        if (found.gpus.empty()) {
            out += row(7403, say(7420));
        }
        out += row(7405, load(found));
        std::string engines;
        std::vector<std::string> ports;
        for (const machine::Service& service : found.services) {
            ports.push_back(service.url.substr(service.url.rfind(':') + 1));
            if (service.state == machine::Service::State::Running) {
                engines += row(engines.empty() ? 7406 : 0,
                               service.name + " " + service.url + "  " +
                                   report::plain_line(join(service.models, ", ")));
            }
        }
        return out +
               (engines.empty() ? row(7406, say(7427, {{"ports", join(ports, ", ")}})) : engines);
    }

    [[nodiscard]] std::string load(const machine::Examination& found) const {
        if (!found.load) {
            return say(7417);
        }
        report::Args args{{"load_number", json::write(json::Value(*found.load))}};
        if (!found.busy_share) {
            return say(7426, args);
        }
        args.emplace_back("percent", std::to_string(std::lround(*found.busy_share * 100)));
        return say(7425, args);
    }

    [[nodiscard]] std::string verdict(const std::vector<machine::Problem>& problems) const {
        std::string out = "\n";
        for (const machine::Problem& problem : problems) {
            out += report::paragraph("! " + say(problem.code, problem.args), 0, 2);
        }
        return problems.empty() ? out + say(7438) + "\n" : out;
    }

    [[nodiscard]] static json::Value texts(const std::vector<std::string>& values) {
        json::Value list = json::Array{};
        for (const std::string& value : values) {
            list.push(value);
        }
        return list;
    }

    [[nodiscard]] static json::Value disk_json(const std::optional<machine::Disk>& disk) {
        if (!disk) {
            return {};
        }
        return json::Object{{"path", disk->path}, {"free_bytes", disk->free_bytes}};
    }

    [[nodiscard]] static json::Value machine_json(const machine::Examination& found) {
        const machine::Processor& p = found.processor;
        json::Value processor;
        processor.add("name", p.name.empty() ? json::Value() : json::Value(p.name))
            .add("cores", p.cores)
            .add("threads", p.threads)
            .add("threads_allowed", found.allowed_threads)
            .add("container_limit", found.cpu_limit)
            .add("instruction_sets", p.flags_known ? texts(p.instruction_sets) : json::Value());
        json::Value memory;
        memory.add("total_bytes", found.memory.total_bytes)
            .add("free_bytes", found.memory.free_bytes())
            .add("container_limit_bytes", found.memory.limit_bytes)
            .add("container_used_bytes", found.memory.limit_used_bytes)
            .add("container_limit_from",
                 found.memory.limit_bytes ? json::Value(found.memory.limit_from) : json::Value());
        json::Value gpus = json::Array{};
        for (const machine::Gpu& gpu : found.gpus) {
            json::Value one;
            one.add("name", gpu.name)
                .add("memory_bytes", gpu.memory_bytes)
                .add("memory_free_bytes", gpu.memory_free_bytes)
                .add("driver", gpu.driver.empty() ? json::Value() : json::Value(gpu.driver))
                .add("from", gpu.from);
            gpus.push(std::move(one));
        }
        json::Value value;
        value.add("format", 1)
            .add("system", found.system)
            .add("processor", std::move(processor))
            .add("memory", std::move(memory))
            .add("gpus", std::move(gpus));
        value.add("disk",
                  json::Object{{"models", disk_json(found.models_disk)},
                               {"store", disk_json(found.store_disk)}});
        value.add("load_average", found.load).add("busy_share", found.busy_share);
        value.add("energy_counter",
                  found.energy_counter == machine::CounterState::Readable     ? "readable"
                  : found.energy_counter == machine::CounterState::Unreadable ? "unreadable"
                                                                              : "absent");
        return value;
    }

    [[nodiscard]] json::Value as_json(const machine::Examination& found,
                                      const std::vector<machine::Problem>& problems) const {
        json::Value value = machine_json(found);
        json::Value services = json::Array{};
        for (const machine::Service& service : found.services) {
            json::Value one;
            one.add("name", service.name)
                .add("url", service.url)
                .add("state", std::string(machine::name_of(service.state)))
                .add("models", texts(service.models));
            services.push(std::move(one));
        }
        json::Value models = json::Array{};
        for (const machine::ModelFile& file : found.models) {
            models.push(json::Object{{"file", file.name}, {"bytes", file.bytes}});
        }
        json::Value list = json::Array{};
        for (const machine::Problem& problem : problems) {
            list.push(json::Object{{"code", "PAL-" + std::to_string(problem.code)},
                                   {"message", say(problem.code, problem.args)}});
        }
        value.add("engines", std::move(services))
            .add("keys_set", texts(found.keys_set))
            .add("models", std::move(models))
            .add("problems", std::move(list));
        return value;
    }

    const Common& common_;
};

}  // namespace

int doctor(const Common& common) {
    return Doctor(common).run();
}

}  // namespace palier::cli
