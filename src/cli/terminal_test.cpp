#include "cli/terminal.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace palier::cli {
namespace {

// A stream that remembers what was written to it.
class Log {
   public:
    Log() : file_(open_memstream(&text_, &size_)) {}
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log() {
        std::fclose(file_);
        std::free(text_);
    }
    [[nodiscard]] std::FILE* file() const { return file_; }
    [[nodiscard]] std::string text() const {
        std::fflush(file_);
        return {text_, size_};
    }

   private:
    char* text_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* file_;
};

run::Progress progress(run::Stage stage, std::int64_t done, std::int64_t total) {
    run::Progress told;
    told.stage = stage;
    told.system = "small";
    told.done = done;
    told.total = total;
    return told;
}

}  // namespace

TEST_CASE("a log gets a line when a step ends, and one every ten seconds while it goes on") {
    FakeClock clock;
    const Log log;
    ProgressLine line(report::Language::En, clock, log.file(), false);
    for (int done = 1; done <= 25; ++done) {
        clock.advance(std::chrono::seconds(1));
        line.show(progress(run::Stage::Proof, done, 100));
    }
    run::Progress slow = progress(run::Stage::Latency, 0, 400);
    line.show(slow);
    clock.advance(std::chrono::seconds(61));
    slow.done = 40;
    slow.seconds_left = 549;
    line.show(slow);
    line.end();
    line.end();
    CHECK(log.text() ==
          "small: proving on test  10/100\n"
          "small: proving on test  20/100\n"
          "small: proving on test  25/100\n"
          "small: probing latency  40/400  at most 9 min 9 s left\n"
          "small: probing latency  40/400\n");
}

TEST_CASE("a log hears of loading only where it takes long") {
    FakeClock clock;
    const Log log;
    ProgressLine line(report::Language::En, clock, log.file(), false);
    line.show(progress(run::Stage::Loading, 0, 100));
    clock.advance(std::chrono::seconds(9));
    line.show(progress(run::Stage::Loading, 99, 100));
    CHECK(log.text().empty());
    clock.advance(std::chrono::seconds(1));
    line.show(progress(run::Stage::Loading, 100, 100));
    CHECK(log.text() == "loading small  100 %\n");
}

TEST_CASE("a step that has ended is told before the next model is loaded") {
    FakeClock clock;
    const Log log;
    ProgressLine line(report::Language::En, clock, log.file(), false);
    line.show(progress(run::Stage::Topline, 194, 194));
    line.show(progress(run::Stage::Loading, 0, 100));
    CHECK(log.text() == "small: measuring the topline  194/194\n");
}

TEST_CASE("a terminal's line is written over at most ten times a second") {
    FakeClock clock;
    const Log log;
    ProgressLine line(report::Language::En, clock, log.file(), true);
    line.show(progress(run::Stage::Dev, 1, 40));
    line.show(progress(run::Stage::Dev, 2, 40));
    clock.advance(std::chrono::milliseconds(100));
    line.show(progress(run::Stage::Dev, 3, 40));
    line.clear();
    CHECK(log.text() ==
          "\r\033[Ksmall: trying on dev  1/40"
          "\r\033[Ksmall: trying on dev  3/40"
          "\r\033[K");
}

TEST_CASE(
    "on a terminal the line of a step stays once it has ended, and that of loading does not") {
    FakeClock clock;
    const Log log;
    {
        ProgressLine line(report::Language::En, clock, log.file(), true);
        line.show(progress(run::Stage::Loading, 50, 100));
        clock.advance(std::chrono::seconds(1));
        line.show(progress(run::Stage::Dev, 1, 40));
        line.show(progress(run::Stage::Dev, 40, 40));
        line.show(progress(run::Stage::Latency, 1, 400));
        clock.advance(std::chrono::seconds(1));
        line.show(progress(run::Stage::Busy, 0, 0));
        clock.advance(std::chrono::seconds(1));
        line.show(progress(run::Stage::Latency, 2, 400));
    }
    CHECK(log.text() ==
          "\r\033[Kloading small  50 %"
          "\r\033[Ksmall: trying on dev  1/40"
          "\r\033[Ksmall: trying on dev  40/40\n"
          "\r\033[Ksmall: probing latency  1/400"
          "\r\033[Ksmall: waiting, other processes keep this machine busy"
          "\r\033[Ksmall: probing latency  2/400"
          "\r\033[Ksmall: probing latency  2/400\n");
}

TEST_CASE("a line too long for a terminal gives way in the name, not in the figures") {
    FakeClock clock;
    const Log log;
    ProgressLine line(report::Language::En, clock, log.file(), true);
    run::Progress long_name = progress(run::Stage::Latency, 133, 400);
    long_name.system = "qwen2.5-coder-14b-instruct-a-long-name/few-shot";
    long_name.seconds_left = 131;
    line.show(long_name);
    const std::string text = log.text();
    CHECK(text.ends_with("/few-shot: probing latency  133/400  at most 2 min 11 s left"));
    CHECK(text.starts_with("\r\033[Kqwen2.5-cod"));
    CHECK(text.size() == 79 + std::string("\r\033[K").size());
}

}  // namespace palier::cli
