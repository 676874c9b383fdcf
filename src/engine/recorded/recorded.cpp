#include "engine/recorded/recorded.h"

#include "engine/codes.h"
#include "engine/instant_engine.h"
#include "engine/recorded/answers.h"

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

class RecordedEngine final : public InstantEngine {
   public:
    RecordedEngine(Answers answers, const OpenSpec& spec)
        : answers_(std::move(answers)),
          facts_(figures_of_header(answers_, spec)),
          path_(spec.path) {}
    ~RecordedEngine() override { leave(); }

    [[nodiscard]] const Facts& facts() const override { return facts_; }

   private:
    Result<std::string> render(const Request&) override {
        return Error(engine::codes::recording_has_no_prompts, {{"path", path_}});
    }

    std::variant<Response, Failed> answer(const Request& request, std::size_t) override {
        const std::optional<Answers::Found> found = answers_.find(request.input, request.context);
        if (!found) {
            return Failed{FailureKind::NotRecorded, "no answer is recorded for this case", 0};
        }
        if (found->failed) {
            return Failed{*found->failed, "the model failed when it was recorded", 0};
        }
        Response response;
        response.text = found->text;
        response.prompt_tokens = found->prompt_tokens;
        response.output_tokens = found->output_tokens;
        response.finish = found->cut_at_limit ? Finish::Length : Finish::End;
        return response;
    }

    const Answers answers_;
    const Facts facts_;
    const std::string path_;
};

}  // namespace

Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) {
    Result<Answers> answers = Answers::load(spec.path);
    PALIER_TRY(answers);
    return std::unique_ptr<Engine>(std::make_unique<RecordedEngine>(std::move(*answers), spec));
}

}  // namespace palier::engine::recorded
