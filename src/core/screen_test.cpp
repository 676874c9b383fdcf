#include "core/screen.h"

#include <doctest/doctest.h>

namespace palier::core {

TEST_CASE("the host of a URL is found behind user names, ports and brackets") {
    CHECK(host_of("http://localhost:8080/v1") == "localhost");
    CHECK(host_of("https://API.Example.com/v1") == "api.example.com");
    CHECK(host_of("http://[::1]:80/") == "::1");
    CHECK(host_of("http://localhost@evil.example/v1") == "evil.example");
    CHECK(host_of("http://127.0.0.1#@evil.example") == "127.0.0.1");
    CHECK(host_of("localhost") == "");
}

TEST_CASE("data of a machine job may be seen on this machine only") {
    Constraints job;
    CHECK(may_see_data(job, "http://127.0.0.1:11434/v1"));
    CHECK_FALSE(may_see_data(job, "http://127.0.0.1.example.org/v1"));
    CHECK_FALSE(may_see_data(job, "https://api.example.com/v1"));
    CHECK_FALSE(may_see_data(job, "not a url"));
    job.privacy = Privacy::Infra;
    job.infra_hosts = {"llm.corp.example"};
    CHECK(may_see_data(job, "https://LLM.corp.example/v1"));
    CHECK_FALSE(may_see_data(job, "https://llm.corp.example.evil/v1"));
    job.privacy = Privacy::Cloud;
    CHECK(may_see_data(job, "https://api.example.com/v1"));
}

TEST_CASE("each constraint that a candidate cannot meet is named with both figures") {
    Constraints job;
    job.memory_bytes = 1'000;
    job.context_tokens = 4096;
    job.licence = "commercial";
    job.tools = true;
    Prospect facts;
    facts.endpoint = "https://api.example.com";
    facts.file_bytes = 2'000;
    facts.context_tokens = 2048;
    const auto reasons = screen(job, facts);
    REQUIRE(reasons.size() == 5);
    CHECK(reasons[1] == Reason{"memory", 2000.0, 1000.0});
    CHECK(reasons[2] == Reason{"context", 2048.0, 4096.0});
    facts = {"", 8192, 500, true, true};
    CHECK(screen(job, facts).empty());
    facts.commercial_use = std::nullopt;
    CHECK(screen(job, facts).front().constraint == "licence");
}

}  // namespace palier::core
