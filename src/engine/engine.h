// The port to models: a loaded model or an endpoint. Work is posted, events come back.
//
// A batch (one call of `post`) is a fixed unit of work: an engine that batches decodes its requests
// together, in the order given, and gives the same answers for the same batch on the same build and
// machine at temperature 0. Batches are worked on in the order posted.
//
// Thread-safety: post, wait and cancel may be called from different threads; facts and counters
// too.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace palier::engine {

struct Message {
    std::string role;  // "system", "user", "assistant"
    std::string content;
    bool operator==(const Message&) const = default;
};

struct Sampling {
    double temperature = 0;
    double top_p = 1;
    int top_k = 0;  // 0 = all
    std::uint64_t seed = 0;
    int max_tokens = 256;
    std::vector<std::string> stop;
};

enum class Kind { Generate, Score };

struct Request {
    std::uint64_t id = 0;  // unique among the requests under way
    Kind kind = Kind::Generate;
    std::vector<Message> messages;
    std::string input;  // the case's input alone: recorded answers are found by its hash
    Sampling sampling;  // generate
    // score: the answers to score after the prompt. generate: if not empty, the text is constrained
    // to be exactly one of them (Facts::can_constrain).
    std::vector<std::string> labels;
    std::optional<Nanoseconds> timeout;  // from post to the end of the answer
    bool stream_tokens = false;          // Token events are wanted
    // The part of the prompt that belongs to this request alone is never taken from a cache
    // (latency probes); what requests share (instructions, shots) may be.
    bool own_part_uncached = false;
};

// Sum of the log-probabilities (natural) of a label's tokens after the prompt.
struct LabelScore {
    double log_probability = 0;
    int tokens = 0;
};

enum class Finish { End, Length };

struct Response {
    std::string text;                // generate
    std::vector<LabelScore> scores;  // score: one per label of the request
    Finish finish = Finish::End;
    int prompt_tokens = 0;
    int cached_tokens = 0;  // of prompt_tokens, those not computed again for this request
    int output_tokens = 0;
    // From post; the time to the first token is that of the first text that a user could see. Only
    // meaningful when `alone`.
    double ttft_ms = 0;
    double total_ms = 0;
    bool alone = false;             // nothing else was in the engine meanwhile
    bool prompt_truncated = false;  // the endpoint counted fewer prompt tokens than it was sent
};

enum class FailureKind {
    Timeout,          // the model's: the deadline passed while it answered
    ContextExceeded,  // the model's: prompt (+ max_tokens) longer than the context; detail has both
    Rejected,         // the model's: a 4xx other than 401, 403, 404, 408 and 429
    Refused,          // the model's: the endpoint says that content was filtered or refused
    ServerError,      // a 5xx that stayed after the retries
    NotRecorded,      // a recorded engine has no answer for this input
    Unreachable,      // the world's: no connection, silence, 429 or 401/403/404, after the retries
    Cancelled
};

struct Failed {
    FailureKind kind = FailureKind::Unreachable;
    std::string detail;  // for people, one line, never a key
    int http_status = 0;
};

struct Token {
    std::string text;
};

struct Event {
    std::uint64_t id = 0;  // Request::id
    std::variant<Token, Response, Failed> what;
    // Response and Failed are the last event of a request.
    [[nodiscard]] bool is_last() const { return !std::holds_alternative<Token>(what); }
};

struct Facts {
    std::string engine;  // "llama", "openai", "recorded", "fake"
    std::string build;   // version, commit and options that can change answers
    std::string model;   // name for people
    std::string
        model_identity;  // SHA-256 of the file; endpoint and model name; hash of the recording
    bool can_score = false;
    bool can_constrain = false;
    bool has_latency = true;  // false: recorded
    bool recorded = false;
    int context_tokens = 0;     // of one request; 0 = not known
    std::string chat_template;  // "jinja:<sha256>", "plain" (no template in the file), "endpoint"
    std::string weights;        // "file" or "bf16-copy"
    std::uint64_t parameters = 0;
    int threads = 0;
    // Further things worth keeping with a run: recorded date and settings, file type...
    std::vector<std::pair<std::string, std::string>> notes;
};

struct Counters {
    std::uint64_t decodes = 0;            // calls of the model's forward pass
    std::uint64_t sequences_decoded = 0;  // summed over the decodes: / decodes = sequences a decode
    std::uint64_t tokens_computed = 0;
    std::uint64_t tokens_reused = 0;  // prompt tokens that a cache or a shared prefix saved
};

class Engine {
   public:
    virtual ~Engine() = default;
    [[nodiscard]] virtual const Facts& facts() const = 0;
    [[nodiscard]] virtual Counters counters() const = 0;

    // Starts a batch. Fails only if the engine is closed; everything else comes as an event.
    virtual Result<void> post(std::vector<Request> batch) = 0;
    // The events so far, at least one unless `patience` passes first or nothing is under way.
    [[nodiscard]] virtual std::vector<Event> wait(Nanoseconds patience) = 0;
    // Queued, in prefill or decoding: the request ends with Failed{Cancelled} soon. Unknown ids are
    // ignored.
    virtual void cancel(std::uint64_t id) = 0;

    // The exact text that the model would see (a JSON body for an endpoint).
    [[nodiscard]] virtual Result<std::string> render(const Request& request) = 0;
};

// How to open one.
struct OpenSpec {
    std::string path;  // llama: GGUF file; recorded: file of answers
    bool recorded = false;
    std::string endpoint;       // openai: base URL
    std::string model;          // openai: model name
    std::string api_key;        // never logged, stored or shown
    std::string name;           // for people
    std::string file_sha256;    // llama: known already by the caller; "" = computed
    bool bf16_copy = false;     // llama: weights converted in memory
    int threads = 0;            // llama: 0 = physical cores
    int context_tokens = 4096;  // llama: of one sequence
    int sequences = 16;         // llama: most sequences in one decode; openai: requests at once
    std::function<bool(double share)> progress;  // of loading, 0..1; false stops it
};

// Opens engines; one implementation knows all adapters (main.cpp), tests have their own.
class Engines {
   public:
    virtual ~Engines() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<Engine>> open(const OpenSpec& spec) = 0;
    // Peak memory in bytes of a process that loads only this and answers `sample`, less that of a
    // process that loads nothing. nullopt: it runs elsewhere (endpoints) or nowhere (recorded).
    [[nodiscard]] virtual Result<std::optional<std::uint64_t>> peak_memory(
        const OpenSpec& spec, const std::vector<Request>& sample) = 0;
};

}  // namespace palier::engine
