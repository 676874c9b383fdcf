#include "engine/recorded/recorded.h"

#include "engine/recorded/answers.h"

#include <mutex>

namespace palier::engine::recorded {
namespace {

Facts facts_of(const Answers& answers, const OpenSpec& spec) {
    const Header& header = answers.header();
    Facts facts;
    facts.engine = "recorded";
    facts.build = "recorded " + std::to_string(k_version);
    facts.model = spec.name.empty() ? header.model : spec.name;
    facts.model_identity = answers.file_sha256();
    facts.has_latency = false;
    facts.recorded = true;
    facts.chat_template = "recorded";
    facts.parameters = header.parameters.value_or(0);
    facts.notes = {{"recorded_model", header.model},
                   {"recorded_date", header.date},
                   {"recorded_settings", json::write(header.settings)},
                   {"recorded_answers", std::to_string(answers.size())}};
    return facts;
}

class RecordedEngine final : public Engine {
   public:
    RecordedEngine(Answers answers, const OpenSpec& spec)
        : answers_(std::move(answers)), facts_(facts_of(answers_, spec)), path_(spec.path) {}

    [[nodiscard]] const Facts& facts() const override { return facts_; }
    [[nodiscard]] Counters counters() const override { return {}; }  // nothing is computed

    Result<void> post(std::vector<Request> batch) override {
        const std::lock_guard lock(mutex_);
        events_.reserve(events_.size() + batch.size());
        for (const Request& request : batch) {
            look_up(request);
        }
        return {};
    }

    // Every request has ended when post returns, so there is never anything to wait for.
    [[nodiscard]] std::vector<Event> wait(Nanoseconds) override {
        const std::lock_guard lock(mutex_);
        return std::exchange(events_, {});
    }

    void cancel(std::uint64_t) override {}

    [[nodiscard]] Result<std::string> render(const Request&) override {
        return Error(2607, {{"path", path_}});
    }

   private:
    void look_up(const Request& request) {
        if (request.kind == Kind::Score || !request.labels.empty()) {
            fail(request, FailureKind::Rejected, "recorded answers are not scored or constrained");
            return;
        }
        const std::optional<Answers::Found> found = answers_.find(request.input);
        if (!found) {
            fail(request, FailureKind::NotRecorded, "no answer is recorded for this input");
            return;
        }
        Response response;
        response.text = found->text;
        response.prompt_tokens = found->prompt_tokens;
        response.output_tokens = found->output_tokens;
        response.finish = found->cut_at_limit ? Finish::Length : Finish::End;
        if (request.stream_tokens && !response.text.empty()) {
            events_.push_back({request.id, Token{response.text}});
        }
        events_.push_back({request.id, std::move(response)});
    }

    void fail(const Request& request, FailureKind kind, std::string detail) {
        events_.push_back({request.id, Failed{kind, std::move(detail), 0}});
    }

    const Answers answers_;
    const Facts facts_;
    const std::string path_;
    std::mutex mutex_;
    std::vector<Event> events_;
};

}  // namespace

Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) {
    Result<Answers> answers = Answers::load(spec.path);
    PALIER_TRY(answers);
    return std::unique_ptr<Engine>(std::make_unique<RecordedEngine>(std::move(*answers), spec));
}

}  // namespace palier::engine::recorded
