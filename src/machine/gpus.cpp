#include "machine/gpus.h"

#include "base/text.h"
#include "machine/system_file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace palier::machine {
namespace {

constexpr std::uint64_t k_mebibyte = std::uint64_t{1} << 20;
constexpr std::string_view k_from_drm = "/sys/class/drm";

std::optional<std::uint64_t> mebibytes(const std::string& text) {
    const auto number = leading_number(text);
    return number && *number < (std::uint64_t{1} << 40) ? std::optional(*number * k_mebibyte)
                                                        : std::nullopt;
}

// By the PCI numbers of the makers; "" for adapters that compute nothing.
std::string_view maker_of(std::string_view vendor) {
    if (vendor == "0x10de") {
        return "NVIDIA";
    }
    if (vendor == "0x1002") {
        return "AMD";
    }
    return vendor == "0x8086" ? "Intel" : "";
}

bool is_card(const std::string& name) {
    return name.size() > 4 && name.starts_with("card") &&
           std::all_of(
               name.begin() + 4, name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::vector<Gpu> from_nvidia_driver(const std::string& root) {
    std::vector<Gpu> gpus;
    const std::string folder = "/proc/driver/nvidia/gpus";
    for (const std::string& name : names_in(root, folder)) {
        const auto text = system_file(root, folder + "/" + name + "/information");
        if (!text) {
            continue;
        }
        Gpu gpu;
        gpu.name = "NVIDIA";
        for (const auto& [key, value] : colon_lines(*text)) {
            if (key == "Model" && !value.empty()) {
                gpu.name = value;
            }
        }
        gpu.from = "/proc/driver/nvidia";
        gpus.push_back(std::move(gpu));
    }
    return gpus;
}

std::vector<Gpu> from_drm(const std::string& root, bool with_nvidia) {
    std::vector<Gpu> gpus;
    for (const std::string& name : names_in(root, std::string(k_from_drm))) {
        if (!is_card(name)) {
            continue;
        }
        const std::string device = std::string(k_from_drm) + "/" + name + "/device";
        const std::string vendor = system_file(root, device + "/vendor").value_or("");
        const std::string maker(maker_of(trim(vendor)));
        if (maker.empty() || (maker == "NVIDIA" && !with_nvidia)) {
            continue;
        }
        Gpu gpu;
        const std::string product = system_file(root, device + "/product_name").value_or("");
        const std::string id = system_file(root, device + "/device").value_or("");
        gpu.name = maker + " " + std::string(trim(product).empty() ? trim(id) : trim(product));
        gpu.memory_bytes = system_number(root, device + "/mem_info_vram_total");
        const auto used = system_number(root, device + "/mem_info_vram_used");
        if (gpu.memory_bytes && used) {
            gpu.memory_free_bytes = *gpu.memory_bytes - std::min(*gpu.memory_bytes, *used);
        }
        gpu.from = k_from_drm;
        gpus.push_back(std::move(gpu));
    }
    return gpus;
}

// What the child writes until it ends or the time is over; it is ended then.
std::string read_until(int fd, int timeout_ms, pid_t child) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
    std::string text;
    std::array<char, 4096> block{};
    constexpr std::size_t most = 1 << 16;
    bool whole = false;
    while (!whole && text.size() < most) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) <= 0) {
            break;
        }
        const ssize_t got = read(fd, block.data(), block.size());
        if (got > 0) {
            text.append(block.data(), static_cast<std::size_t>(got));
        }
        whole = got == 0 || (got < 0 && errno != EINTR);
    }
    if (!whole) {
        kill(child, SIGKILL);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return whole && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : "";
}

}  // namespace

std::vector<Gpu> parse_nvidia_smi(std::string_view text) {
    constexpr std::size_t columns = 4;
    std::vector<Gpu> gpus;
    for (const std::string& line : split(text, '\n')) {
        std::vector<std::string> cells = split(line, ',');
        if (cells.size() != columns || trim(cells[0]).empty()) {
            continue;
        }
        Gpu gpu;
        gpu.name = trim(cells[0]);
        gpu.memory_bytes = mebibytes(cells[1]);
        gpu.memory_free_bytes = mebibytes(cells[2]);
        gpu.driver = trim(cells[3]);
        gpu.from = "nvidia-smi";
        gpus.push_back(std::move(gpu));
    }
    return gpus;
}

std::vector<Gpu> read_gpus(const std::string& root) {
    std::vector<Gpu> gpus = from_nvidia_driver(root);
    std::vector<Gpu> cards = from_drm(root, gpus.empty());
    gpus.insert(gpus.end(), cards.begin(), cards.end());
    return gpus;
}

std::string ask_nvidia_smi(int timeout_ms) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return "";
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::array<std::string, 3> words{"nvidia-smi",
                                     "--query-gpu=name,memory.total,memory.free,driver_version",
                                     "--format=csv,noheader,nounits"};
    std::array<char*, 4> argv{words[0].data(), words[1].data(), words[2].data(), nullptr};
    pid_t child = 0;
    const int failed =
        posix_spawnp(&child, words[0].c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    std::string text;
    if (failed == 0) {
        text = read_until(ends[0], timeout_ms, child);
    }
    close(ends[0]);
    return text;
}

std::vector<Gpu> merged(std::vector<Gpu> from_nvidia_smi, const std::vector<Gpu>& from_files) {
    const bool asked = !from_nvidia_smi.empty();
    for (const Gpu& gpu : from_files) {
        const bool nvidia = gpu.from == "/proc/driver/nvidia" || gpu.name.starts_with("NVIDIA");
        if (!asked || !nvidia) {
            from_nvidia_smi.push_back(gpu);
        }
    }
    return from_nvidia_smi;
}

}  // namespace palier::machine
