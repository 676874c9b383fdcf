#include "engine/recorded/recorded.h"

#include "engine/codes.h"
#include "engine/recorded/answers.h"
#include "engine/refusal.h"
#include "engine/shared_engine.h"

#include <mutex>

namespace palier::engine::recorded {
namespace {

Facts figures_of_header(const Answers& answers, const OpenSpec& spec) {
    const Header& header = answers.header();
    Facts facts;
    facts.engine = "recorded";
    facts.build = "recorded " + std::to_string(header.version);
    facts.model = spec.name.empty() ? header.model : spec.name;
    facts.model_identity = answers.file_sha256();
    facts.has_latency = false;
    facts.recorded = true;
    facts.capabilities = {Capability::Generate};
    facts.chat_template = "recorded";
    facts.parameters = header.parameters.value_or(0);
    facts.notes = {{"recorded_model", header.model},
                   {"recorded_date", header.date},
                   {"recorded_settings", json::write(header.settings)},
                   {"recorded_answers", std::to_string(answers.size())}};
    return facts;
}

class RecordedEngine final : public SharedEngine {
   public:
    RecordedEngine(Answers answers, const OpenSpec& spec)
        : answers_(std::move(answers)),
          facts_(figures_of_header(answers_, spec)),
          path_(spec.path) {}

    ~RecordedEngine() override { leave(); }

    [[nodiscard]] const Facts& facts() const override { return facts_; }
    [[nodiscard]] Counters counters() const override { return {}; }  // nothing is computed

   private:
    Box open_box() override {
        const std::lock_guard lock(mutex_);
        return mail_.open();
    }

    void close_box(Box box) override {
        const std::lock_guard lock(mutex_);
        static_cast<void>(mail_.close(box));  // nothing is ever under way
    }

    Result<void> post(Box box, std::vector<Request> batch) override {
        const std::lock_guard lock(mutex_);
        const auto first = mail_.enter(box, batch);
        PALIER_TRY(first);
        Serial serial = *first;
        for (const Request& request : batch) {
            look_up(serial++, request);
        }
        return {};
    }

    // Every request has ended when post returns, so there is never anything to wait for.
    std::vector<Event> wait(Box box, Nanoseconds) override {
        const std::lock_guard lock(mutex_);
        return mail_.take(box);
    }

    void cancel(Box, std::uint64_t) override {}
    void wake() override {}

    Result<std::string> render(const Request&) override {
        return Error(engine::codes::recording_has_no_prompts, {{"path", path_}});
    }

    void look_up(Serial serial, const Request& request) {
        if (std::optional<Failed> refused = refusal_of(request, facts_)) {
            mail_.end(serial, std::move(*refused));
            return;
        }
        const std::optional<Answers::Found> found = answers_.find(request.input, request.context);
        if (!found) {
            mail_.end(serial,
                      Failed{FailureKind::NotRecorded, "no answer is recorded for this case", 0});
            return;
        }
        if (found->failed) {
            mail_.end(serial, Failed{*found->failed, "the model failed when it was recorded", 0});
            return;
        }
        Response response;
        response.text = found->text;
        response.prompt_tokens = found->prompt_tokens;
        response.output_tokens = found->output_tokens;
        response.finish = found->cut_at_limit ? Finish::Length : Finish::End;
        if (request.stream_tokens && !response.text.empty()) {
            mail_.say(serial, response.text);
        }
        mail_.end(serial, std::move(response));
    }

    const Answers answers_;
    const Facts facts_;
    const std::string path_;
    std::mutex mutex_;
    Mailboxes mail_;
};

}  // namespace

Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) {
    Result<Answers> answers = Answers::load(spec.path);
    PALIER_TRY(answers);
    return std::unique_ptr<Engine>(std::make_unique<RecordedEngine>(std::move(*answers), spec));
}

}  // namespace palier::engine::recorded
