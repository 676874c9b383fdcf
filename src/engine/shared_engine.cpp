#include "engine/shared_engine.h"

#include "base/check.h"
#include "engine/codes.h"
#include "engine/refusal.h"

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace palier::engine {

// Between an engine and its clients. Calls hold the lock shared, so that the engine cannot go while
// one is in it.
struct SharedEngine::Link {
    std::shared_mutex mutex;
    std::atomic<bool> leaving{false};  // asked first: a writer must not wait behind new readers
    SharedEngine* engine = nullptr;    // null: gone
};

class SharedEngine::BoxClient final : public Client {
   public:
    BoxClient(std::shared_ptr<Link> link, Box box, Facts facts)
        : link_(std::move(link)), box_(box), facts_(std::move(facts)) {}
    ~BoxClient() override {
        static_cast<void>(with_engine(false, [this](SharedEngine& engine) {
            engine.close_box(box_);
            return true;
        }));
    }
    BoxClient(const BoxClient&) = delete;
    BoxClient& operator=(const BoxClient&) = delete;

    const Facts& facts() const override { return facts_; }
    Result<void> post(std::vector<Request> batch) override {
        return with_engine(Result<void>(Error(codes::closed)), [&](SharedEngine& engine) {
            return engine.post(box_, std::move(batch));
        });
    }
    std::vector<Event> wait(Nanoseconds patience) override {
        return with_engine(std::vector<Event>{},
                           [&](SharedEngine& engine) { return engine.wait(box_, patience); });
    }
    void cancel(std::uint64_t id) override {
        static_cast<void>(with_engine(false, [&](SharedEngine& engine) {
            engine.cancel(box_, id);
            return true;
        }));
    }
    Result<std::string> render(const Request& request) override {
        if (const std::optional<Failed> refused = refusal_of(request, facts_);
            refused && refused->missing) {
            return cannot(facts_.engine, *refused->missing);
        }
        return with_engine(Result<std::string>(Error(codes::closed)),
                           [&](SharedEngine& engine) { return engine.render(request); });
    }
    std::vector<std::pair<std::string, std::string>> learned() override {
        return with_engine(std::vector<std::pair<std::string, std::string>>{},
                           [](SharedEngine& engine) { return engine.learned(); });
    }

   private:
    template <typename Answer, typename Call>
    Answer with_engine(Answer when_gone, const Call& call) {
        if (link_->leaving) {
            return when_gone;
        }
        const std::shared_lock lock(link_->mutex);
        return link_->engine != nullptr ? call(*link_->engine) : std::move(when_gone);
    }

    const std::shared_ptr<Link> link_;
    const Box box_;
    const Facts facts_;
};

SharedEngine::SharedEngine() : link_(std::make_shared<Link>()) {
    link_->engine = this;
}

SharedEngine::~SharedEngine() {
    PALIER_CHECK(link_->engine == nullptr || link_.use_count() == 1,
                 "an adapter's destructor begins with leave()");
}

std::unique_ptr<Client> SharedEngine::open_client() {
    return std::make_unique<BoxClient>(link_, open_box(), facts());
}

void SharedEngine::leave() {
    link_->leaving = true;
    wake();
    const std::unique_lock lock(link_->mutex);
    link_->engine = nullptr;
}

}  // namespace palier::engine
