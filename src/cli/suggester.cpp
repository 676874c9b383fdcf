#include "cli/suggester.h"

#include "answer/json_answer.h"
#include "answer/label.h"
#include "answer/words.h"
#include "catalog/catalog.h"
#include "system/prompt.h"

#include <chrono>

namespace palier::cli {
namespace {

constexpr std::chrono::seconds k_patience{120};

}  // namespace

Suggester::Suggester(core::Job job, std::string name, std::unique_ptr<engine::Engine> engine)
    : job_(std::move(job)),
      name_(std::move(name)),
      engine_(std::move(engine)),
      client_(engine_->open_client()) {
    recipe_.max_tokens = system::max_tokens_for(job_);
    if (job_.task == core::Task::Classify && engine_->facts().can(engine::Capability::Score)) {
        recipe_.rung = core::Rung::Structured;
        recipe_.decide = core::Decide::Score;
    }
}

Result<Suggester> Suggester::open(const std::string& model,
                                  const core::Job& job,
                                  const std::string& models_dir,
                                  engine::Engines& engines) {
    auto found = catalog::find_model(model, models_dir);
    PALIER_TRY(found);
    engine::OpenSpec spec;
    spec.path = found->path;
    spec.name = found->name;
    spec.file_sha256 = found->sha256;
    spec.sequences = 1;
    auto engine = engines.open(spec);
    PALIER_TRY(engine);
    return Suggester(job, found->name, std::move(*engine));
}

Result<std::string> Suggester::answer_to(const core::Case& item) {
    engine::Request request = system::request_for(job_, recipe_, item);
    request.id = next_id_++;
    request.timeout = k_patience;
    request.priority = engine::Priority::Interactive;
    PALIER_TRY(client_->post({request}));
    for (;;) {
        const auto events = client_->wait(k_patience);
        if (events.empty()) {
            return Error(2725, {{"model", name_}, {"why", "120 s"}});
        }
        for (const engine::Event& event : events) {
            if (event.id != request.id) {
                continue;
            }
            if (const auto* failed = std::get_if<engine::Failed>(&event.what)) {
                return Error(2725, {{"model", name_}, {"why", failed->detail}});
            }
            const auto* response = std::get_if<engine::Response>(&event.what);
            if (response == nullptr) {
                continue;
            }
            const std::string raw = system::raw_answer(*response, recipe_.decide);
            const std::string text =
                system::final_answer(job_, recipe_, raw, {}).value_or(std::string());
            if (job_.task == core::Task::Extract) {
                const auto found = answer::json_of(text);
                return found.found == answer::JsonFound::Nothing ? "" : json::write(found.value);
            }
            if (job_.task == core::Task::Classify) {
                return answer::label_of(text, job_.labels).label.value_or("");
            }
            return std::string(answer::trimmed(answer::without_thinking(text)));
        }
    }
}

}  // namespace palier::cli
