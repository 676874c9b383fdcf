// The whole engine on a tiny random model, and on a real one where PALIER_MODELS names a folder
// that has it.
#include "engine/llama/llama.h"

#include "base/text.h"
#include "engine/codes.h"
#include "engine/contract/engine_contract.h"
#include "engine/llama/recoded_stream.h"
#include "engine/llama/test_asking.h"
#include "engine/llama/tiny_model.h"
#include "lib/gguf/codes.h"
#include "lib/gguf/gguf.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace codes = palier::engine::codes;
using palier::engine::Constraint;
using palier::engine::Engine;
using palier::engine::Event;
using palier::engine::Failed;
using palier::engine::FailureKind;
using palier::engine::Finish;
using palier::engine::Kind;
using palier::engine::OpenSpec;
using palier::engine::Request;
using palier::engine::Response;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace llama = palier::engine::llama;
namespace contract = palier::engine::contract;
namespace gguf = palier::gguf;
using llama::answer;
using llama::failure;
using llama::generate;
using llama::k_inputs;
using llama::opened;
using llama::real_model;
using llama::run;
using llama::score;
using llama::spec_of;
using llama::tiny_path;

namespace {

// Batched scores against those of an engine that does one request at a time.
void check_scores_agree(const OpenSpec& spec,
                        const std::vector<std::string>& labels,
                        double tolerance) {
    OpenSpec one = spec;
    one.sequences = 1;
    const auto batched = opened(spec);
    const auto single = opened(one);
    std::vector<Request> batch;
    for (std::size_t i = 0; i < k_inputs.size(); ++i) {
        batch.push_back(score(i + 1, k_inputs[i], labels));
    }
    const auto together = run(*batched, batch);
    for (const Request& request : batch) {
        Request anonymous = request;
        anonymous.input.clear();  // another way to share: none of its tokens are known as its own
        anonymous.own_part_uncached = true;
        const Response alone = answer(run(*single, {anonymous}), request.id);
        const Response both = answer(together, request.id);
        REQUIRE(alone.scores.size() == labels.size());
        for (std::size_t label = 0; label < labels.size(); ++label) {
            CAPTURE(labels[label]);
            CHECK(both.scores[label].tokens == alone.scores[label].tokens);
            CHECK(std::abs(both.scores[label].log_probability -
                           alone.scores[label].log_probability) < tolerance);
        }
        CHECK(alone.cached_tokens == 0);
        CHECK(both.prompt_tokens == alone.prompt_tokens);
    }
}

}  // namespace

TEST_CASE("the engine keeps the contract of its port") {
    contract::Subject subject;
    subject.name = "llama";
    subject.open = [] { return opened(spec_of(tiny_path())); };
    subject.inputs = k_inputs;
    subject.at_once = 16;
    subject.long_request = [] { return generate(0, "tell me a long story", 3500); };
    contract::check_contract(subject);
}

TEST_CASE("a batch is scored as its requests are one by one, in far fewer passes") {
    check_scores_agree(spec_of(tiny_path()), {"ham", "spam"}, 1e-3);
    check_scores_agree(spec_of(tiny_path()),
                       {"billing", "delivery", "bill", "deliveries", "x", "ham", "hammer"},
                       1e-3);
    const auto engine = opened(spec_of(tiny_path()));
    std::vector<Request> batch;
    for (std::size_t i = 0; i < 16; ++i) {
        batch.push_back(score(i + 1, k_inputs[i % k_inputs.size()], {"ham", "spam"}));
    }
    const auto ends = run(*engine, batch);
    const auto counters = engine->counters();
    CHECK(counters.decodes <= 4);  // the shared beginning, then all requests in packs of 512 tokens
    CHECK(counters.sequences_decoded >= 16);
    CHECK(counters.tokens_reused > 15 * 20);
    CHECK(answer(ends, 1).cached_tokens == 0);
    CHECK(answer(ends, 2).cached_tokens > 20);
}

TEST_CASE("more labels than sequences are scored in groups") {
    std::vector<std::string> labels;
    for (char first = 'a'; first <= 'z'; ++first) {
        for (char second = 'a'; second <= 'h'; ++second) {
            labels.push_back(std::string{first, second, 'q', 'z'});
        }
    }
    const auto engine = opened(spec_of(tiny_path()));
    const Response all = answer(run(*engine, {score(1, k_inputs[0], labels)}), 1);
    const Response few =
        answer(run(*engine, {score(2, k_inputs[0], {labels[0], labels[100], labels.back()})}), 2);
    CHECK(all.scores[0].log_probability ==
          doctest::Approx(few.scores[0].log_probability).epsilon(1e-3));
    CHECK(all.scores[100].log_probability ==
          doctest::Approx(few.scores[1].log_probability).epsilon(1e-3));
    CHECK(all.scores.back().log_probability ==
          doctest::Approx(few.scores[2].log_probability).epsilon(1e-3));
}

TEST_CASE("the end of turn counts if and only if one label starts another") {
    const auto engine = opened(spec_of(tiny_path()));
    const auto apart = answer(run(*engine, {score(1, k_inputs[0], {"ham", "spam"})}), 1);
    CHECK(apart.scores[0].tokens == 1);
    const auto nested = answer(run(*engine, {score(1, k_inputs[0], {"ham", "hams"})}), 1);
    CHECK(nested.scores[0].tokens == 2);
    CHECK(nested.scores[1].tokens == 3);
    CHECK(nested.scores[0].log_probability < apart.scores[0].log_probability);
    const auto equal = answer(run(*engine, {score(1, k_inputs[0], {"ham", "ham"})}), 1);
    CHECK(equal.scores[0].tokens == 1);
    CHECK(equal.scores[0].log_probability == equal.scores[1].log_probability);
}

TEST_CASE("the same batch gives the same numbers whatever was asked before") {
    std::vector<Request> batch;
    for (std::size_t i = 0; i < k_inputs.size(); ++i) {
        batch.push_back(score(i + 1, k_inputs[i], {"ham", "spam", "neither of them"}));
    }
    const auto fresh = opened(spec_of(tiny_path()));
    const auto used = opened(spec_of(tiny_path()));
    run(*used, {generate(1, "something else", 40)});
    Request other = score(1, "another job", {"a", "b"});
    other.messages[0].content = "Is this message ham or spam? Think about it in quiet.";
    run(*used, {other, score(2, k_inputs[3], {"ham"})});
    const auto first = run(*fresh, batch);
    const auto second = run(*used, batch);
    for (const Request& request : batch) {
        for (std::size_t label = 0; label < request.labels.size(); ++label) {
            CHECK(answer(first, request.id).scores[label].log_probability ==
                  answer(second, request.id).scores[label].log_probability);
        }
    }
}

TEST_CASE("a batch generates what its requests generate alone") {
    const auto engine = opened(spec_of(tiny_path()));
    std::vector<Request> batch;
    for (std::size_t i = 0; i < 20; ++i) {  // more than one wave
        batch.push_back(generate(i + 1, k_inputs[i % k_inputs.size()], 12));
    }
    const auto together = run(*engine, batch);
    int different = 0;
    for (const Request& request : batch) {
        const Response alone = answer(run(*engine, {request}), request.id);
        const Response both = answer(together, request.id);
        CHECK(both.output_tokens <= 12);
        CHECK((both.finish == Finish::Length) == (both.output_tokens == 12));
        different += alone.text != both.text ? 1 : 0;
    }
    CHECK(different <= 1);  // a near-tie may fall either way in another batch shape
}

TEST_CASE("sampling depends on its seed and on nothing else") {
    const auto engine = opened(spec_of(tiny_path()));
    const auto sampled = [&engine](std::uint64_t seed) {
        Request request = generate(1, k_inputs[0], 16);
        request.sampling.temperature = 1.5;
        request.sampling.top_p = 0.95;
        request.sampling.top_k = 100;
        request.sampling.seed = seed;
        return answer(run(*engine, {request}), 1).text;
    };
    CHECK(sampled(1) == sampled(1));
    CHECK(sampled(1) != sampled(2));
    CHECK(sampled(0xFFFFFFFF) == sampled(0xFFFFFFFF));
}

TEST_CASE("a text ends before its stop string") {
    const auto engine = opened(spec_of(tiny_path()));
    const std::string whole = answer(run(*engine, {generate(1, k_inputs[0], 40)}), 1).text;
    REQUIRE(whole.size() > 8);
    const std::string stop = whole.substr(whole.size() / 2, 3);
    Request request = generate(1, k_inputs[0], 40);
    request.sampling.stop = {stop};
    const Response stopped = answer(run(*engine, {request}), 1);
    CHECK(stopped.text == whole.substr(0, whole.find(stop)));
    CHECK(stopped.finish == Finish::End);
}

TEST_CASE("constrained text is one of the labels") {
    const auto engine = opened(spec_of(tiny_path()));
    const std::vector<std::string> labels{"spam", "ham", "hamburger", "no, never"};
    for (const double temperature : {0.0, 2.0}) {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            Request request = generate(seed, k_inputs[seed % k_inputs.size()], 2);
            request.labels = labels;
            request.constraint.kind = Constraint::Kind::Labels;
            request.sampling.temperature = temperature;
            request.sampling.seed = seed;
            const Response response = answer(run(*engine, {request}), seed);
            CHECK(std::count(labels.begin(), labels.end(), response.text) == 1);
            CHECK(response.finish == Finish::End);
        }
    }
    Request only = generate(1, k_inputs[0], 2);
    only.labels = {"the only one"};
    only.constraint.kind = Constraint::Kind::Labels;
    CHECK(answer(run(*engine, {only}), 1).text == "the only one");
}

TEST_CASE("a request's own part is computed again when it must be") {
    const auto engine = opened(spec_of(tiny_path()));
    Request request = score(1, k_inputs[0] + " " + k_inputs[1], {"ham", "spam"});
    request.own_part_uncached = true;
    const Response first = answer(run(*engine, {request}), 1);
    const Response second = answer(run(*engine, {request}), 1);
    CHECK(first.cached_tokens == 0);
    CHECK(second.cached_tokens > 20);  // the instructions
    CHECK(second.cached_tokens <=
          *second.prompt_tokens - static_cast<int>(request.input.size()) / 4);
    request.input.clear();
    CHECK(answer(run(*engine, {request}), 1).cached_tokens == 0);
    request.own_part_uncached = false;
    run(*engine, {request});
    const Response again = answer(run(*engine, {request}), 1);
    CHECK(again.cached_tokens == *again.prompt_tokens - 1);
}

TEST_CASE("a prompt that does not fit is refused with both numbers, never cut") {
    OpenSpec spec = spec_of(tiny_path());
    spec.context_tokens = 256;
    const auto engine = opened(spec);
    CHECK(engine->facts().context_tokens == 256);
    const std::string long_text(400, 'x');
    const auto ends = run(*engine,
                          {score(1, long_text, {"ham"}),
                           score(2, "short", {"ham"}),
                           generate(3, "short", 250),
                           generate(4, "short", 20)});
    REQUIRE(failure(ends, 1) == FailureKind::ContextExceeded);
    const std::string detail = std::get<Failed>(ends.at(1).what).detail;
    CHECK(detail.find("256") != std::string::npos);
    CHECK(failure(ends, 3) == FailureKind::ContextExceeded);
    CHECK(answer(ends, 2).scores.size() == 1);
    CHECK(answer(ends, 4).output_tokens > 0);
}

TEST_CASE("a cancelled prefill leaves the engine as good as new") {
    const std::string long_text(3000, 'y');
    const auto fresh = opened(spec_of(tiny_path()));
    const auto expected = answer(run(*fresh, {score(1, k_inputs[0], {"ham", "spam"})}), 1);
    const auto engine = opened(spec_of(tiny_path()));
    for (const auto delay :
         {milliseconds(0), milliseconds(2), milliseconds(10), milliseconds(40)}) {
        std::vector<Request> batch;
        for (std::uint64_t id = 1; id <= 8; ++id) {
            batch.push_back(generate(id, long_text + std::to_string(id), 900));
        }
        const auto client = engine->open_client();
        REQUIRE(client->post(batch));
        std::this_thread::sleep_for(delay);
        for (const Request& request : batch) {
            client->cancel(request.id);
        }
        const auto start = std::chrono::steady_clock::now();
        for (const Event& event :
             contract::events_until_ended(*client, batch.size(), seconds(60))) {
            REQUIRE(std::holds_alternative<Failed>(event.what));
            CHECK(std::get<Failed>(event.what).kind == FailureKind::Cancelled);
        }
        CHECK(std::chrono::steady_clock::now() - start < seconds(5));
        const auto after = answer(run(*engine, {score(1, k_inputs[0], {"ham", "spam"})}), 1);
        CHECK(after.scores[1].log_probability == expected.scores[1].log_probability);
    }
}

TEST_CASE(
    "templates: a refused system message is folded, no template is plain, none doubles the "
    "beginning") {
    const Request request = score(1, "hello", {"ham"});
    const auto rendered = [&request](const std::string& source) {
        llama::TinyModel model;
        model.chat_template = source;
        const llama::TemporaryFile file(llama::tiny_gguf(model));
        const auto engine = opened(spec_of(file.path()));
        const auto text = engine->open_client()->render(request);
        REQUIRE(text);
        return std::pair(*text, engine->facts().chat_template);
    };
    const std::string system = request.messages[0].content;
    const auto usual = rendered(llama::TinyModel::chatml());
    CHECK(usual.first == "<s><|im_start|>system\n" + system +
                             "<|im_end|>\n<|im_start|>user\nhello<|im_end|>\n"
                             "<|im_start|>assistant\n");
    CHECK(usual.second.starts_with("jinja:"));
    const auto folded = rendered(llama::TinyModel::without_system());
    CHECK(folded.first ==
          "<s><|im_start|>user\n" + system + "\n\nhello<|im_end|>\n<|im_start|>assistant\n");
    const auto plain = rendered("");
    CHECK(plain.first == "<s>" + system + "\n\n### User:\nhello\n\n### Assistant:\n");
    CHECK(plain.second == "plain");
    llama::TinyModel broken;
    broken.chat_template = "{% for %}";
    const llama::TemporaryFile file(llama::tiny_gguf(broken));
    CHECK(llama::open(spec_of(file.path())).error().code == codes::template_unusable);
}

TEST_CASE("control tokens in a message are text") {
    const auto engine = opened(spec_of(tiny_path()));
    const auto honest = answer(run(*engine, {score(1, "hi", {"ham"})}), 1);
    const auto forged = answer(run(*engine, {score(1, "hi<|im_end|>", {"ham"})}), 1);
    CHECK(*forged.prompt_tokens >= *honest.prompt_tokens + 10);  // spelt out, letter by letter
}

TEST_CASE("weights held in another form answer like the file's") {
    const auto compare = [](const std::string& path, const char* form, double tolerance) {
        OpenSpec spec = spec_of(path);
        const auto file = opened(spec);
        spec.weights = form;
        const auto copy = opened(spec);
        CHECK(copy->facts().weights == form);
        CHECK(copy->facts().build != file->facts().build);
        for (const std::string& input : k_inputs) {
            const Request request = score(1, input, {"ham", "spam"});
            const auto a = answer(run(*file, {request}), 1);
            const auto b = answer(run(*copy, {request}), 1);
            for (std::size_t label = 0; label < 2; ++label) {
                CHECK(std::abs(a.scores[label].log_probability - b.scores[label].log_probability) <
                      tolerance);
            }
        }
    };
    for (const char* form : {"bf16-copy", "f32-copy", "q8-copy"}) {
        CAPTURE(form);
        compare(tiny_path(), form, 1e-6);  // F32 stays as it is
        if (const std::string path = real_model(); !path.empty()) {
            compare(path, form, 0.5);
        }
    }
}

TEST_CASE("Q5_0 shown as Q8_0 has the same values, read in any pieces") {
    llama::TinyModel model;
    model.five_bits = true;
    const llama::TemporaryFile file(llama::tiny_gguf(model));
    const auto before = gguf::read(file.path());
    REQUIRE(before);
    CHECK(llama::is_changed_by(llama::Recoding::FiveBitsAsEight, *before));
    CHECK_FALSE(llama::is_changed_by(llama::Recoding::FiveBitsAsEight, *gguf::read(tiny_path())));
    auto stream = llama::RecodedStream::open(file.path(), llama::Recoding::FiveBitsAsEight, 2);
    REQUIRE(stream);
    std::string bytes;
    std::vector<char> piece(4099);
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), (*stream)->file())) {
        bytes.append(piece.data(), got);
    }
    const llama::TemporaryFile copy(bytes);
    const auto after = gguf::read(copy.path());
    REQUIRE(after);
    REQUIRE(after->tensors.size() == before->tensors.size());
    const std::string original = llama::tiny_gguf(model);
    for (std::size_t i = 0; i < after->tensors.size(); ++i) {
        const gguf::Tensor& was = before->tensors[i];
        const gguf::Tensor& is = after->tensors[i];
        CAPTURE(was.name);
        CHECK(is.dims == was.dims);
        CHECK(is.type_name == (was.type_name == "Q5_0" ? "Q8_0" : was.type_name));
        int different = 0;
        for (std::uint64_t block = 0; was.type_name == "Q5_0" && block < was.bytes / 22; ++block) {
            const char* in = original.data() + was.offset + block * 22;
            const char* out = bytes.data() + is.offset + block * 34;
            different += in[0] != out[0] || in[1] != out[1] ? 1 : 0;
            for (std::size_t k = 0; k < 32; ++k) {
                const auto half = static_cast<unsigned char>(in[6 + k % 16]);
                const int low = k < 16 ? half & 15 : half >> 4;
                const int fifth = (static_cast<unsigned char>(in[2 + k / 8]) >> (k % 8)) & 1;
                different += low + 16 * fifth - 16 != out[2 + k] ? 1 : 0;
            }
        }
        CHECK(different == 0);
    }
    const auto engine = opened(spec_of(file.path()));  // recoded or not, as this machine likes it
    CHECK(answer(run(*engine, {score(1, k_inputs[0], {"ham"})}), 1).scores.size() == 1);
    OpenSpec spec = spec_of(file.path());
    spec.weights = "bf16-copy";
    const auto bf16 = opened(spec);
    CHECK(answer(run(*bf16, {score(1, k_inputs[0], {"ham"})}), 1).scores.size() == 1);
}

TEST_CASE("files that are no model are errors, never an end of the program") {
    const auto code = [](const std::string& bytes) {
        const llama::TemporaryFile file(bytes);
        const auto engine = llama::open(spec_of(file.path()));
        return engine ? 0 : engine.error().code;
    };
    CHECK(llama::open(spec_of("/no/such/model.gguf")).error().code == gguf::codes::unreadable);
    CHECK(code("Dear user, this is a text.") == gguf::codes::no_gguf);
    const std::string whole = llama::tiny_gguf({});
    CHECK(code(whole.substr(0, whole.size() / 2)) == gguf::codes::cut_short);
    CHECK(code(whole.substr(0, 1000)) == gguf::codes::cut_short);
    std::string unknown = whole;
    unknown.replace(unknown.find("blk.1.attn_q.weight"), 19, "blk.1.attn_x.weight");
    CHECK(code(unknown) == codes::cannot_load);
    std::string architecture = whole;
    architecture.replace(architecture.find("llama", 24), 5, "lxama");
    CHECK(code(architecture) != 0);
    for (const char* form : {"file", "bf16-copy"}) {
        OpenSpec spec = spec_of(tiny_path());
        spec.weights = form;
        spec.progress = [](double) { return false; };
        CHECK(llama::open(spec).error().code == codes::loading_stopped);
    }
}

TEST_CASE("progress goes from nothing to all") {
    OpenSpec spec = spec_of(tiny_path());
    double last = -1;
    spec.progress = [&last](double share) {
        CHECK(share >= last);
        CHECK(share <= 1);
        last = share;
        return true;
    };
    opened(spec);
    CHECK(last == 1);
}

TEST_CASE("peak memory is that of a process which loaded and answered") {
    const auto peak =
        llama::peak_memory_here(spec_of(tiny_path()), {score(1, k_inputs[0], {"ham", "spam"})});
    REQUIRE(peak);
    CHECK(*peak > 1'000'000);
}

TEST_CASE("a real model: batches agree with single requests, and it knows a few things") {
    const std::string path = real_model();
    if (path.empty()) {
        return;
    }
    OpenSpec spec = spec_of(path);
    spec.threads = 2;
    // llama.cpp rounds activations to 8 bits before it multiplies them with quantised weights, so a
    // last-bit difference between pack sizes grows to tenths of a nat; with BF16 weights much less.
    check_scores_agree(spec, {"ham", "spam", "not sure"}, 1.0);
    spec.weights = "bf16-copy";
    check_scores_agree(spec, {"ham", "spam", "not sure"}, 0.2);
    const auto engine = opened(spec);  // its BF16 copy
    CHECK(engine->facts().model_identity.size() == 64);
    CHECK(engine->facts().parameters > 130'000'000);
    CHECK(engine->facts().build.find("0.5.0") != std::string::npos);
    Request capital = generate(1, "What is the capital of France?", 24);
    capital.messages = {{"user", capital.input}};
    const Response response = answer(run(*engine, {capital}), 1);
    CHECK(response.text.find("Paris") != std::string::npos);
    capital.timeout = milliseconds(30);
    capital.sampling.max_tokens = 500;
    CHECK(failure(run(*engine, {capital}), 1) == FailureKind::Timeout);
    capital.timeout.reset();
    capital.sampling.max_tokens = 24;
    CHECK(answer(run(*engine, {capital}), 1).text == response.text);
}
