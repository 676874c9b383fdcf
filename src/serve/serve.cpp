#include "serve/serve.h"

#include "report/phrases.h"
#include "run/to_serve.h"
#include "serve/http_server.h"
#include "serve/key.h"
#include "serve/line.h"
#include "serve/plain_model.h"
#include "serve/proved_system.h"
#include "serve/pumped_client.h"
#include "serve/routes.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>
#include <utility>

namespace palier::serve {
namespace {

namespace say = report::say;

constexpr int k_answered_at_once = 16;

std::uint64_t drawn_seed() {
    constexpr unsigned k_half = 32;
    std::random_device device;
    return (std::uint64_t{device()} << k_half) | device();
}

// What is served, before its model is there.
struct Plan {
    std::string name;
    engine::OpenSpec open;
    std::optional<run::ToServe> found;  // of a run
};

bool is_model_file(const std::string& what) {
    std::error_code failure;
    return what.ends_with(".gguf") || std::filesystem::is_regular_file(what, failure);
}

Error only_for(const char* option, const Wish& wish, int what) {
    return Error(say::option_of_other,
                 {{"option", option}, {"what", report::sentence(wish.language, what)}});
}

Result<Plan> plan_of_file(const Wish& wish) {
    if (!wish.system.empty()) {
        return only_for("system", wish, say::serve_only_run);
    }
    Plan plan;
    plan.name = std::filesystem::path(wish.what).stem().string();
    plan.open.path = wish.what;
    plan.open.name = plan.name;
    if (wish.context) {
        plan.open.context_tokens = static_cast<int>(*wish.context);
    }
    plan.open.threads = static_cast<int>(wish.threads.value_or(0));
    return plan;
}

Result<Plan> plan_of_run(const Wish& wish, const World& world) {
    if (wish.context || wish.threads) {
        return only_for(wish.context ? "context" : "threads", wish, say::serve_only_model);
    }
    const auto store = world.open_store();
    PALIER_TRY(store);
    auto found = run::system_to_serve(wish.what, wish.system, **store);
    PALIER_TRY(found);
    Plan plan;
    plan.name = found->system.id;
    plan.open = found->open;
    plan.found = std::move(*found);
    return plan;
}

// The model, and what answers by it: in this order, as it goes before the engine.
struct Loaded {
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Served> served;
};

// Error 1011 where the scores after an empty input are needed and cannot be had.
Result<std::unique_ptr<Served>> proved(const std::string& name,
                                       const run::ToServe& found,
                                       engine::Engine& engine,
                                       const World& world,
                                       const std::function<void()>& arrived) {
    auto parts = run::parts_of(found, engine);
    PALIER_TRY(parts);
    if (const auto note = run::difference(found, engine.facts())) {
        world.tell(note->code, note->args);
    }
    parts->client = std::make_unique<PumpedClient>(std::move(parts->client), arrived);
    system::System system(std::move(*parts));
    PALIER_TRY(run::complete(system));
    return std::unique_ptr<Served>(std::make_unique<ProvedSystem>(name, std::move(system)));
}

Result<Loaded> load(const Plan& plan,
                    const World& world,
                    const std::atomic<bool>& stopped,
                    const std::function<void()>& arrived) {
    engine::OpenSpec open = plan.open;
    open.sequences = k_answered_at_once;
    open.progress = [&stopped](double) { return !stopped.load(); };
    auto engine = world.engines.open(open);
    PALIER_TRY(engine);
    Loaded loaded{std::move(*engine), nullptr};
    if (const std::optional<run::ToServe>& found = plan.found) {
        auto served = proved(plan.name, *found, *loaded.engine, world, arrived);
        PALIER_TRY(served);
        loaded.served = std::move(*served);
    } else {
        loaded.served = std::make_unique<PlainModel>(
            plan.name,
            std::make_unique<PumpedClient>(loaded.engine->open_client(), arrived),
            drawn_seed());
    }
    return loaded;
}

class Service {
   public:
    Service(const Wish& wish, const World& world, Plan plan, std::optional<Key> key)
        : wish_(wish),
          world_(world),
          plan_(std::move(plan)),
          routes_(wish.language, std::move(key), world.clock, drawn_seed()) {}

    Result<bool> run() {
        auto server = HttpServer::listen(wish_.host, wish_.port, wish_.language);
        PALIER_TRY(server);
        server_ = std::move(*server);
        world_.tell(say::serve_loading, {{"url", server_->url()}, {"model", plan_.name}});
        server_->set_ending({[this] { begin_end(); },
                             [this] { routes_.cut(); },
                             std::chrono::seconds(wish_.grace_s)});
        server_->heed_signals();
        std::thread loader([this] {
            loaded_ = load(
                plan_, world_, stopped_, [this] { server_->post([this] { routes_.take(); }); });
            server_->post([this] { open(); });
        });
        server_->run([this](const HttpRequest& request, const std::shared_ptr<Reply>& reply) {
            return routes_.handle(request, reply);
        });
        stopped_ = true;
        loader.join();
        routes_.close();
        if (!loaded_ && !told_to_stop_) {
            return loaded_.error();
        }
        world_.tell(say::serve_ended, {});
        return opened_;
    }

   private:
    // The loader has ended. On the server's thread, as the next one.
    void open() {
        if (!loaded_) {
            load_failed_ = true;
            server_->end();
            return;
        }
        LineLimits limits;
        limits.running = k_answered_at_once;
        limits.waiting = wish_.waiting;
        routes_.open(std::make_unique<Line>(std::move(loaded_->served), limits, world_.clock));
        opened_ = true;
        if (!told_to_stop_) {
            world_.ready({server_->url(), plan_.name});
        }
    }

    void begin_end() {
        routes_.begin_end();
        stopped_ = true;
        // A model that did not load ends the service too.
        if (!load_failed_) {
            told_to_stop_ = true;
            world_.tell(say::serve_ending, {{"seconds", std::to_string(wish_.grace_s)}});
        }
    }

    const Wish& wish_;
    const World& world_;
    Plan plan_;
    std::atomic<bool> stopped_{false};
    bool opened_ = false, load_failed_ = false, told_to_stop_ = false;
    std::unique_ptr<HttpServer> server_;
    Result<Loaded> loaded_ = Loaded{};  // the loader's until it has posted open()
    Routes routes_;                     // goes before what it serves is closed
};

}  // namespace

Result<bool> serve(const Wish& wish, const World& world) {
    const char* variable = std::getenv("PALIER_API_KEY");
    auto key = read_key(wish.key_file, variable != nullptr ? variable : "");
    PALIER_TRY(key);
    if (!*key && !is_loopback(wish.host)) {
        return Error(say::public_without_key, {{"host", wish.host}});
    }
    auto plan = is_model_file(wish.what) ? plan_of_file(wish) : plan_of_run(wish, world);
    PALIER_TRY(plan);
    if (!wish.name.empty()) {
        plan->name = wish.name;
    }
    return Service(wish, world, std::move(*plan), std::move(*key)).run();
}

}  // namespace palier::serve
