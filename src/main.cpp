// The composition root: the only file that names concrete adapters.
#include "base/clock.h"
#include "base/codes.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "engine/baseline/baseline.h"
#include "engine/codes.h"
#include "engine/openai/openai.h"
#include "engine/recorded/format.h"
#include "engine/recorded/recorded.h"
#include "lib/http/client.h"
#include "machine/host.h"
#include "pool/memory_guard.h"
#include "serve/serve.h"
#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#ifdef PALIER_WITH_LLAMA
#include "engine/llama/llama.h"
#include "engine/llama/peak_process.h"
#include "engine/llama/workshop.h"
#endif

namespace {

using palier::Error;
using palier::Result;
namespace engine = palier::engine;
namespace store = palier::store;

constexpr const char* k_version = PALIER_VERSION;

// Set by the first Ctrl-C; a climb then ends cleanly. A second one ends the process at once.
std::atomic<bool> interrupted{false};

void on_interrupt(int signal) {
    interrupted.store(true);
    std::signal(signal, SIG_DFL);
}

class AllEngines final : public engine::Engines {
   public:
    Result<std::unique_ptr<engine::Engine>> open(const engine::OpenSpec& spec) override {
        if (spec.recorded) {
            return engine::recorded::open(spec);
        }
        if (!spec.endpoint.empty()) {
            return engine::openai::open(spec);
        }
#ifdef PALIER_WITH_LLAMA
        return engine::llama::open(spec);
#else
        return Error(engine::codes::built_without_llama, {{"file", spec.path}});
#endif
    }

    Result<std::optional<std::uint64_t>> peak_memory(
        const engine::OpenSpec& spec, const std::vector<engine::Request>& sample) override {
        if (spec.recorded || !spec.endpoint.empty()) {
            return std::optional<std::uint64_t>();
        }
#ifdef PALIER_WITH_LLAMA
        auto bytes = engine::llama::peak_memory("/proc/self/exe", spec, sample);
        if (!bytes) {
            return bytes.error();
        }
        return std::optional(*bytes);
#else
        (void)sample;
        return Error(engine::codes::built_without_llama, {{"file", spec.path}});
#endif
    }
};

Result<std::unique_ptr<store::Store>> open_store(const std::string& path,
                                                 bool read_only,
                                                 const palier::Clock& clock) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code failure;
    if (!read_only && !folder.empty()) {
        std::filesystem::create_directories(folder, failure);
        if (failure) {
            return Error(palier::base::codes::cannot_write,
                         {{"file", path}, {"reason", failure.message()}});
        }
    }
    // Listing the runs of a store that nobody has made yet is no error.
    if (read_only && !std::filesystem::exists(path, failure)) {
        return palier::store_sqlite::open(":memory:", clock);
    }
    return read_only ? palier::store_sqlite::open_read_only(path, clock)
                     : palier::store_sqlite::open(path, clock);
}

palier::serve::Wish wish_of(const palier::cli::Common& common,
                            const palier::cli::ServeArguments& asked) {
    palier::serve::Wish wish;
    wish.what = asked.what;
    wish.system = asked.system;
    wish.name = asked.name;
    wish.host = asked.host.empty() ? wish.host : asked.host;
    wish.port = static_cast<std::uint16_t>(asked.port.value_or(wish.port));
    wish.key_file = asked.key_file;
    wish.context = asked.context;
    wish.threads = asked.threads;
    wish.waiting = asked.queue.value_or(wish.waiting);
    wish.grace_s = asked.grace_s.value_or(wish.grace_s);
    wish.language = common.language;
    return wish;
}

std::string engine_builds() {
    std::string builds = "recorded answers; OpenAI-compatible endpoints";
#ifdef PALIER_WITH_LLAMA
    builds = engine::llama::build_text() + "; " + builds;
#else
    builds += "; without llama.cpp";
#endif
    return builds;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef PALIER_WITH_LLAMA
    if (argc == 2 && std::string(argv[1]) == engine::llama::k_peak_verb) {
        return engine::llama::peak_child(std::cin, std::cout);
    }
#endif
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGPIPE, SIG_IGN);
    const palier::SystemClock clock;
    AllEngines adapters;
    engine::baseline::WithBaselines engines(adapters);
    std::unique_ptr<engine::Workshop> workshop;
#ifdef PALIER_WITH_LLAMA
    workshop = engine::llama::make_workshop();
    palier::pool::MemoryGuard guarded(
        engines, *workshop, [] { return palier::machine::this_host().memory_available_bytes; });
#else
    engine::Engines& guarded = engines;
#endif
    const palier::cli::World world{
        guarded,
        [&](const std::string& path, bool read_only) { return open_store(path, read_only, clock); },
        [&](const std::string& path,
            const std::string& model,
            std::uint64_t parameters,
            const std::vector<std::pair<std::string, std::string>>& settings,
            const std::vector<engine::RecordedAnswer>& answers) {
            return engine::recorded::write_file(
                path, model, parameters, palier::iso8601(clock.unix_seconds()), settings, answers);
        },
        clock,
        interrupted,
        k_version,
        engine_builds(),
        workshop.get(),
        palier::http::use_ca_file,
        [&](const palier::cli::Common& common,
            const palier::cli::ServeArguments& asked,
            const palier::cli::ServeHeard& heard) {
            return palier::serve::serve(wish_of(common, asked),
                                        {guarded,
                                         [&] { return open_store(common.store, true, clock); },
                                         clock,
                                         heard.tell,
                                         heard.ready});
        }};
    return palier::cli::run(argc, argv, world);
}
