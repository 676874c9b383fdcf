// Judge: a model that says of the answers of a run, rule by rule, whether they keep it. Each rule
// is a System of its own, asked through system::System like all others; what it says is in the
// store as soon as it is said, by the content of the question, and is not asked twice.
#pragma once

#include "base/result.h"
#include "core/job.h"
#include "core/judged.h"
#include "engine/engine.h"
#include "run/rated_answers.h"
#include "store/store.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace palier::run {

// What judging took in one session.
struct JudgeWork {
    std::int64_t requests = 0, prompt_tokens = 0, output_tokens = 0;
    std::optional<double> cost;  // absent without a price; in its currency
    bool interrupted = false;
};

class Judge {
   public:
    // A model on this machine or an endpoint. Every rule is yes or no: scored where the engine can,
    // else written and read. `job`: of the run; its privacy, language, instructions and context
    // hold. `threads`: of the embedded engine; 0 = it chooses. Errors: 2733 the judge may not see
    // the data, 2122, those of catalog and engine.
    static Result<std::unique_ptr<Judge>> open(const core::ModelSpec& model,
                                               const std::vector<std::string>& rules,
                                               const core::Job& job,
                                               const std::string& models_dir,
                                               int threads,
                                               engine::Engines& engines);

    [[nodiscard]] const core::JudgeIdentity& identity() const { return identity_; }

    // Questions that no session has answered yet.
    [[nodiscard]] Result<std::int64_t> left(const RunAnswers& answers, store::Store& store) const;
    // Asks what is left, and notes the judge with the run. `told` gets what is done and all of it.
    // What failed for want of time is asked again by the next session; other failures stay. Error
    // 4015 {model, detail}: it cannot be asked; what it has said is kept.
    [[nodiscard]] Result<JudgeWork> judge(
        const RunAnswers& answers,
        store::Store& store,
        std::int64_t run,
        const std::atomic<bool>& interrupted,
        const std::function<void(std::int64_t, std::int64_t)>& told);

   private:
    struct Question {
        std::size_t rule = 0;
        const core::Case* item = nullptr;
        const std::string* text = nullptr;
        std::string memo;
    };
    Judge(core::ModelSpec model, std::unique_ptr<engine::Engine> engine, const core::Job& job)
        : model_(std::move(model)),
          engine_(std::move(engine)),
          task_(job.instructions),
          french_(job.language == "fr") {}
    [[nodiscard]] Result<std::vector<Question>> open_questions(const RunAnswers& answers,
                                                               store::Store& store) const;
    [[nodiscard]] core::Input asked(const Question& question) const;
    Result<void> ask_batch(const std::vector<Question>& batch,
                           store::Store& store,
                           std::int64_t run,
                           const std::atomic<bool>& interrupted,
                           JudgeWork& work);

    core::ModelSpec model_;
    std::unique_ptr<engine::Engine> engine_;
    std::string task_;
    bool french_;
    core::JudgeIdentity identity_;
    std::vector<core::System> systems_;  // one a rule
};

// The last judge of a run; nullopt: there was none. Error 2730.
[[nodiscard]] Result<std::optional<core::JudgeIdentity>> kept_judge(store::Store& store,
                                                                    std::int64_t run);
// What a judge has said of the texts of a run, those on all of its rules.
[[nodiscard]] Result<core::JudgedTexts> kept_verdicts(const core::JudgeIdentity& judge,
                                                      const RunAnswers& answers,
                                                      store::Store& store);

}  // namespace palier::run
