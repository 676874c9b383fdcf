// Answers questions of estimates.py, one line of JSON each on standard input, one line back.
#include "catalog/memory.h"
#include "catalog/speed.h"
#include "engine/llama/llama.h"
#include "engine/llama/workshop.h"
#include "lib/json/json.h"

#include <chrono>
#include <iostream>
#include <string>

namespace palier {
namespace {

json::Value failed(const Error& error) {
    std::string why = "PAL-" + std::to_string(error.code);
    for (const auto& [name, value] : error.args) {
        why += " " + name + "=" + value;
    }
    return json::Object{{"error", why}};
}

engine::OpenSpec spec_of(const json::Value& question) {
    engine::OpenSpec spec;
    spec.path = question["path"].as_string();
    spec.file_sha256 = "bench";
    spec.context_tokens = static_cast<int>(question["context"].as_int(4096));
    spec.sequences = static_cast<int>(question["sequences"].as_int(1));
    spec.weights = question["weights"].as_string();
    spec.threads = static_cast<int>(question["threads"].as_int(0));
    return spec;
}

json::Value memory(const json::Value& question, engine::Workshop& workshop) {
    const engine::OpenSpec spec = spec_of(question);
    catalog::MemoryQuestion asked;
    asked.sequences = spec.sequences;
    asked.gpu_layers = static_cast<int>(question["gpu_layers"].as_int(0));
    const auto estimate = catalog::estimate_memory(spec.path, spec, workshop, asked);
    if (!estimate) {
        return failed(estimate.error());
    }
    json::Value answer;
    answer.add("ram", estimate->ram()).add("vram", estimate->vram());
    for (const auto& [name, place] : estimate->parts()) {
        answer.add(name, place.ram);
        answer.add(name + "_vram", place.vram);
    }
    return answer;
}

json::Value speed_estimate(const json::Value& question, engine::Workshop& workshop) {
    const auto header = gguf::read(question["path"].as_string());
    if (!header) {
        return failed(header.error());
    }
    const auto shape = catalog::shape_of(*header);
    if (!shape) {
        return failed(shape.error());
    }
    const auto start = std::chrono::steady_clock::now();
    const auto calibration = workshop.calibrate(catalog::types_to_calibrate(*header), 0);
    if (!calibration) {
        return failed(calibration.error());
    }
    const double took =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    json::Value answer;
    answer.add("calibration_s", took);
    json::Value lengths = json::Array{};
    for (const json::Value& tokens : question["prompts"].as_array()) {
        const auto estimate =
            catalog::estimate_speed(*header, *shape, *calibration, tokens.as_int(512));
        if (!estimate) {
            return failed(estimate.error());
        }
        lengths.push(json::Object{{"prompt", tokens.as_int(512)},
                                  {"prefill", estimate->prefill_tokens_per_s},
                                  {"decode", estimate->decode_tokens_per_s},
                                  {"ttft_ms", estimate->ttft_ms}});
    }
    answer.add("lengths", std::move(lengths));
    json::Value kernels = json::Array{};
    for (const engine::KernelSpeed& each : calibration->kernels) {
        kernels.push(json::Object{{"type", static_cast<std::int64_t>(each.type)},
                                  {"gweights_per_s", 1e-9 / each.seconds_per_weight},
                                  {"gproducts_per_s", 1e-9 / each.seconds_per_product},
                                  {"pass_ps", each.seconds_per_pass * 1e12}});
    }
    answer.add("kernels", std::move(kernels));
    answer.add("step_us", calibration->seconds_per_step * 1e6)
        .add("matrix_us", calibration->seconds_per_matrix * 1e6)
        .add("logit_ns", calibration->seconds_per_logit * 1e9)
        .add("attended_ps", calibration->seconds_per_attended * 1e12)
        .add("attended_alone_ns", calibration->seconds_per_attended_alone * 1e9)
        .add("element_ns", calibration->seconds_per_element * 1e9)
        .add("memory_gb_per_s", calibration->memory_bytes_per_s * 1e-9);
    return answer;
}

// Answers of fewer tokens say nothing about the speed of decoding.
constexpr int k_enough_tokens = 8;

// Prompts of about these lengths, nothing cached, one at a time; fastest of three. "output_tokens"
// is 0 and "decode" null where all answers were too short.
json::Value speed_measured(const json::Value& question) {
    auto opened = engine::llama::open(spec_of(question));
    if (!opened) {
        return failed(opened.error());
    }
    const auto client = (*opened)->open_client();
    json::Value lengths = json::Array{};
    std::uint64_t id = 0;
    for (const json::Value& wanted : question["prompts"].as_array()) {
        double ttft_ms = 0;
        double token_ms = 0;
        int prompt_tokens = 0;
        int output_tokens = 0;
        for (int turn = 0; turn < 3; ++turn) {
            engine::Request request;
            request.id = ++id;
            // Each begins differently, so that nothing is in the cache.
            request.input = std::to_string(id) + ". Write a long story with these words:";
            for (std::int64_t i = 0; i < wanted.as_int(512); ++i) {
                request.input += " word";
            }
            request.messages = {{"user", request.input}};
            request.own_part_uncached = true;
            request.sampling.max_tokens = 33;
            if (!client->post({request})) {
                return json::Object{{"error", "post"}};
            }
            for (bool over = false; !over;) {
                for (const engine::Event& event : client->wait(std::chrono::minutes(5))) {
                    if (const auto* failure = std::get_if<engine::Failed>(&event.what)) {
                        return json::Object{{"error", failure->detail}};
                    }
                    if (const auto* response = std::get_if<engine::Response>(&event.what)) {
                        over = true;
                        if (turn == 0 || *response->ttft_ms < ttft_ms) {
                            ttft_ms = *response->ttft_ms;
                            prompt_tokens = *response->prompt_tokens;
                        }
                        if (*response->output_tokens < k_enough_tokens) {
                            continue;
                        }
                        const double each = (*response->total_ms - *response->ttft_ms) /
                                            (*response->output_tokens - 1);
                        token_ms = output_tokens == 0 ? each : std::min(token_ms, each);
                        output_tokens = *response->output_tokens;
                    }
                }
            }
        }
        lengths.push(json::Object{
            {"prompt", prompt_tokens},
            {"prefill", prompt_tokens / ttft_ms * 1000},
            {"decode", output_tokens > 0 ? json::Value(1000 / token_ms) : json::Value()},
            {"output_tokens", output_tokens},
            {"ttft_ms", ttft_ms}});
    }
    return json::Object{{"lengths", std::move(lengths)}};
}

json::Value figures(const json::Value& question) {
    catalog::Figures known;
    known.parameters = static_cast<std::uint64_t>(question["parameters"].as_int(0));
    if (question["hidden"].is_int() && question["vocabulary"].is_int()) {
        known.hidden = question["hidden"].as_int();
        known.vocabulary = question["vocabulary"].as_int();
        known.tied_output = question["tied"].as_bool();
    }
    const auto bytes = catalog::weights_from_figures(known, question["type"].as_string());
    return bytes ? json::Object{{"bytes", *bytes}} : json::Object{{"error", "unknown"}};
}

}  // namespace
}  // namespace palier

int main() {
    const auto workshop = palier::engine::llama::make_workshop();
    for (std::string line; std::getline(std::cin, line);) {
        const auto question = palier::json::parse_or_nothing(line);
        palier::json::Value answer = palier::json::Object{{"error", "no question"}};
        if (question) {
            const std::string about = (*question)["about"].as_string();
            answer = about == "memory"           ? palier::memory(*question, *workshop)
                     : about == "speed"          ? palier::speed_estimate(*question, *workshop)
                     : about == "speed measured" ? palier::speed_measured(*question)
                                                 : palier::figures(*question);
        }
        std::cout << palier::json::write(answer) << std::endl;
    }
    return 0;
}
