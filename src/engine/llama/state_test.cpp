// Hidden states: what the engine gives is what llama.cpp itself calls the prompt's embedding,
// alone, in a batch and beside others.
#include "engine/contract/engine_contract.h"
#include "engine/llama/decoder.h"
#include "engine/llama/model.h"
#include "engine/llama/state_tap.h"
#include "engine/llama/test_asking.h"

#include <doctest/doctest.h>
#include <ggml.h>
#include <llama.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>

namespace palier::engine::llama {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = std::vector<float>;

double dot(std::span<const float> a, std::span<const float> b) {
    REQUIRE(a.size() == b.size());
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double cosine(std::span<const float> a, std::span<const float> b) {
    return dot(a, b) / std::sqrt(dot(a, a) * dot(b, b));
}

std::vector<Request> states(Priority priority) {
    std::vector<Request> batch;
    for (std::size_t i = 0; i < k_inputs.size(); ++i) {
        batch.push_back(state(i + 1, k_inputs[i], priority));
    }
    return batch;
}

// Each model on which states are tried, and how near the same state must come when other requests
// share its passes: quantised weights round activations, in rows of four.
struct Tried {
    OpenSpec spec;
    double cosine = 0;
};

std::vector<Tried> models() {
    std::vector<Tried> all{{spec_of(tiny_path()), 0.9999}};
    for (const std::string& file : {k_smol, k_qwen}) {
        if (const std::string path = real_model(file); !path.empty()) {
            all.push_back({spec_of(path), 0.999});
            all.back().spec.threads = 2;
            all.back().spec.file_sha256 = file;  // not worth reading it for
        }
    }
    return all;
}

// The states of sequences of tokens, by llama.cpp's own way, which makes every token an output.
std::vector<State> embeddings_of(llama_model* model, const std::vector<Tokens>& prompts) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 512;
    params.n_batch = 512;
    params.n_ubatch = 512;
    params.n_threads = 1;
    params.embeddings = true;
    params.pooling_type = LLAMA_POOLING_TYPE_NONE;
    const std::unique_ptr<llama_context, decltype(&llama_free)> context(
        llama_init_from_model(model, params), llama_free);
    REQUIRE(context);
    std::vector<State> all;
    for (Tokens prompt : prompts) {
        llama_memory_clear(llama_get_memory(context.get()), true);
        const auto size = static_cast<int>(prompt.size());
        REQUIRE(llama_decode(context.get(), llama_batch_get_one(prompt.data(), size)) == 0);
        const float* embedding = llama_get_embeddings_ith(context.get(), size - 1);
        REQUIRE(embedding != nullptr);
        all.emplace_back(embedding, embedding + llama_model_n_embd(model));
    }
    return all;
}

// One pass over all prompts, each a sequence. Every second wants a state; the others' rows are
// there all the same.
std::vector<State> tapped(Decoder& decoder, const std::vector<Tokens>& prompts) {
    std::vector<Entry> entries;
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        for (std::size_t at = 0; at < prompts[i].size(); ++at) {
            entries.push_back({prompts[i][at], static_cast<int>(at), {static_cast<int>(i)}});
        }
        entries.back().logits = true;
        entries.back().state = i % 2 == 1;
        ends.push_back(entries.size() - 1);
    }
    REQUIRE(decoder.compute(entries) == Decoded::Done);
    CHECK(decoder.state(0).empty());
    std::vector<State> all;
    for (const std::size_t end : ends) {
        CHECK_FALSE(decoder.logits(end).empty());
        all.emplace_back(decoder.state(end).begin(), decoder.state(end).end());
    }
    return all;
}

TEST_CASE("a state is what llama.cpp calls the embedding of the prompt's last token") {
    for (const Tried& tried : models()) {
        CAPTURE(tried.spec.path);
        const auto model = load_model(tried.spec, std::nullopt, 1);
        REQUIRE(model);
        const auto decoder = Decoder::make(model->get(), {});
        REQUIRE(decoder);
        REQUIRE((*decoder)->has_states());
        const std::vector<Tokens> prompts{
            {5, 6, 7}, {5, 9}, {40, 41, 42, 43, 44, 45, 46}, {5, 6, 8}, {90}, {200, 201}};
        const std::vector<State> expected = embeddings_of(model->get(), prompts);
        const std::vector<State> found = tapped(**decoder, prompts);
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            CAPTURE(i);
            CHECK(cosine(found[i], expected[i]) > tried.cosine);
            CHECK(dot(found[i], found[i]) ==
                  doctest::Approx(dot(expected[i], expected[i])).epsilon(0.02));
        }
        (*decoder)->forget();
        REQUIRE((*decoder)->compute(std::vector<Entry>{{5, 0, {0}, true}}) == Decoded::Done);
        CHECK((*decoder)->state(0).empty());  // nothing is left of the pass before
    }
}

TEST_CASE("a state is the same alone, in a batch and in the open lane") {
    for (const Tried& tried : models()) {
        CAPTURE(tried.spec.path);
        const auto engine = opened(tried.spec);
        REQUIRE(engine->facts().can(Capability::HiddenState));
        const LastEvents fixed = run(*engine, states(Priority::FixedBatch));
        const LastEvents open = run(*engine, states(Priority::Interactive));
        for (const Request& request : states(Priority::FixedBatch)) {
            const Response together = answer(fixed, request.id);
            const Response alone = answer(run(*engine, {request}), request.id);
            CHECK(cosine(together.state, alone.state) > tried.cosine);
            CHECK(cosine(together.state, answer(open, request.id).state) > tried.cosine);
            const Response next = answer(fixed, request.id % k_inputs.size() + 1);
            CHECK(cosine(together.state, next.state) < tried.cosine);
            CHECK(together.prompt_tokens == alone.prompt_tokens);
            CHECK(together.prompt_tokens == answer(open, request.id).prompt_tokens);
            CHECK(together.output_tokens == 0);
        }
        CHECK(answer(fixed, 2).cached_tokens > 10);  // the instructions
    }
}

TEST_CASE("a fixed batch of states has the same bits on repeat, whatever is asked beside it") {
    for (const Tried& tried : models()) {
        CAPTURE(tried.spec.path);
        const LastEvents first = run(*opened(tried.spec), states(Priority::FixedBatch));
        const auto engine = opened(tried.spec);
        const auto other = engine->open_client();
        std::vector<Request> beside = states(Priority::Interactive);
        for (std::uint64_t id = 100; id < 104; ++id) {
            beside.push_back(generate(id, k_inputs[id % 8], 30));
            beside.back().priority = Priority::Bulk;
        }
        REQUIRE(other->post(beside));
        const LastEvents again = run(*engine, states(Priority::FixedBatch));
        for (std::uint64_t id = 1; id <= k_inputs.size(); ++id) {
            CHECK(answer(first, id).state == answer(again, id).state);
        }
        CHECK(contract::events_until_ended(*other, beside.size(), seconds(300)).size() ==
              beside.size());
    }
}

TEST_CASE("a batch that asks for everything is answered as its kinds are apart") {
    const auto engine = opened(spec_of(tiny_path()));
    std::vector<Request> mixed;
    for (std::size_t i = 0; i < k_inputs.size(); ++i) {
        mixed.push_back(i % 3 == 0   ? state(i, k_inputs[i], Priority::FixedBatch)
                        : i % 3 == 1 ? score(i, k_inputs[i], {"ham", "spam"})
                                     : generate(i, k_inputs[i], 10));
    }
    for (const Priority priority : {Priority::FixedBatch, Priority::Interactive}) {
        for (Request& request : mixed) {
            request.priority = priority;
        }
        const LastEvents ends = run(*engine, mixed);
        for (const Request& request : mixed) {
            const Response together = answer(ends, request.id);
            const Response alone = answer(run(*engine, {request}), request.id);
            CHECK(together.text == alone.text);
            REQUIRE(together.scores.size() == alone.scores.size());
            REQUIRE(together.state.size() == alone.state.size());
            CHECK(together.state.empty() == (request.kind != Kind::State));
            if (!together.state.empty()) {
                CHECK(cosine(together.state, alone.state) > 0.9999);
            }
            if (!together.scores.empty()) {
                CHECK(together.scores[0].log_probability ==
                      doctest::Approx(alone.scores[0].log_probability).epsilon(1e-3));
            }
        }
    }
}

TEST_CASE("a state does not depend on a neighbour's secret") {
    const auto beside = [](const std::string& secret) {
        const auto engine = opened(spec_of(tiny_path()));
        std::vector<Request> batch;
        for (std::uint64_t i = 1; i <= 6; ++i) {
            batch.push_back(
                state(2 * i, "what is the code? " + std::to_string(i), Priority::Interactive));
            batch.push_back(state(2 * i + 1, "the code is " + secret, Priority::Interactive));
        }
        return run(*engine, batch);
    };
    const LastEvents one = beside("XK42-PLUM");
    const LastEvents other = beside("QZ77-PEAR");
    for (std::uint64_t i = 1; i <= 6; ++i) {
        CHECK(cosine(answer(one, 2 * i).state, answer(other, 2 * i).state) > 0.9999);
        CHECK(cosine(answer(one, 2 * i + 1).state, answer(other, 2 * i + 1).state) < 0.999);
    }
}

TEST_CASE("states that are cancelled or late leave the others as they were") {
    const auto engine = opened(spec_of(tiny_path()));
    const std::string long_text(3000, 'y');
    for (const Priority priority : {Priority::FixedBatch, Priority::Interactive}) {
        const Request kept = state(1, k_inputs[0], priority);
        const State expected = answer(run(*engine, {kept}), 1).state;
        const auto client = engine->open_client();
        std::vector<Request> batch{kept};
        for (std::uint64_t id = 2; id <= 9; ++id) {
            batch.push_back(state(id, long_text + std::to_string(id), priority));
        }
        batch[4].timeout = Nanoseconds(1);
        REQUIRE(client->post(batch));
        std::this_thread::sleep_for(milliseconds(5));
        for (std::uint64_t id = 6; id <= 9; ++id) {
            client->cancel(id);
        }
        const LastEvents ends =
            contract::ends_in(contract::events_until_ended(*client, batch.size(), seconds(60)));
        CHECK(cosine(answer(ends, 1).state, expected) > 0.9999);
        CHECK(failure(ends, 5) == FailureKind::Timeout);
        CHECK(failure(ends, 9) == FailureKind::Cancelled);
        CHECK(cosine(answer(run(*engine, {kept}), 1).state, expected) > 0.9999);
    }
    OpenSpec narrow = spec_of(tiny_path());
    narrow.context_tokens = 256;
    const LastEvents refused = run(*opened(narrow), {state(1, long_text, Priority::FixedBatch)});
    CHECK(failure(refused, 1) == FailureKind::ContextExceeded);
}

// A tensor as llama.cpp's graphs have it, in memory of its own.
class Tensors {
   public:
    ggml_tensor* make(const char* name, int width, int rows, ggml_type type = GGML_TYPE_F32) {
        ggml_tensor* tensor = ggml_new_tensor_2d(context_.get(), type, width, rows);
        return ggml_set_name(tensor, name);
    }

   private:
    std::unique_ptr<ggml_context, decltype(&ggml_free)> context_{
        ggml_init({1 << 16, nullptr, true}), ggml_free};
};

bool looks_whole(StateTap& tap, std::initializer_list<ggml_tensor*> graph) {
    tap.look(2);
    for (ggml_tensor* tensor : graph) {
        CHECK_FALSE(StateTap::on_tensor(tensor, true, &tap));  // nothing is held up for a look
    }
    return tap.is_whole();
}

TEST_CASE("rows that are not those wanted are no states") {
    Tensors tensors;
    ggml_tensor* other = tensors.make("result_output", 4, 2);
    ggml_tensor* right = tensors.make("result_norm", 4, 2);
    StateTap tap(4);
    CHECK(looks_whole(tap, {other, right}));
    CHECK(tap.row(0).empty());  // it was only looked at
    CHECK_FALSE(looks_whole(tap, {other}));
    CHECK_FALSE(looks_whole(tap, {right, right}));  // a pass in two graphs
    CHECK_FALSE(looks_whole(tap, {tensors.make("result_norm", 4, 3)}));
    CHECK_FALSE(looks_whole(tap, {tensors.make("result_norm", 5, 2)}));
    CHECK_FALSE(looks_whole(tap, {tensors.make("result_norm", 4, 2, GGML_TYPE_F16)}));
    CHECK_FALSE(looks_whole(tap, {tensors.make("result_norm-1", 4, 2)}));
    tap.read(2);
    CHECK_FALSE(StateTap::on_tensor(other, true, &tap));
    CHECK(StateTap::on_tensor(right, true, &tap));
    CHECK(tap.row(0).empty());  // asked for, not computed yet
    tap.shut();
    CHECK_FALSE(StateTap::on_tensor(right, true, &tap));
    CHECK_FALSE(tap.is_whole());
}

}  // namespace
}  // namespace palier::engine::llama
