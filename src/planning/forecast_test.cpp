#include "planning/forecast.h"

#include "catalog/codes.h"
#include "engine/fake/small_file.h"
#include "planning/memos.h"
#include "planning/test_planning.h"

#include <doctest/doctest.h>

namespace palier::planning {
namespace {

struct Desk : PlanDesk {
    engine::OpenSpec spec;
    [[nodiscard]] Forecaster forecaster(bool with_workshop = true) {
        return {with_workshop ? &workshop : nullptr,
                world.store.get(),
                host,
                options.models_dir,
                spec,
                100,
                0,
                {}};
    }
    [[nodiscard]] Forecast of(const std::string& bytes,
                              const std::string& sha256 = "",
                              bool with_workshop = true) {
        const std::string path = world.folder.file("model.gguf");
        store_sqlite::write_bytes(path, bytes);
        const auto made = forecaster(with_workshop).of_file(path, sha256);
        REQUIRE(made);
        return *made;
    }
};

}  // namespace

TEST_CASE("a file gives memory, speed, size and context") {
    Desk desk;
    const Forecast made = desk.of(small_chat_model());
    CHECK(made.parameters == 64 * 8);
    CHECK(made.context_tokens == 4096);
    CHECK(made.has_template);
    REQUIRE(made.memory_bytes);
    CHECK(made.memory_bytes->basis == Basis::File);
    REQUIRE(made.breakdown);
    CHECK(made.memory_bytes->value == static_cast<double>(made.breakdown->ram()));
    REQUIRE(made.speed);
    CHECK(made.speed->prefill_tokens_per_s > made.speed->decode_tokens_per_s);
    CHECK_FALSE(desk.of(engine::fake::SmallFile().bytes()).has_template);
}

TEST_CASE("no more context is reckoned with than a model was trained on") {
    Desk desk;
    const double usual = desk.of(small_chat_model()).memory_bytes->value;
    desk.spec.context_tokens = 1'000'000;
    CHECK(desk.of(small_chat_model()).memory_bytes->value == usual);
    desk.spec.context_tokens = 512;
    CHECK(desk.of(small_chat_model()).memory_bytes->value < usual);
}

TEST_CASE("what cannot be estimated is withheld with its reason") {
    Desk desk;
    CHECK(desk.of("no model").withheld);
    CHECK(desk.of("no model").unreadable);
    const Forecast future = desk.of(engine::fake::SmallFile("from-the-future").bytes());
    CHECK(future.withheld->code == catalog::codes::unknown_architecture);
    CHECK_FALSE(future.unreadable);
    CHECK_FALSE(future.memory_bytes);
    CHECK_FALSE(future.speed);
    const Forecast alone = desk.of(small_chat_model(), "", false);
    CHECK_FALSE(alone.memory_bytes);
    CHECK_FALSE(alone.withheld);
}

TEST_CASE("measurements are of this file, context and machine, in either form of the weights") {
    Desk desk;
    const std::string machine = machine_name(desk.host, 0);
    desk.measured(memory_memo("abc", desk.spec, machine), "1000");
    CHECK(desk.of(small_chat_model(), "abc").memory_bytes == Expected{1000, Basis::Measured});
    CHECK(desk.of(small_chat_model(), "abd").memory_bytes->basis == Basis::File);
    desk.spec.context_tokens = 512;
    CHECK(desk.of(small_chat_model(), "abc").memory_bytes->basis == Basis::File);
    desk.spec.context_tokens = 4096;
    desk.host.cores = 8;
    CHECK(desk.of(small_chat_model(), "abc").memory_bytes->basis == Basis::File);
    desk.host.cores = 4;
    // A climb that converts the weights measures them so.
    engine::OpenSpec converted = desk.spec;
    converted.weights = "bf16-copy";
    desk.measured(memory_memo("abc", converted, machine), "2000");
    CHECK(desk.of(small_chat_model(), "abc").memory_bytes == Expected{2000, Basis::Measured});
}

TEST_CASE("a speed measured without generating keeps the estimate of generating") {
    Desk desk;
    const std::string machine = machine_name(desk.host, 0);
    const double decode = desk.of(small_chat_model()).speed->decode_tokens_per_s;
    desk.measured(speed_memo("abc", machine), "50 0");
    const auto speed = desk.of(small_chat_model(), "abc").speed;
    REQUIRE(speed);
    CHECK(speed->basis == Basis::Measured);
    CHECK(speed->prefill_tokens_per_s == 50);
    CHECK(speed->decode_tokens_per_s == decode);
}

TEST_CASE("facts of another make are no measurements") {
    Desk desk;
    const std::string machine = machine_name(desk.host, 0);
    for (const char* text : {"", "fast", "-5 3", "0 0", "5", "\xff\xfe"}) {
        INFO(text);
        desk.measured(speed_memo(text + std::string("s"), machine), text);
        desk.measured(memory_memo(text + std::string("m"), desk.spec, machine), text);
        CHECK(desk.of(small_chat_model(), text + std::string("s")).speed->basis == Basis::File);
    }
    desk.measured(memory_memo("abc", desk.spec, machine), "lots");
    CHECK(desk.of(small_chat_model(), "abc").memory_bytes->basis == Basis::File);
}

TEST_CASE("a model of the catalogue is estimated without its file, with the bytes of its file") {
    Desk desk;
    const catalog::Known& model = *catalog::catalogue().find("qwen3-1.7b");
    const auto made = desk.forecaster().of_known(model, *model.file_of("Q4_K_M"));
    REQUIRE(made);
    REQUIRE(made->memory_bytes);
    CHECK(made->memory_bytes->basis == Basis::Catalogue);
    CHECK(made->memory_bytes->value > static_cast<double>(*model.file_of("Q4_K_M")->bytes));
    CHECK(made->speed->basis == Basis::Catalogue);
    CHECK(made->parameters == model.parameters->value);
    CHECK(made->context_tokens == model.context->value);
}

TEST_CASE("times of a request follow from its speed") {
    const ExpectedSpeed speed{100, 10, Basis::File};
    CHECK(speed.ttft_ms(50) == 500);
    CHECK(speed.total_ms(50, 0) == 500);
    CHECK(speed.total_ms(50, 11) == 1500);
    CHECK(name_of(speed.basis) == "file");
}

}  // namespace palier::planning
