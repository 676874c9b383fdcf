#include "system/identity.h"

#include "core/system_fields.h"
#include "system/test_specs.h"

#include <doctest/doctest.h>

#include <concepts>
#include <set>
#include <string>
#include <type_traits>

namespace palier::system {
namespace {

// Changes the field number `target` of what describe() walks, those inside a Recipe and a Shot
// included, and counts them all.
class Changer {
   public:
    explicit Changer(int target) : target_(target) {}

    template <class T>
    Changer& operator()(const char* name, T& value) {
        if constexpr (std::same_as<T, core::Recipe>) {
            core::describe(*this, value);
        } else if (count_++ == target_) {
            changed_ = name;
            change(value);
        }
        return *this;
    }
    [[nodiscard]] int count() const { return count_; }
    [[nodiscard]] const std::string& changed() const { return changed_; }

   private:
    static void change(std::string& text) { text += "!"; }
    static void change(bool& value) { value = !value; }
    template <class T>
        requires std::integral<T> || std::floating_point<T>
    static void change(T& number) {
        number += 1;
    }
    template <class T>
        requires std::is_enum_v<T>
    static void change(T& word) {
        word = static_cast<T>(static_cast<int>(word) == 0 ? 1 : 0);
    }
    template <class T>
    static void change(std::vector<T>& list) {
        list.emplace_back();
    }

    int target_;
    int count_ = 0;
    std::string changed_;
};

core::SystemSpec full_spec() {
    core::Recipe recipe;
    recipe.shots = {{"a", "b"}};
    return spec_of(tickets(), recipe, some_facts());
}

}  // namespace

TEST_CASE("the hash of a System changes with every field of its spec") {
    const core::SystemSpec base = full_spec();
    std::set<std::string> hashes{hash_of(base)};
    Changer nothing(-1);
    core::SystemSpec walked = base;
    core::describe(nothing, walked);
    REQUIRE(nothing.count() == 32);
    for (int field = 0; field < nothing.count(); ++field) {
        core::SystemSpec changed = base;
        Changer changer(field);
        core::describe(changer, changed);
        CAPTURE(changer.changed());
        CHECK_FALSE(changed == base);
        CHECK(hashes.insert(hash_of(changed)).second);
    }
}

TEST_CASE("fields do not run into each other") {
    core::SystemSpec one = full_spec();
    core::SystemSpec other = one;
    one.labels = {"a", "b"};
    other.labels = {"a"};
    other.schema = "b";
    CHECK(hash_of(one) != hash_of(other));
    one = other = full_spec();
    one.recipe.shots = {{"ab", "c"}};
    other.recipe.shots = {{"a", "bc"}};
    CHECK(hash_of(one) != hash_of(other));
}

TEST_CASE("recipes that only read an answer differently share the key of the question") {
    core::Recipe sum;
    sum.rung = core::Rung::Structured;
    sum.decide = core::Decide::Score;
    core::Recipe mean = sum;
    mean.norm = core::LabelNorm::Mean;
    const auto key = [](const core::Recipe& recipe, const core::Input& input) {
        return RequestKeys(spec_of(tickets(), recipe, some_facts())).of(input);
    };
    CHECK(key(sum, {"x", ""}) == key(mean, {"x", ""}));
    CHECK(key(sum, {"x", ""}) != key(sum, {"y", ""}));
    CHECK(key(sum, {"x", ""}) != key(sum, {"x", "a context"}));
    core::Recipe generating;
    CHECK(key(sum, {"x", ""}) != key(generating, {"x", ""}));
    core::Recipe longer = generating;
    longer.max_tokens += 1;
    CHECK(key(generating, {"x", ""}) != key(longer, {"x", ""}));
}

TEST_CASE("a constrained extraction is held to the schema of its job") {
    core::Job job = tickets();
    job.task = core::Task::Extract;
    job.labels.clear();
    job.schema = R"({"type": "object"})";
    core::Recipe recipe;
    CHECK(request_for(spec_of(job, recipe, some_facts()), {"x", ""}).constraint ==
          engine::Constraint{});
    recipe.constrained = true;
    const engine::Request request = request_for(spec_of(job, recipe, some_facts()), {"x", ""});
    CHECK(request.constraint ==
          engine::Constraint{engine::Constraint::Kind::Schema, R"({"type": "object"})"});
    CHECK(request.labels.empty());
}

TEST_CASE(
    "whether to think and how long an answer may be are part of the System and its questions") {
    const auto spec = [](std::optional<bool> thinking, std::optional<int> max_tokens) {
        core::ModelSpec model;
        model.thinking = thinking;
        model.max_tokens = max_tokens;
        return spec_of(tickets(), {}, some_facts(), model);
    };
    const core::SystemSpec plain = spec({}, {});
    const core::SystemSpec off = spec(false, {});
    const core::SystemSpec on = spec(true, {});
    CHECK(hash_of(plain) == hash_of(spec_of(tickets(), {}, some_facts())));
    CHECK(hash_of(off) != hash_of(plain));
    CHECK(hash_of(off) != hash_of(on));
    CHECK(RequestKeys(off).of({"x", ""}) != RequestKeys(plain).of({"x", ""}));
    CHECK_FALSE(request_for(plain, {"x", ""}).sampling.thinking);
    CHECK(request_for(off, {"x", ""}).sampling.thinking == false);
    CHECK(request_for(on, {"x", ""}).sampling.thinking == true);
    CHECK(on.recipe.max_tokens == plain.recipe.max_tokens + 2048);
    CHECK(spec(true, 300).recipe.max_tokens == 300);
    CHECK(request_for(spec({}, 300), {"x", ""}).sampling.max_tokens == 300);
}

TEST_CASE("a decision is another System than a chat, and asks with the instructions alone") {
    core::ModelSpec model;
    core::Recipe recipe;
    recipe.rung = core::Rung::Structured;
    recipe.decide = core::Decide::Score;
    const core::SystemSpec chat = spec_of(tickets(), recipe, some_facts(), model);
    CHECK(chat.engine_options == spec_of(tickets(), recipe, some_facts()).engine_options);
    model.api = core::Api::Decisions;
    const core::SystemSpec decision = spec_of(tickets(), recipe, some_facts(), model);
    CHECK(hash_of(decision) != hash_of(chat));
    CHECK(RequestKeys(decision).of({"x", ""}) != RequestKeys(chat).of({"x", ""}));
    const engine::Request request = request_for(decision, {"where is it?", "since 2019"});
    CHECK(request.kind == engine::Kind::Score);
    CHECK(request.labels == tickets().labels);
    REQUIRE(request.messages.size() == 2);
    CHECK(request.messages[0].content == "Route the ticket.");
    CHECK(request.messages[1].content == "Context:\nsince 2019\n\nInput:\nwhere is it?");
    CHECK(request_for(chat, {"x", ""}).messages[0].content.find("exactly one") !=
          std::string::npos);
}

TEST_CASE("a context that was raised asks again what did not fit") {
    engine::Facts larger = some_facts();
    larger.context_tokens *= 2;
    CHECK(RequestKeys(spec_of(tickets(), {}, some_facts())).of({"x", ""}) !=
          RequestKeys(spec_of(tickets(), {}, larger)).of({"x", ""}));
}

}  // namespace palier::system
