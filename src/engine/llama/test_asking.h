// What the engine's tests ask, and how: small makers of requests, and the tiny random model; a real
// one where PALIER_MODELS names a folder that has it.
#pragma once

#include "engine/engine.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace palier::engine::llama {

inline const std::string k_smol = "SmolLM2-135M-Instruct.Q4_1.gguf";
inline const std::string k_qwen = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf";

// "" when there is none, which a message says.
[[nodiscard]] std::string real_model(const std::string& file = k_smol);
[[nodiscard]] const std::string& tiny_path();
// One thread.
[[nodiscard]] OpenSpec spec_of(const std::string& path);
std::unique_ptr<Engine> opened(const OpenSpec& spec);

using LastEvents = std::map<std::uint64_t, Event>;
// Posts the batch with a client of its own and waits for all ends.
LastEvents run(Engine& engine, std::vector<Request> batch);
[[nodiscard]] Response answer(const LastEvents& ends, std::uint64_t id);
[[nodiscard]] FailureKind failure(const LastEvents& ends, std::uint64_t id);

[[nodiscard]] Request score(std::uint64_t id,
                            const std::string& input,
                            std::vector<std::string> labels);
[[nodiscard]] Request generate(std::uint64_t id, const std::string& input, int max_tokens);
[[nodiscard]] Request state(std::uint64_t id, const std::string& input, Priority priority);

extern const std::vector<std::string> k_inputs;  // eight messages

}  // namespace palier::engine::llama
