#include "engine/baseline/baseline.h"

#include "base/clock.h"
#include "core/calibration.h"
#include "engine/codes.h"
#include "engine/instant_engine.h"
#include "learn/codes.h"
#include "learn/learned.h"
#include "lib/hash/sha256.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>

namespace palier::engine::baseline {
namespace {

// Raised when the same bytes would give other scores.
constexpr const char* k_build = "baseline 1";

class BaselineEngine final : public InstantEngine {
   public:
    BaselineEngine(learn::Learned learned, const std::string& identity, const OpenSpec& spec)
        : learned_(std::move(learned)) {
        facts_.engine = "baseline";
        facts_.build = k_build;
        facts_.model = spec.name.empty() ? std::string(learn::name_of(learned_)) : spec.name;
        facts_.model_identity = identity;
        facts_.capabilities = {Capability::Score};
        facts_.chat_template = "none";
        facts_.notes = {{"learned", std::string(learn::name_of(learned_))},
                        {"learned_from", std::to_string(learned_.examples)}};
    }
    ~BaselineEngine() override { leave(); }

    [[nodiscard]] const Facts& facts() const override { return facts_; }

   private:
    Result<std::string> render(const Request&) override {
        return Error(engine::codes::baseline_has_no_prompts, {{"model", facts_.model}});
    }

    std::variant<Response, Failed> answer(const Request& request, std::size_t batch) override {
        const Nanoseconds began = clock_.now();
        const std::vector<double> log_p =
            core::log_softmax(learned_.scores(learn::text_of(request.input, request.context)));
        Response response;
        for (const std::string& label : request.labels) {
            const auto known = std::ranges::find(learned_.labels, label);
            if (known == learned_.labels.end()) {
                return Failed{FailureKind::Rejected, "it never learned the label " + label, 0};
            }
            response.scores.push_back(
                {log_p[static_cast<std::size_t>(known - learned_.labels.begin())], 1});
        }
        response.prompt_tokens = 0;
        response.cached_tokens = 0;
        response.output_tokens = 0;
        response.total_ms = std::chrono::duration<double, std::milli>(clock_.now() - began).count();
        response.ttft_ms = response.total_ms;
        response.alone = batch == 1;
        return response;
    }

    const learn::Learned learned_;
    Facts facts_;
    SystemClock clock_;
};

std::uint64_t held_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

}  // namespace

Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) {
    auto learned = learn::learned_of(*spec.learned, spec.name);
    PALIER_TRY(learned);
    if (learned->head() != nullptr) {
        return Error(learn::codes::not_learned,
                     {{"path", spec.name}, {"why", "it is a head, which needs its model"}});
    }
    return std::unique_ptr<Engine>(std::make_unique<BaselineEngine>(
        std::move(*learned), hash::sha256_hex(*spec.learned), spec));
}

Result<std::unique_ptr<Engine>> WithBaselines::open(const OpenSpec& spec) {
    return spec.learned ? baseline::open(spec) : rest_.open(spec);
}

Result<std::optional<std::uint64_t>> WithBaselines::peak_memory(
    const OpenSpec& spec, const std::vector<Request>& sample) {
    if (!spec.learned) {
        return rest_.peak_memory(spec, sample);
    }
    const std::uint64_t before = held_bytes();
    auto engine = baseline::open(spec);
    PALIER_TRY(engine);
    const auto client = (*engine)->open_client();
    PALIER_TRY(client->post(sample));
    const std::vector<Event> events = client->wait(Nanoseconds{0});
    const std::uint64_t after = held_bytes();
    return after > before ? std::optional(after - before) : std::nullopt;
}

}  // namespace palier::engine::baseline
