// How long the requests of a job are, from its data: what speed and cost are estimated with before
// anything is measured. Tokens are estimated from characters.
#pragma once

#include "base/result.h"
#include "core/job.h"
#include "engine/engine.h"
#include "eval/split.h"
#include "planning/options.h"

#include <cstdint>

namespace palier::planning {

// Characters of a token, on the safe side: French and English text has 3 to 5.
inline constexpr std::size_t k_characters_per_token = 3;

// Of a long request: 95 % are no longer.
struct RequestLength {
    double prompt_tokens = 0;  // instructions included
    double own_tokens = 0;     // without what all requests share
    double output_tokens = 0;  // as the expected answers; 0 where labels can be scored
};

// Of one request, on the safe side: digits count as tokens of their own, and a chat template adds
// to every message.
[[nodiscard]] std::int64_t tokens_of(const engine::Request& request);

// Of a large model's mean request, as a climb's few-shot recipe puts it: the whole prompt, with the
// examples that dev offers, and the expected answer with its end. In tokens.
struct MeanRequest {
    double prompt_tokens = 0, output_tokens = 0;
};
[[nodiscard]] MeanRequest mean_request(const core::Job& job, const eval::Split& split);

struct Prepared;  // prepare.h
[[nodiscard]] RequestLength length_of(const Prepared& prepared);
// Errors: those of reading the job's data.
[[nodiscard]] Result<RequestLength> request_length(const core::Job& job,
                                                   const ClimbOptions& options);

}  // namespace palier::planning
