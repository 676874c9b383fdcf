#include "engine/baseline/baseline.h"

#include "base/clock.h"
#include "core/calibration.h"
#include "engine/codes.h"
#include "engine/refusal.h"
#include "engine/shared_engine.h"
#include "learn/codes.h"
#include "learn/learned.h"
#include "lib/hash/sha256.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <mutex>

namespace palier::engine::baseline {
namespace {

// Raised when the same bytes would give other scores.
constexpr const char* k_build = "baseline 1";

class BaselineEngine final : public SharedEngine {
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
    [[nodiscard]] Counters counters() const override { return {}; }  // no tokens

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
        const Nanoseconds began = clock_.now();
        Serial serial = *first;
        for (const Request& request : batch) {
            answer(serial++, request, began, batch.size() == 1);
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
        return Error(engine::codes::baseline_has_no_prompts, {{"model", facts_.model}});
    }

    void answer(Serial serial, const Request& request, Nanoseconds began, bool alone) {
        if (std::optional<Failed> refused = refusal_of(request, facts_)) {
            mail_.end(serial, std::move(*refused));
            return;
        }
        const std::string text =
            request.context.empty() ? request.input : request.context + "\n" + request.input;
        const std::vector<double> log_p = core::log_softmax(learned_.scores(text));
        Response response;
        for (const std::string& label : request.labels) {
            const auto known = std::ranges::find(learned_.labels, label);
            if (known == learned_.labels.end()) {
                mail_.end(serial,
                          Failed{FailureKind::Rejected, "it never learned the label " + label, 0});
                return;
            }
            response.scores.push_back(
                {log_p[static_cast<std::size_t>(known - learned_.labels.begin())], 1});
        }
        response.prompt_tokens = 0;
        response.cached_tokens = 0;
        response.output_tokens = 0;
        response.total_ms = std::chrono::duration<double, std::milli>(clock_.now() - began).count();
        response.ttft_ms = response.total_ms;
        response.alone = alone;
        mail_.end(serial, std::move(response));
    }

    const learn::Learned learned_;
    Facts facts_;
    SystemClock clock_;
    std::mutex mutex_;
    Mailboxes mail_;
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
