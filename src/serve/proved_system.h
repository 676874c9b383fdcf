// ProvedSystem: a System of a run, served. The client sends what a case has as its input; prompt,
// examples and the reading of the answer are those that were proved.
#pragma once

#include "serve/served.h"
#include "system/system.h"

#include <map>
#include <string>

namespace palier::serve {

// Not thread-safe. An answer that cannot be used - no label, no JSON, cut off - is a refusal, never
// a text that looks like one.
class ProvedSystem final : public Served {
   public:
    ProvedSystem(std::string name, system::System system);

    [[nodiscard]] const std::string& name() const override { return name_; }
    // Whatever the recipe fixes may only be stated as the recipe has it.
    [[nodiscard]] Complaint refusal_of(const ChatRequest& request) const override;
    [[nodiscard]] Complaint ask(std::uint64_t ticket, const ChatRequest& request) override;
    void cancel(std::uint64_t ticket) override;
    [[nodiscard]] std::vector<Said> take() override;

   private:
    [[nodiscard]] std::variant<Completion, Refusal> read(const core::Answer& answer) const;

    std::string name_;
    system::System system_;
    std::map<std::uint64_t, std::uint64_t> tickets_;  // by the System's
};

}  // namespace palier::serve
