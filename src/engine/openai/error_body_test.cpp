#include "engine/openai/error_body.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::engine::openai {
namespace {

TEST_CASE("error messages are found where servers put them, on one line") {
    CHECK(error_message_in(R"({"error":{"message":"a\nb","type":"t"}})") == "a b");
    CHECK(error_message_in(R"({"error":"x"})") == "x");
    CHECK(error_message_in(R"({"message":"x"})") == "x");
    CHECK(error_message_in(R"({"detail":"x"})") == "x");
    CHECK(error_message_in(R"({"detail":[{"loc":["body","top_k"]}]})").find("top_k") !=
          std::string::npos);
    CHECK(error_message_in(" <h1>Bad\r\nGateway</h1> ") == "<h1>Bad  Gateway</h1>");
    CHECK(error_message_in("") == "");
    CHECK(error_message_in(std::string(5000, 'x')).size() <= 300);
    CHECK(error_code_in(R"({"error":{"code":"c","type":"t"}})") == "c");
    CHECK(error_code_in(R"({"error":{"type":"t"}})") == "t");
    CHECK(error_code_in("nothing") == "");
    CHECK(error_code_in(R"({"error":{"code":429}})") == "429");
    CHECK(error_message_in(R"({"errors":[{"message":"x"}]})") == "x");
    CHECK(error_message_in("\x1b[2J\xff") == " [2J\uFFFD");
}

TEST_CASE("a complaint has every text of an error but what repeats the request") {
    const std::string complaint = complaint_in(
        R"({"detail":[{"loc":["body","top_p"],"msg":"extra","input":"seed"}],"error":{"param":"n"}})");
    CHECK(complaint == "body\ntop_p\nextra\nn\n");
    CHECK(complaint_in("<p>no top_k here</p>") == "<p>no top_k here</p>");
}

TEST_CASE("arbitrary bytes never crash the reading of errors") {
    Rng rng(3);
    static constexpr std::string_view k_alphabet = "{}[]\":,error message\\u\xff\x1b";
    for (int round = 0; round < 5'000; ++round) {
        std::string body = rng.below(2) == 0 ? "{\"error\":" : "";
        for (std::uint64_t i = rng.below(40); i > 0; --i) {
            body += k_alphabet[rng.below(k_alphabet.size())];
        }
        CHECK(error_message_in(body).find('\x1b') == std::string::npos);
        static_cast<void>(error_code_in(body));
        static_cast<void>(complaint_in(body));
    }
}

}  // namespace
}  // namespace palier::engine::openai
