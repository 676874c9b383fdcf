// The port to models: a loaded model or an endpoint. Whoever works with one opens a client; work is
// posted to it, events come back to it alone.
//
// A batch (one call of `post`) of Priority::FixedBatch is a fixed unit of work: an engine that
// batches decodes its requests together, in the order given, and gives the same answers for the
// same batch on the same build and machine at temperature 0, whatever else it does meanwhile. A
// client's batches of one priority are begun in the order posted; clients take turns.
//
// Thread-safety: everything here may be called from several threads at once, several clients too.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "engine/capability.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
    std::optional<bool> thinking;  // whether the model thinks first; nullopt: as it does by itself
    double top_p = 1;
    int top_k = 0;  // 0 = all
    std::uint64_t seed = 0;
    int max_tokens = 256;
    std::vector<std::string> stop;
};

enum class Kind {
    Generate,  // text
    Score,     // the log-probabilities of given labels
    State      // the last layer's state after the last token of the prompt
};

// What an endpoint is asked for: a chat completion, which writes text; or a decision among labels,
// with the probability of each.
enum class Api { Chat, Decisions };

// What a generated text is held to.
struct Constraint {
    enum class Kind { Free, Labels, Schema, Regex } kind = Kind::Free;
    std::string text;  // a JSON Schema, or a regular expression (ECMA-262) of the whole text
    bool operator==(const Constraint&) const = default;
};

// Who goes first when several wait. None starves.
enum class Priority {
    FixedBatch,   // evaluations: the same answers whatever runs beside
    Interactive,  // somebody waits for it
    Bulk          // as soon as there is room
};

// What the model may call. `parameters`: a JSON Schema.
struct Tool {
    std::string name;
    std::string description;
    std::string parameters;
    bool operator==(const Tool&) const = default;
};

struct Request {
    std::uint64_t id = 0;  // unique among the requests that its client has under way
    Kind kind = Kind::Generate;
    std::vector<Message> messages;
    // The case alone, without prompt: recorded answers are found by the hashes of both.
    std::string input;
    std::string context;    // "" = none
    Sampling sampling;      // generate
    Constraint constraint;  // generate
    // score: the answers to score after the prompt. generate: those of Constraint::Kind::Labels.
    std::vector<std::string> labels;
    Priority priority = Priority::FixedBatch;
    int top_log_probabilities = 0;       // generate: so many of the likeliest tokens at each place
    std::vector<Tool> tools;             // generate
    std::string adapter;                 // name of a LoRA adapter; "" = none
    std::optional<Nanoseconds> timeout;  // from post to the end of the answer
    bool stream_tokens = false;          // Token events are wanted
    // The part of the prompt that belongs to this request alone is never taken from a cache
    // (latency probes); what requests share (instructions, shots) may be.
    bool own_part_uncached = false;
};

// Sum of the log-probabilities (natural) of a label's tokens after the prompt; minus infinity where
// it is ruled out. An endpoint's decision knows no tokens: a label is one.
struct LabelScore {
    double log_probability = 0;
    int tokens = 0;
    bool operator==(const LabelScore&) const = default;
};

// One place of a generated text.
struct TokenLogProbabilities {
    struct Candidate {
        std::string text;
        double log_probability = 0;  // natural
    };
    Candidate chosen;
    std::vector<Candidate> top;  // the likeliest first
};

struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  // JSON as the model wrote it
};

enum class Finish {
    End,
    Length,     // max_tokens or the context is used up
    ToolCalls,  // the model waits for the results of its calls
    Unknown     // the endpoint gives no reason, or one that is not known
};

// Tokens that an endpoint counted, and so asks money for.
struct Counted {
    std::int64_t prompt = 0, output = 0;
    bool operator==(const Counted&) const = default;
};

// What is not known is absent, never 0.
struct Response {
    std::string text;  // generate
    std::string
        thinking;  // what the model thought, where the endpoint gives it apart from the text
    std::vector<LabelScore> scores;  // score: one per label of the request
    // score: the place of the label that the endpoint itself has chosen, which is the answer
    // whatever the scores say; absent where the engine chooses none.
    std::optional<std::size_t> chosen;
    std::vector<float> state;  // state: as the model's final norm gives it, not of length 1
    std::vector<TokenLogProbabilities> log_probabilities;  // one per token, if asked for
    std::vector<ToolCall> tool_calls;
    Finish finish = Finish::End;
    std::optional<int> prompt_tokens;
    std::optional<int> cached_tokens;  // of the prompt's, those not computed again for this request
    std::optional<int> output_tokens;
    std::optional<int> thinking_tokens;  // of the output's
    Counted lost;                        // in tries for this answer that came to nothing
    // From post; the time to the first token is that of the first text that a user could see. Only
    // meaningful when `alone`.
    std::optional<double> ttft_ms;
    std::optional<double> total_ms;
    bool alone = false;  // nothing else was in the engine meanwhile
};

enum class FailureKind {
    Timeout,          // the model's: the deadline passed while it answered
    ContextExceeded,  // the model's: prompt (+ max_tokens) longer than the context; detail has both
    Rejected,         // the model's: a 4xx other than 401, 403, 404, 408 and 429
    Refused,          // the model's: the endpoint says that content was filtered or refused
    ServerError,      // a 5xx that stayed after the retries, or a connection lost in mid-answer
    NotRecorded,      // a recorded engine has no answer for this input
    Unreachable,      // the world's: no connection, silence, 429 or 401/403/404, a 200 that is not
                      // known to be an answer; after the retries
    Unsupported,      // the asker's: no capability (`missing`), or a constraint it cannot follow
    Cancelled
};

// An answer to be recorded, under all of the case that it depends on.
struct RecordedAnswer {
    std::string input;
    std::string context;  // "" = none
    std::string answer;
    bool cut_at_limit = false;          // it ended at max_tokens
    std::optional<FailureKind> failed;  // one of the model's: there is no answer
};

struct Failed {
    FailureKind kind = FailureKind::Unreachable;
    std::string detail;  // for people, one line, never a key
    int http_status = 0;
    std::optional<Capability> missing = std::nullopt;  // Unsupported only
    Counted lost = {};                                 // in the tries
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
    std::vector<Capability> capabilities;
    bool has_latency = true;  // false: recorded
    bool recorded = false;
    int context_tokens = 0;     // of one request; 0 = not known
    std::string chat_template;  // "jinja:<sha256>", "plain" (no template in the file), "endpoint"
    std::string weights;        // as OpenSpec::weights
    std::vector<std::string> other_weights;  // those that may be faster on this machine
    std::uint64_t parameters = 0;
    int threads = 0;
    // Further things worth keeping with a run: recorded date and settings, file type...
    std::vector<std::pair<std::string, std::string>> notes;

    [[nodiscard]] bool can(Capability wanted) const {
        return std::find(capabilities.begin(), capabilities.end(), wanted) != capabilities.end();
    }
};

struct Counters {
    std::uint64_t decodes = 0;            // calls of the model's forward pass
    std::uint64_t sequences_decoded = 0;  // summed over the decodes: / decodes = sequences a decode
    std::uint64_t tokens_computed = 0;
    std::uint64_t tokens_reused = 0;  // prompt tokens that a cache or a shared prefix saved
};

// One user of an engine, with ids and a mailbox of its own: two clients may use the same ids, and
// events come to the client that posted the request, to nobody else. Destroying it cancels what it
// has under way. It goes before its engine; when it does not, nothing breaks, but what it has under
// way has no end: post and render fail with 2314, wait returns nothing.
class Client {
   public:
    virtual ~Client() = default;
    [[nodiscard]] virtual const Facts& facts() const = 0;

    // Starts a batch. Errors, and then nothing of it was started: 2314 the engine is closed, 2316
    // {id} an id is under way already or stands twice in the batch. Everything else comes as an
    // event.
    virtual Result<void> post(std::vector<Request> batch) = 0;
    // The events so far, at least one unless `patience` passes first or nothing is under way.
    [[nodiscard]] virtual std::vector<Event> wait(Nanoseconds patience) = 0;
    // Queued, in prefill or decoding: the request ends with Failed{Cancelled} soon. Unknown ids are
    // ignored.
    virtual void cancel(std::uint64_t id) = 0;

    // The exact text that the model would see (a JSON body for an endpoint). Error 2317 {engine,
    // capability}: the engine cannot do what the request asks.
    [[nodiscard]] virtual Result<std::string> render(const Request& request) = 0;

    // What asking has taught of the engine that its facts do not say, worth keeping with a run:
    // "left_out", parts of requests that it refuses and that are sent no more; "short_counts", how
    // many prompts it counted fewer tokens for than they must have. Of all clients.
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> learned() { return {}; }
};

class Embedder;  // embed.h

class Engine {
   public:
    virtual ~Engine();
    [[nodiscard]] virtual const Facts& facts() const = 0;
    [[nodiscard]] virtual Counters counters() const = 0;  // of all clients
    [[nodiscard]] virtual std::unique_ptr<Client> open_client() = 0;
    // Refuses by name what facts() do not list; it goes before its engine.
    [[nodiscard]] virtual std::unique_ptr<Embedder> open_embedder();
};

// How to open one.
struct OpenSpec {
    std::string path;  // llama: GGUF file; recorded: file of answers
    bool recorded = false;
    std::string endpoint;  // openai: base URL
    std::string model;     // openai: model name
    Api api = Api::Chat;   // openai
    // A baseline: the bytes of what was learned (learn/learned.h); null for everything else.
    std::shared_ptr<const std::string> learned;
    std::string api_key;      // never logged, stored or shown
    std::string name;         // for people
    std::string file_sha256;  // llama: known already by the caller; "" = computed
    // llama: "file", or converted in memory: "bf16-copy", "f32-copy" (quantised and 16-bit
    // weights), "q8-copy" (five-bit weights).
    std::string weights = "file";
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
