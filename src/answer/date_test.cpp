#include "answer/date.h"

#include "base/rng.h"

#include <doctest/doctest.h>

namespace palier::answer {
namespace {

std::string whole(std::string_view text, Style style = Style::English) {
    const auto date = read_date(text, style);
    return date ? date->text() : "(none)";
}
std::string last(std::string_view text, Style style = Style::English) {
    const auto date = date_of(text, style);
    return date ? date->text() : "(none)";
}

TEST_CASE("every usual way of writing a date gives the same day") {
    for (const std::string text : {"2026-03-03",
                                   "2026/3/3",
                                   "2026.03.03",
                                   "2026-03-03T10:00:00Z",
                                   "2026-03-03 10:00",
                                   "3/3/2026",
                                   "03.03.2026",
                                   "03-03-26",
                                   "3 mars 2026",
                                   "3 Mars 2026",
                                   "mardi 3 mars 2026",
                                   "le 3 mars 2026",
                                   "Tuesday, March 3rd, 2026",
                                   "March 3, 2026",
                                   "Mar 3 2026",
                                   "3rd of March 2026",
                                   "03-Mar-2026",
                                   "2026 Mar 3",
                                   "3 March 2026.",
                                   " 3\xc2\xa0mars 2026 "}) {
        INFO(text);
        CHECK(whole(text) == "2026-03-03");
    }
    CHECK(whole("1er août 2025") == "2025-08-01");
    CHECK(whole("25 dé"
                "cembre 1999") == "1999-12-25");
    CHECK(whole("4 juillet 1976") == "1976-07-04");
    CHECK(whole("18 juin 1940") == "1940-06-18");
}

TEST_CASE("the style decides only between days and months that are both at most 12") {
    CHECK(whole("03/04/2026", Style::English) == "2026-03-04");
    CHECK(whole("03/04/2026", Style::French) == "2026-04-03");
    CHECK(whole("25/12/2018", Style::English) == "2018-12-25");
    CHECK(whole("12/25/2018", Style::French) == "2018-12-25");
    CHECK(whole("1/2/69", Style::French) == "1969-02-01");
    CHECK(whole("1/2/68", Style::French) == "2068-02-01");
}

TEST_CASE("what is no day of the calendar, or more than a day, is no date") {
    for (const std::string text : {"2026-02-29",
                                   "31/04/2026",
                                   "2026-13-01",
                                   "13/13/2026",
                                   "3 mars",
                                   "March",
                                   "2026",
                                   "3-3/2026",
                                   "next Friday",
                                   "",
                                   "12345678",
                                   "1.2.3.4",
                                   "from 3 March 2026 to 4 March 2026",
                                   "3 brumaire 2026"}) {
        INFO(text);
        CHECK(whole(text) == "(none)");
    }
    CHECK(whole("2024-02-29") == "2024-02-29");
    CHECK(whole("2000-02-29") == "2000-02-29");
    CHECK(whole("1900-02-29") == "(none)");
}

TEST_CASE("the last date of a text is taken") {
    CHECK(last("due on 2026-03-03, paid on 5 March 2026.") == "2026-03-05");
    CHECK(last("Facture du 03/04/2026", Style::French) == "2026-04-03");
    CHECK(last("order 12-34 of 2026") == "(none)");
    CHECK(last("call 06.12.34.56.78") == "(none)");
}

TEST_CASE("a date that is written comes back from each form") {
    Rng rng(29);
    for (int round = 0; round < 500; ++round) {
        const Date date{1970 + static_cast<int>(rng.below(90)),
                        1 + static_cast<int>(rng.below(12)),
                        1 + static_cast<int>(rng.below(28))};
        CHECK(read_date(date.text(), Style::English) == date);
        const std::string french = std::to_string(date.day) + "/" + std::to_string(date.month) +
                                   "/" + std::to_string(date.year);
        CHECK(read_date(french, Style::French) == date);
        CHECK(date_of("le " + french + " au soir", Style::French) == date);
    }
}

TEST_CASE("arbitrary bytes give a date of the calendar or none") {
    Rng rng(31);
    const std::string alphabet = "0123456789/-. marsjunoct";
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::uint64_t i = rng.below(24); i > 0; --i) {
            text += round % 3 == 0 ? static_cast<char>(rng.below(256))
                                   : alphabet[rng.below(alphabet.size())];
        }
        if (const auto date = date_of(text, Style::French)) {
            CHECK(read_date(date->text(), Style::English) == date);
        }
        (void)read_date(text, Style::English);
    }
}

}  // namespace
}  // namespace palier::answer
