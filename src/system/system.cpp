#include "system/system.h"

#include "base/check.h"
#include "core/names.h"
#include "lib/hash/sha256.h"
#include "system/prompt.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace palier::system {
namespace {

constexpr std::string_view k_scores_head = "label_scores";

std::string shortest(double number) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    PALIER_CHECK(error == std::errc{}, "32 characters hold any double");
    return {text.data(), end};
}

void add_sampling(hash::Sha256& sha, double temperature, std::uint64_t seed, int max_tokens) {
    sha.field(shortest(temperature)).field(std::to_string(seed)).field(std::to_string(max_tokens));
}

}  // namespace

std::string system_hash(const core::Job& job,
                        const core::Recipe& recipe,
                        const engine::Facts& facts) {
    hash::Sha256 sha;
    sha.field("system").field(facts.model_identity).field(facts.build).field(facts.weights);
    sha.field(facts.chat_template).field(std::to_string(k_prompt_version));
    sha.field(core::name_of(recipe.rung)).field(core::name_of(recipe.decide));
    sha.field(core::name_of(recipe.norm)).field(recipe.constrained ? "constrained" : "free");
    add_sampling(sha, recipe.temperature, recipe.sampling_seed, recipe.max_tokens);
    for (const core::Shot& shot : recipe.shots) {
        sha.field(shot.input).field(shot.expected);
    }
    sha.field(core::name_of(job.task))
        .field(job.language)
        .field(job.instructions)
        .field(job.schema);
    for (const std::string& label : job.labels) {
        sha.field(label);
    }
    return sha.hex();
}

std::string request_key(const engine::Facts& facts, const engine::Request& request) {
    hash::Sha256 sha;
    sha.field("request").field(facts.model_identity).field(facts.build).field(facts.weights);
    sha.field(request.kind == engine::Kind::Score ? "score" : "generate");
    for (const engine::Message& message : request.messages) {
        sha.field(message.role).field(message.content);
    }
    sha.field(request.input);
    for (const std::string& label : request.labels) {
        sha.field(label);
    }
    if (request.kind == engine::Kind::Generate) {
        const engine::Sampling& sampling = request.sampling;
        add_sampling(sha, sampling.temperature, sampling.seed, sampling.max_tokens);
        sha.field(shortest(sampling.top_p)).field(std::to_string(sampling.top_k));
        for (const std::string& stop : sampling.stop) {
            sha.field(stop);
        }
    }
    return sha.hex();
}

engine::Request request_for(const core::Job& job,
                            const core::Recipe& recipe,
                            const core::Case& item) {
    engine::Request request;
    request.kind =
        recipe.decide == core::Decide::Score ? engine::Kind::Score : engine::Kind::Generate;
    request.messages = messages_for(job, recipe, item);
    request.input = item.input;
    request.sampling.temperature = recipe.temperature;
    request.sampling.seed = recipe.sampling_seed;
    request.sampling.max_tokens = recipe.max_tokens;
    if (request.kind == engine::Kind::Score || recipe.constrained) {
        request.labels = job.labels;
    }
    if (recipe.constrained && request.kind == engine::Kind::Generate) {
        request.constraint.kind = engine::Constraint::Kind::Labels;
    }
    return request;
}

engine::Request empty_request(const core::Job& job, const core::Recipe& recipe) {
    return request_for(job, recipe, core::Case{});
}

std::string raw_answer(const engine::Response& response, core::Decide decide) {
    if (decide == core::Decide::Generate) {
        return response.text;
    }
    std::string out(k_scores_head);
    for (const engine::LabelScore& score : response.scores) {
        out += " " + shortest(score.log_probability) + "/" + std::to_string(score.tokens);
    }
    return out;
}

std::optional<std::vector<engine::LabelScore>> scores_of(std::string_view raw, std::size_t labels) {
    if (!raw.starts_with(k_scores_head)) {
        return std::nullopt;
    }
    std::vector<engine::LabelScore> scores;
    const char* at = raw.data() + k_scores_head.size();
    const char* const end = raw.data() + raw.size();
    while (at != end) {
        engine::LabelScore score;
        if (*at != ' ') {
            return std::nullopt;
        }
        const auto sum = std::from_chars(at + 1, end, score.log_probability);
        if (sum.ec != std::errc{} || sum.ptr == end || *sum.ptr != '/') {
            return std::nullopt;
        }
        const auto count = std::from_chars(sum.ptr + 1, end, score.tokens);
        if (count.ec != std::errc{}) {
            return std::nullopt;
        }
        at = count.ptr;
        scores.push_back(score);
    }
    return scores.size() == labels ? std::optional(scores) : std::nullopt;
}

std::size_t best_label(const std::vector<engine::LabelScore>& scores,
                       core::LabelNorm norm,
                       const std::vector<engine::LabelScore>& empty) {
    PALIER_CHECK(!scores.empty(), "a choice needs labels");
    PALIER_CHECK(norm != core::LabelNorm::MinusEmpty || empty.size() == scores.size(),
                 "minus-empty needs the scores after an empty input");
    const auto value = [&](std::size_t i) {
        switch (norm) {
            case core::LabelNorm::Sum:
                return scores[i].log_probability;
            case core::LabelNorm::Mean:
                return scores[i].log_probability / std::max(scores[i].tokens, 1);
            case core::LabelNorm::MinusEmpty:
                return scores[i].log_probability - empty[i].log_probability;
        }
        return scores[i].log_probability;
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < scores.size(); ++i) {
        if (value(i) > value(best)) {
            best = i;
        }
    }
    return best;
}

std::optional<std::string> final_answer(const core::Job& job,
                                        const core::Recipe& recipe,
                                        std::string_view raw,
                                        const std::vector<engine::LabelScore>& empty) {
    if (recipe.decide == core::Decide::Generate) {
        return std::string(raw);
    }
    const auto scores = scores_of(raw, job.labels.size());
    if (!scores) {
        return std::nullopt;
    }
    return job.labels[best_label(*scores, recipe.norm, empty)];
}

}  // namespace palier::system
