// The last layer's states, read out of llama.cpp's graph while it is computed (docs/adr/0021): the
// tensor that its models call "result_norm", the final norm, whose rows are the outputs of the
// graph.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

struct ggml_tensor;  // NOLINT(readability-identifier-naming): llama.cpp names it

namespace palier::engine::llama {

// One thread at a time. It says what it wants before each pass; shut, it costs next to nothing.
class StateTap {
   public:
    StateTap() = default;
    // `width`: numbers in a state, the model's n_embd.
    explicit StateTap(int width) : width_(width) {}

    // A ggml_backend_sched_eval_callback, with the tap itself as `user`.
    [[nodiscard]] static bool on_tensor(ggml_tensor* tensor, bool asks, void* user);

    // The next pass is not looked at.
    void shut() { begin(Wish::Nothing, 0); }
    // ... only for whether its graph has the tensor, with so many rows.
    void look(int rows) { begin(Wish::Look, rows); }
    // ... is to leave so many rows here.
    void read(int rows) { begin(Wish::Read, rows); }

    // After the pass: the tensor was met once, in the shape expected. A pass that llama.cpp cuts in
    // several graphs has another order than its batch, and is not whole.
    [[nodiscard]] bool is_whole() const { return met_ == 1 && fits_; }
    // The states of the outputs, in the order of the batch; valid until the next pass. Empty: none
    // were read, or not all of them.
    [[nodiscard]] std::span<const float> row(int output) const;

   private:
    enum class Wish { Nothing, Look, Read };

    void begin(Wish wish, int rows);
    void meet(const ggml_tensor& tensor);

    int width_ = 0;
    Wish wish_ = Wish::Nothing;
    int rows_ = 0;
    int met_ = 0;
    bool fits_ = false;
    std::vector<float> states_;
};

}  // namespace palier::engine::llama
