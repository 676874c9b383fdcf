#include "engine/embed.h"

#include "engine/refusal.h"

namespace palier::engine {
namespace {

class RefusingEmbedder final : public Embedder {
   public:
    explicit RefusingEmbedder(const Facts& facts) : engine_(facts.engine) {}

    Result<std::vector<Vector>> embed(const std::vector<std::string>&) override {
        return cannot(engine_, Capability::SentenceEmbeddings);
    }

   private:
    std::string engine_;
};

}  // namespace

Engine::~Engine() = default;

std::unique_ptr<Embedder> Engine::open_embedder() {
    return std::make_unique<RefusingEmbedder>(facts());
}

}  // namespace palier::engine
