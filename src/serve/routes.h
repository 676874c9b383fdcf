// Routes: what is answered at which path. Knows no sockets: exchange.h is its door.
#pragma once

#include "base/clock.h"
#include "base/rng.h"
#include "report/messages.h"
#include "serve/exchange.h"
#include "serve/key.h"
#include "serve/line.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace palier::serve {

// Not thread-safe: the server's thread alone.
class Routes {
   public:
    // Borrows the clock. `seed`: of the answers' ids. Without a key everybody is answered.
    Routes(report::Language language,
           std::optional<Key> key,
           const Clock& clock,
           std::uint64_t seed);

    // See Handle. GET /health, /v1/models, /v1/models/NAME, and POST /v1/chat/completions; /health
    // needs no key.
    std::function<void()> handle(const HttpRequest& request, const std::shared_ptr<Reply>& reply);

    // From now on the line's model is served. Until then /health says "loading".
    void open(std::unique_ptr<Line> line);
    // Something was said to the line's requests.
    void take();
    // No new question is taken.
    void begin_end() { ending_ = true; }
    // Every answer under way ends, as cut.
    void cut();
    // Nothing of a model is left here.
    void close() { line_.reset(); }

   private:
    struct Talk;  // a request under way, and how far its answer is

    [[nodiscard]] HttpAnswer refused(const Refusal& refusal) const;
    [[nodiscard]] std::optional<Refusal> refusal_of(const HttpRequest& request) const;
    [[nodiscard]] std::optional<HttpAnswer> answer_at_once(const HttpRequest& request) const;
    [[nodiscard]] HttpAnswer health() const;
    [[nodiscard]] std::string model_object() const;
    std::function<void()> complete(const HttpRequest& request, const std::shared_ptr<Reply>& reply);
    void hear(Talk& talk, const Said& said);
    void end_with(Talk& talk, const Refusal& refusal);
    [[nodiscard]] Stamp stamp_of(const std::string& model);

    report::Language language_;
    std::optional<Key> key_;
    const Clock& clock_;
    Rng rng_;
    std::int64_t started_;
    bool ending_ = false;
    std::unique_ptr<Line> line_;                            // null: still loading
    std::map<std::uint64_t, std::shared_ptr<Talk>> talks_;  // by ticket
};

}  // namespace palier::serve
