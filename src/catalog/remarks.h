// Remarks: what a model file's header gives reason to say before the model is asked. It can be run;
// its answers may be worse than the model's are elsewhere, or go on after their end.
#pragma once

#include "lib/gguf/gguf.h"

#include <string>
#include <utility>
#include <vector>

namespace palier::catalog {

// A sentence of the message table. Its argument {system}, who it is about, is the asker's to add.
struct Remark {
    int code = 0;
    std::vector<std::pair<std::string, std::string>> args;
    bool operator==(const Remark&) const = default;
};

// 2460 no chat template. The template ends answers with {mark}, number {token} of the vocabulary,
// where the header names {declared} ("-": nothing): 2461 llama.cpp stops there because of the
// name, 2462 it does not. 2463 {mark} is no token at all.
[[nodiscard]] std::vector<Remark> remarks_on(const gguf::Header& header);

}  // namespace palier::catalog
