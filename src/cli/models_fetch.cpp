#include "cli/models_fetch.h"

#include "base/text.h"
#include "base/units.h"
#include "catalog/codes.h"
#include "catalog/pull.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "report/models.h"
#include "report/numbers.h"

#include <cstdio>
#include <filesystem>
#include <mutex>

namespace palier::cli {
namespace {

constexpr int k_interrupted = 130;

// "file  1.2 GB of 4.6 GB  30 MB/s" on one line of stderr that is written over; nothing where
// stderr is no terminal. Thread-safe.
class TransferLine {
   public:
    TransferLine(const Common& common, const Clock& clock, std::string file)
        : common_(common),
          clock_(clock),
          file_(std::move(file)),
          terminal_(stderr_is_terminal()),
          started_(clock.now()) {}
    ~TransferLine() { clear(); }
    TransferLine(const TransferLine&) = delete;
    TransferLine& operator=(const TransferLine&) = delete;

    void show(std::uint64_t done, std::uint64_t total) {
        const std::lock_guard lock(mutex_);
        const Nanoseconds now = clock_.now();
        if (first_ == 0) {
            first_ = done;
        }
        if (!terminal_ || (now - drawn_ < std::chrono::milliseconds(100) && done < total)) {
            return;
        }
        drawn_ = now;
        shown_ = true;
        const double seconds = std::chrono::duration<double>(now - started_).count();
        const double rate = seconds > 0 ? static_cast<double>(done - first_) / seconds : 0;
        const std::string line = report::sentence(
            common_.language,
            say::transfer_line,
            {{"file", file_},
             {"done", report::bytes(common_.language, done)},
             {"total", total > 0 ? report::bytes(common_.language, total) : "?"},
             {"rate", report::bytes(common_.language, static_cast<std::uint64_t>(rate))}});
        std::fprintf(stderr, "\r\033[K%s", shortened(line, terminal_width() - 1).c_str());
        std::fflush(stderr);
    }
    void clear() {
        const std::lock_guard lock(mutex_);
        if (shown_) {
            std::fprintf(stderr, "\r\033[K");
            std::fflush(stderr);
            shown_ = false;
        }
    }

   private:
    const Common& common_;
    const Clock& clock_;
    std::string file_;
    bool terminal_;
    Nanoseconds started_;
    std::mutex mutex_;
    Nanoseconds drawn_{0};
    std::uint64_t first_ = 0;  // bytes at the first call: those before were not transferred now
    bool shown_ = false;
};

// What a licence asks, before the bytes are here.
void tell_licence(const Common& common, const catalog::Known& model) {
    if (model.licence && model.licence->kind != catalog::LicenceClass::Permissive) {
        tell(common,
             model.licence->kind == catalog::LicenceClass::Restricted
                 ? say::licence_is_restricted
                 : say::licence_is_non_commercial,
             {{"licence", model.licence->name}, {"conditions", model.licence->conditions}});
    }
    if (model.successor) {
        tell(common, say::has_successor, {{"successor", model.successor->value}});
    }
}

catalog::PullEvents events_for(const Common& common, TransferLine& line, const std::string& file) {
    catalog::PullEvents events;
    events.on_judged = [&common, file](const catalog::RemoteHeader& read) {
        tell(common,
             say::pull_header_in_order,
             {{"file", file},
              {"bytes", report::bytes(common.language, read.header.file_bytes)},
              {"architecture", read.header.architecture()},
              {"type", read.header.main_type()}});
    };
    events.on_not_judged = [&common] { tell(common, say::pull_not_judged); };
    events.on_resumed = [&common](std::uint64_t have) {
        tell(common, say::pull_going_on, {{"bytes", report::bytes(common.language, have)}});
    };
    events.on_progress = [&line](std::uint64_t done, std::uint64_t total) {
        line.show(done, total);
    };
    events.on_retry = [&common, &line](const Error& why, int) {
        line.clear();
        tell(common, say::pull_trying_again, {{"reason", report::explain(common.language, why)}});
    };
    return events;
}

int report_pulled(const Common& common,
                  const catalog::Pulled& pulled,
                  const std::string& name,
                  const catalog::KnownFile& file) {
    if (common.json) {
        print(report::pulled_json(pulled, name) + "\n");
    }
    if (pulled.interrupted) {
        tell(common, say::pull_stopped, {{"file", file.file}});
        return k_interrupted;
    }
    if (!common.json) {
        print(report::pulled_text(common.language, pulled, name));
    }
    return 0;
}

}  // namespace

int pull_model(const Common& common, const ModelsArguments& arguments, const World& world) {
    const catalog::Wanted want = catalog::wanted(arguments.model);
    const catalog::Known* known = catalog::catalogue().find(want.name);
    if (known == nullptr) {
        const auto near = nearest(want.name, catalog::catalogue().names());
        return fail(common,
                    Error(catalog::codes::no_such_model,
                          {{"model", want.name}, {"near", near.value_or("-")}}));
    }
    const catalog::KnownFile* file =
        want.quantisation.empty() ? known->recommended() : known->file_of(want.quantisation);
    if (file == nullptr && want.quantisation.empty()) {
        return fail(
            common,
            Error(catalog::codes::not_on_hub, {{"model", known->name}, {"repository", "-"}}));
    }
    if (file == nullptr) {
        return fail(common,
                    Error(catalog::codes::unknown_quantisation,
                          {{"model", known->name},
                           {"quantisation", want.quantisation},
                           {"known", catalog::quantisations_of(*known)}}));
    }
    tell_licence(common, *known);
    TransferLine line(common, world.clock, file->file);
    catalog::PullOptions options;
    options.models_dir = common.models_dir;
    options.hub = catalog::hub_address();
    options.interrupted = &world.interrupted;
    options.events = events_for(common, line, file->file);
    tell(common, say::pull_looking, {{"file", file->file}, {"host", options.hub}});
    const auto pulled = catalog::pull(*known, *file, options);
    line.clear();
    if (!pulled) {
        return fail(common, pulled.error());
    }
    const std::string name =
        want.quantisation.empty() ? known->name : known->name + ":" + to_lower(file->quantisation);
    return report_pulled(common, *pulled, name, *file);
}

int import_model(const Common& common, const ModelsArguments& arguments, const World& world) {
    TransferLine line(
        common, world.clock, std::filesystem::path(arguments.model).filename().string());
    catalog::ImportOptions options;
    options.models_dir = common.models_dir;
    options.name = arguments.name;
    options.link = arguments.link;
    options.interrupted = &world.interrupted;
    options.on_progress = [&](std::uint64_t done, std::uint64_t total) { line.show(done, total); };
    const auto imported = catalog::import_model(arguments.model, options);
    line.clear();
    if (!imported) {
        return fail(common, imported.error());
    }
    if (imported->interrupted) {
        tell(common, say::import_stopped);
        return k_interrupted;
    }
    const catalog::Entry& entry = imported->entry;
    const std::string path = (std::filesystem::path(common.models_dir) / entry.file).string();
    print(common.json ? report::imported_json(entry) + "\n"
                      : report::imported_text(common.language, entry, path));
    return 0;
}

int remove_model(const Common& common, const ModelsArguments& arguments) {
    const auto removed = catalog::remove_model(arguments.model, common.models_dir);
    if (!removed) {
        return fail(common, removed.error());
    }
    print(common.json ? report::removed_json(*removed) + "\n"
                      : report::removed_text(common.language, *removed));
    return 0;
}

}  // namespace palier::cli
