// Suggester: a model's answer to a case, for a person to look at.
#pragma once

#include "base/result.h"
#include "core/case.h"
#include "core/job.h"
#include "engine/engine.h"
#include "system/system.h"

#include <memory>
#include <string>

namespace palier::cli {

// The engines outlive it.
class Suggester {
   public:
    // A model of the catalogue or a GGUF file, on this machine. Errors of catalog and engine.
    static Result<Suggester> open(const std::string& model,
                                  const core::Job& job,
                                  const std::string& models_dir,
                                  engine::Engines& engines);

    // A label of the job; JSON for extract; else text. "" where the model gave nothing usable.
    // Error 2725 {model, why} when it could not answer.
    [[nodiscard]] Result<std::string> answer_to(const core::Case& item);
    [[nodiscard]] const std::string& name() const { return name_; }

   private:
    Suggester(const core::Job& job, std::string name, std::unique_ptr<engine::Engine> engine);

    std::string name_;
    std::unique_ptr<engine::Engine> engine_;  // goes after the System that asks it
    system::System system_;
};

}  // namespace palier::cli
