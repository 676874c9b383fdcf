// The lane of interactive and bulk requests: sequences join and leave at every forward pass, as
// schedule.h plans it.
#pragma once

#include "engine/llama/charge.h"
#include "engine/llama/schedule.h"

#include <map>
#include <memory>
#include <string>

namespace palier::engine::llama {

// One thread at a time; not before its decoder is set.
class OpenLane {
   public:
    // `requests`: most of them at once.
    OpenLane(const Hands& hands, int requests);
    ~OpenLane();

    void set_decoder(std::unique_ptr<Decoder> decoder);
    [[nodiscard]] Decoder* decoder() const { return decoder_.get(); }

    // Each charge ends with its last event, whatever happens. `client`: for turns.
    void add(ChargePtr charge, std::uint64_t client);
    [[nodiscard]] bool is_busy() const { return !tasks_.empty(); }
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }
    // The class on whose behalf it computes for the time being.
    [[nodiscard]] Priority priority() const;
    // At most one forward pass. Returns the tokens computed.
    int step();
    // Ends what it works on after an exception.
    void fail(const std::string& why);

   private:
    struct Task;
    struct Built;

    void drop_ended();
    void begin(const Pass& pass);
    [[nodiscard]] Built entries_of(const Pass& pass);
    void hand_out(const Pass& pass, const Built& built);
    void go_on(Number number, Task& task);
    void end(Number number, bool keep);
    void after(Decoded decoded, const Pass& pass);

    const Hands& hands_;
    const int requests_;
    std::unique_ptr<Decoder> decoder_;
    std::unique_ptr<Schedule> schedule_;
    std::map<Number, std::unique_ptr<Task>> tasks_;
};

}  // namespace palier::engine::llama
