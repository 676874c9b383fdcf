#include "cli/questions.h"

#include "base/rng.h"
#include "cli/output.h"
#include "cli/typed_keys.h"

#include <doctest/doctest.h>

namespace palier::cli {
namespace {

Result<InitAnswers> asked(const InitArguments& arguments, const std::string& keys, bool terminal) {
    const Common common;
    const TypedKeys typed(keys, terminal ? TypedKeys::Into::Terminal : TypedKeys::Into::Pipe);
    Keyboard keyboard = typed.keyboard();
    return ask(common, arguments, false, keyboard);
}

InitArguments all_flags() {
    InitArguments arguments;
    arguments.privacy = "infra";
    arguments.infra_hosts = "a.example, b.example";
    arguments.offline = "no";
    arguments.p95 = "800 ms";
    arguments.per_day = "1000";
    arguments.concurrency = "4";
    arguments.scope = "open";
    arguments.media = "other";
    arguments.min = "85 %";
    return arguments;
}

}  // namespace

TEST_CASE("hosts that no answer asks for are refused, not dropped") {
    InitArguments arguments = all_flags();
    arguments.privacy = "machine";
    const auto answers = asked(arguments, "", false);
    REQUIRE_FALSE(answers);
    CHECK(answers.error().code == say::hosts_without_infra);
}

TEST_CASE("options answer every question") {
    const auto answers = asked(all_flags(), "", false);
    REQUIRE(answers);
    CHECK(answers->answers.privacy == core::Privacy::Infra);
    CHECK(answers->infra_hosts == std::vector<std::string>{"a.example", "b.example"});
    CHECK(answers->answers.p95_ms == 800);
    CHECK(answers->answers.per_month == 30'000);
    CHECK(answers->answers.concurrency == 4);
    CHECK(answers->answers.open_task);
    CHECK_FALSE(answers->answers.text_only);
    CHECK(answers->min == 850'000);
    CHECK(answers->by_default.empty());
}

TEST_CASE("without a terminal the missing options are named, all at once") {
    InitArguments arguments;
    arguments.p95 = "any";
    const auto answers = asked(arguments, "machine\n", false);
    REQUIRE_FALSE(answers);
    CHECK(answers.error().code == say::nobody_to_ask);
    CHECK(answers.error().args[0].second ==
          "--privacy, --per-month, --per-day, --concurrency, --scope, --media, --min");
}

TEST_CASE("defaults are taken on demand only, and said") {
    InitArguments arguments;
    arguments.defaults = true;
    arguments.privacy = "cloud";
    const auto answers = asked(arguments, "", false);
    REQUIRE(answers);
    CHECK(answers->answers.privacy == core::Privacy::Cloud);
    CHECK(answers->answers.p95_ms == 2000);
    CHECK(answers->min == 900'000);
    CHECK(answers->by_default.size() == 7);
    arguments.privacy = "infra";
    const auto hosts = asked(arguments, "", false);
    REQUIRE_FALSE(hosts);
    CHECK(hosts.error().args[0].second == "--infra-hosts");
}

TEST_CASE("on a terminal nonsense is asked again and Enter takes the default") {
    const auto answers = asked(
        {}, "nonsense\nentreprise\na.example\n\n\n5000 par jour\n2\nbornée\noui\n90\n0,95\n", true);
    REQUIRE(answers);
    CHECK(answers->answers.privacy == core::Privacy::Infra);
    CHECK(answers->answers.p95_ms == 2000);
    CHECK(answers->answers.per_month == 150'000);
    CHECK(answers->answers.concurrency == 2);
    CHECK_FALSE(answers->answers.open_task);
    CHECK(answers->min == 950'000);
}

TEST_CASE("whether it must work without a network is asked where the data may leave") {
    InitArguments arguments = all_flags();
    arguments.offline = "oui";
    CHECK(asked(arguments, "", false)->answers.offline);
    arguments.offline = "";
    CHECK(asked(arguments, "", false).error().args[0].second == "--offline");
    arguments.privacy = "machine";
    arguments.infra_hosts.clear();
    CHECK_FALSE(asked(arguments, "", false)->answers.offline);
}

TEST_CASE("leaving the questions with Ctrl-D is an error") {
    const auto answers = asked({}, "machine\n\x04", true);
    REQUIRE_FALSE(answers);
    CHECK(answers.error().code == say::questions_left);
}

TEST_CASE("an option that is not understood is named with its value") {
    InitArguments arguments = all_flags();
    arguments.p95 = "soon";
    const auto answers = asked(arguments, "", false);
    REQUIRE_FALSE(answers);
    CHECK(answers.error().code == say::answer_not_understood);
    CHECK(answers.error().args[0].second == "--p95");
}

TEST_CASE("answers are read as people write them") {
    CHECK(p95_of_answer("1,5 s").value() == 1500);
    CHECK(p95_of_answer("1500").value() == 1500);
    CHECK(p95_of_answer("2 secondes").value() == 2000);
    CHECK(p95_of_answer("1 second").value() == 1000);
    CHECK(p95_of_answer("800 millisecondes").value() == 800);
    CHECK(p95_of_answer("2 minutes").value() == 120'000);
    CHECK_FALSE(p95_of_answer("secondes").has_value());
    CHECK(p95_of_answer("peu importe").has_value());
    CHECK_FALSE(p95_of_answer("peu importe").value().has_value());
    CHECK_FALSE(p95_of_answer("0").has_value());
    CHECK_FALSE(p95_of_answer("-2 s").has_value());
    CHECK(volume_of_answer("200 000") == 200'000);
    CHECK(volume_of_answer("5000/jour") == 150'000);
    CHECK(volume_of_answer("100 a month") == 100);
    CHECK_FALSE(volume_of_answer("0").has_value());
    CHECK_FALSE(volume_of_answer("99999999999999999999").has_value());
    CHECK(share_of_answer("0.9") == 900'000);
    CHECK(share_of_answer("90%") == 900'000);
    CHECK_FALSE(share_of_answer("90").has_value());
    CHECK_FALSE(share_of_answer("nan").has_value());
    CHECK(privacy_of_answer("Company") == core::Privacy::Infra);
    CHECK_FALSE(privacy_of_answer("").has_value());
}

TEST_CASE("any bytes are an answer or are not understood") {
    Rng rng(8);
    const std::string alphabet = "0123456789 .,%smh/eE+-\xc3\xa9\xff\n";
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (std::uint64_t n = rng.below(12); n > 0; --n) {
            text += alphabet[rng.below(alphabet.size())];
        }
        const auto volume = volume_of_answer(text);
        CHECK((!volume || *volume > 0));
        const auto share = share_of_answer(text);
        CHECK((!share || (*share >= 0 && *share <= k_one)));
        const auto p95 = p95_of_answer(text);
        CHECK((!p95 || !*p95 || **p95 > 0));
        (void)privacy_of_answer(text);
    }
}

}  // namespace palier::cli
