#include "engine/llama/state_tap.h"

#include <ggml-backend.h>
#include <ggml.h>

#include <string_view>

namespace palier::engine::llama {

void StateTap::begin(Wish wish, int rows) {
    wish_ = wish;
    rows_ = rows;
    met_ = 0;
    fits_ = false;
    // Room is made here: the callback stands below frames of llama.cpp and must not throw.
    states_.resize(
        wish == Wish::Read ? static_cast<std::size_t>(rows) * static_cast<std::size_t>(width_) : 0);
}

bool StateTap::on_tensor(ggml_tensor* tensor, bool asks, void* user) {
    StateTap& tap = *static_cast<StateTap*>(user);
    if (tap.wish_ == Wish::Nothing || std::string_view(tensor->name) != "result_norm") {
        return !asks;  // not wanted; after a tensor, true goes on
    }
    if (asks && tap.wish_ == Wish::Read) {
        return true;
    }
    tap.meet(*tensor);
    return !asks;
}

void StateTap::meet(const ggml_tensor& tensor) {
    ++met_;
    fits_ = tensor.type == GGML_TYPE_F32 && tensor.ne[0] == width_ && tensor.ne[1] == rows_ &&
            ggml_nrows(&tensor) == rows_ && ggml_is_contiguous(&tensor);
    if (is_whole() && wish_ == Wish::Read) {
        ggml_backend_tensor_get(&tensor, states_.data(), 0, ggml_nbytes(&tensor));
    }
}

std::span<const float> StateTap::row(int output) const {
    if (wish_ != Wish::Read || !is_whole() || output < 0 || output >= rows_) {
        return {};
    }
    const auto width = static_cast<std::size_t>(width_);
    return std::span(states_).subspan(static_cast<std::size_t>(output) * width, width);
}

}  // namespace palier::engine::llama
