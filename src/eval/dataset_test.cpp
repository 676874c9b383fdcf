#include "eval/dataset.h"

#include "base/rng.h"
#include "base/text.h"
#include "eval/codes.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace palier::eval {
namespace {

core::Job tickets() {
    core::Job job;
    job.task = core::Task::Classify;
    job.labels = {"billing", "delivery"};
    return job;
}

core::Job with_columns(core::Job job, const std::string& input, const std::string& expected) {
    job.data.input_column = input;
    job.data.expected_column = expected;
    return job;
}

core::Job of_task(core::Task task) {
    core::Job job;
    job.task = task;
    return job;
}

Result<Dataset> read(const std::string& text,
                     const std::string& path = "d.jsonl",
                     const core::Job& job = tickets()) {
    return read_dataset_text(text, path, job);
}

// "<code>: name=value ..." of the error.
std::string error_of(const std::string& text,
                     const std::string& path = "d.jsonl",
                     const core::Job& job = tickets()) {
    const auto data = read(text, path, job);
    REQUIRE_FALSE(data.has_value());
    std::string shown = std::to_string(data.error().code);
    for (const auto& [name, value] : data.error().args) {
        if (name != "path") {
            shown += " " + name + "=" + value;
        }
    }
    return shown;
}

const core::Note* note(const Dataset& data, int code) {
    const auto found = std::find_if(data.notes.begin(),
                                    data.notes.end(),
                                    [&](const core::Note& one) { return one.code == code; });
    return found == data.notes.end() ? nullptr : &*found;
}

TEST_CASE("JSONL: one object a line, blank lines and CRLF passed over") {
    const auto data = read(
        "{\"input\": \"where is it\", \"expected\": \"delivery\", \"group\": \"g1\", "
        "\"tags\": [\"a\", \"b\"], \"context\": \"c\"}\r\n\r\n"
        "{\"input\": \"my bill\", \"expected\": [\"billing\"], \"id\": 7, \"tags\": \"x, y\"}");
    REQUIRE(data.has_value());
    REQUIRE(data->cases.size() == 2);
    const core::Case& first = data->cases[0];
    CHECK(first.id == "line-1");
    CHECK(first.input == "where is it");
    CHECK(first.expected == std::vector<std::string>{"delivery"});
    CHECK(first.group == "g1");
    CHECK(first.context == "c");
    CHECK(first.tags == std::vector<std::string>{"a", "b"});
    const core::Case& second = data->cases[1];
    CHECK(second.id == "7");
    CHECK(second.line == 3);
    CHECK(second.tags == std::vector<std::string>{"x", "y"});
    CHECK(data->format == "jsonl");
    CHECK(data->file_hash.size() == 64);
    CHECK(data->notes.empty());
}

TEST_CASE("one broken line in the middle of JSONL is named with line and column") {
    const std::string good = "{\"input\": \"a b c d\", \"expected\": \"billing\"}\n";
    CHECK(error_of(good + good + "  {\"input\": \"x\", }\n" + good).substr(0, 23) ==
          "2205 line=3 column=18 w");
    CHECK(error_of(good + "[1]\n") == "2206 line=2");
    CHECK(error_of(good + "{\"input\": \"x\"").substr(0, 11) == "2205 line=2");
}

TEST_CASE("JSON: an array of objects, each with its line") {
    const auto data = read(
        "[\n {\"input\": \"a, ] \\\" b\", \"expected\": \"billing\"},\n"
        " {\"input\": \"c\",\n  \"expected\": \"delivery\"}\n]\n",
        "d.json");
    REQUIRE(data.has_value());
    REQUIRE(data->cases.size() == 2);
    CHECK(data->cases[0].input == "a, ] \" b");
    CHECK(data->cases[1].line == 3);
    CHECK(error_of("{\"input\": 1}", "d.json") == "2217");
    CHECK(error_of("[{\"input\": \"x\", \"expected\": \"billing\"},\n {\"input\" 1}]", "d.json")
              .substr(0, 21) == "2205 line=2 column=11");
    CHECK(error_of("[{\"input\": \"x\", \"expected\": \"billing\"}", "d.json").substr(0, 11) ==
          "2205 line=1");
    CHECK(error_of("[] x", "d.json").substr(0, 20) == "2205 line=1 column=4");
    CHECK(error_of("[{\"input\": \"x\", \"expected\": \"billing\"},]", "d.json").substr(0, 11) ==
          "2205 line=1");
}

TEST_CASE("CSV: columns by name, quoting, and a semicolon where the file has it") {
    const core::Job job = with_columns(tickets(), "text", "label");
    const auto data =
        read("\xef\xbb\xbfid;text;label\n1;\"a; b\";billing\n2;c d;delivery\n", "d.csv", job);
    REQUIRE(data.has_value());
    CHECK(data->cases[0].input == "a; b");
    CHECK(data->cases[1].id == "2");
    CHECK(data->format == "csv");
}

TEST_CASE("columns that are numbers mean a file without a header line") {
    const core::Job job = with_columns(tickets(), "2", "1");
    const auto data = read("billing\t\"what\" a bill\ndelivery\twhere\n", "d.tsv", job);
    REQUIRE(data.has_value());
    REQUIRE(data->cases.size() == 2);
    CHECK(data->cases[0].input == "\"what\" a bill");
    CHECK(data->cases[0].expected.front() == "billing");
    CHECK(data->cases[0].line == 1);
    CHECK(error_of("billing\ta\nb\n", "d.tsv", job) == "2212 line=2 found=1 wanted=2");
    CHECK(error_of("billing\n", "d.tsv", job).substr(0, 12) == "2214 field=2");
    CHECK(error_of("a\tb\n", "d.tsv", with_columns(tickets(), "2", "label")) ==
          "2218 columns=2, label");
}

TEST_CASE("a missing column or field is named with its nearest neighbour") {
    CHECK(error_of("inputs,expected\na,billing\n", "d.csv") == "2221 field=input nearest=inputs");
    CHECK(error_of("foo,bar\na,billing\n", "d.csv") == "2214 field=input known=foo, bar");
    CHECK(error_of("{\"input\": \"x\", \"expect\": \"billing\"}") ==
          "2220 line=1 field=expected nearest=expect");
    CHECK(error_of("{\"text\": \"x\", \"label\": \"billing\"}") ==
          "2207 line=1 field=input known=text, label");
}

TEST_CASE("a label outside the set is named with the nearest label") {
    CHECK(error_of("{\"input\": \"x\", \"expected\": \"biling\"}") ==
          "2209 line=1 label=biling nearest=billing");
    CHECK(error_of("{\"input\": \"x\", \"expected\": \"weather\"}") ==
          "2219 line=1 label=weather known=billing, delivery");
    CHECK(error_of("{\"input\": \"x\", \"expected\": [\"billing\", \"other\"]}").substr(0, 4) ==
          "2219");
    CHECK(read("{\"input\": \"x\", \"expected\": \" billing \"}").has_value());
}

TEST_CASE("a label that looks the same is the same, or is shown with its code points") {
    core::Job job = tickets();
    job.labels = {"réclamation", "billing", "no answer"};
    const auto nfd = read(R"({"input": "a", "expected": "re\u0301clamation"})", "d.jsonl", job);
    REQUIRE(nfd.has_value());
    CHECK(nfd->cases[0].expected == std::vector<std::string>{"réclamation"});
    CHECK(
        read("{\"input\": \"a\", \"expected\": \"bil\xc2\xadling\"}", "d.jsonl", job).has_value());
    CHECK(error_of(R"({"input": "a", "expected": "b\u0456lling"})", "d.jsonl", job) ==
          "2224 line=1 label=bіlling nearest=billing points=U+0456 nearest_points=U+0069");
    CHECK(read("input,expected\na,billing\xc2\xa0\n", "d.csv", job).has_value());
    CHECK(error_of(R"({"input": "a", "expected": "no\u00a0answer"})", "d.jsonl", job)
              .find("points=U+00A0 nearest_points=U+0020") != std::string::npos);
}

TEST_CASE("a field that is null is said to be null") {
    CHECK(error_of(R"({"input": "a", "expected": null})") == "2222 line=1 field=expected");
    CHECK(error_of(R"({"input": null, "expected": "billing"})") == "2222 line=1 field=input");
}

TEST_CASE("an extraction expects an object or array") {
    const core::Job job = of_task(core::Task::Extract);
    for (const std::string bare : {"42", "true", "\"42\"", "\"null\"", "\"\\\"x\\\"\""}) {
        INFO(bare);
        CHECK(error_of("{\"input\": \"a\", \"expected\": " + bare + "}", "d.jsonl", job)
                  .starts_with("2223"));
    }
    CHECK(error_of("input,expected\na,42\n", "d.csv", job).starts_with("2223"));
    CHECK(read(R"({"input": "a", "expected": {"n": 10176718226607830673}})", "d.jsonl", job)
              ->cases[0]
              .expected[0] == R"({"n":10176718226607830673})");
}

TEST_CASE("an input that is a number is taken as written") {
    for (const std::string number : {"10176718226607830673", "1.0", "1e3", "-0.50"}) {
        const auto data = read("{\"input\": " + number + ", \"expected\": \"billing\"}");
        REQUIRE(data.has_value());
        CHECK(data->cases[0].input == number);
    }
}

TEST_CASE("two columns of one name are refused, columns without a name are not") {
    CHECK(error_of("input,expected,input\na,billing,b\n", "d.csv") ==
          "2225 line=1 field=input first=1 second=3");
    CHECK(read("input,expected,,\na,billing,,\n", "d.csv").has_value());
}

TEST_CASE("odd quotes and patterns of ASCII words are noted") {
    const auto codes = [](const Result<Dataset>& data) {
        std::string shown;
        for (const core::Note& note : data->notes) {
            shown += std::to_string(note.code) + " ";
        }
        return shown;
    };
    CHECK(codes(read("input,expected\n\"a\", \"billing\"\nb,delivery\n", "d.csv")) == "2259 ");
    CHECK(codes(read("input,expected\n\"a,billing\nb,x\n15\",delivery\nc,billing\n", "d.csv")) ==
          "2260 ");
    core::Job job = of_task(core::Task::Generate);
    job.constraints.quality.metric = "regex";
    CHECK(codes(read(R"({"input": "a", "expected": "\\b\u00e9cole\\b"})", "d.jsonl", job)) ==
          "2261 ");
    CHECK(codes(read(R"({"input": "a", "expected": "^\\pL+$"})", "d.jsonl", job)).empty());
    CHECK(codes(read(R"({"input": "a", "expected": "\\\\b"})", "d.jsonl", job)).empty());
}

TEST_CASE("expected answers of every type") {
    const core::Job generate = of_task(core::Task::Generate);
    const auto data = read(
        "{\"input\": \"1\", \"expected\": 18}\n{\"input\": \"2\", \"expected\": true}\n"
        "{\"input\": \"3\", \"expected\": [\"a\", 2]}\n{\"input\": \"4\", \"expected\": {\"k\": "
        "1}}",
        "d.jsonl",
        generate);
    REQUIRE(data.has_value());
    CHECK(data->cases[0].expected == std::vector<std::string>{"18"});
    CHECK(data->cases[1].expected == std::vector<std::string>{"true"});
    CHECK(data->cases[2].expected == std::vector<std::string>{"a", "2"});
    CHECK(data->cases[3].expected == std::vector<std::string>{R"({"k":1})"});
    CHECK(error_of("{\"input\": \"1\", \"expected\": []}", "d.jsonl", generate).substr(0, 4) ==
          "2208");
    CHECK(error_of("{\"input\": [1], \"expected\": \"a\"}", "d.jsonl", generate) ==
          "2208 line=1 field=input found=array wanted=string");
}

TEST_CASE("the expected answer of an extraction is one JSON value, given as JSON or as text") {
    const core::Job extract = of_task(core::Task::Extract);
    const auto data = read(
        "{\"input\": \"1\", \"expected\": {\"total\": 5.0}}\n"
        "{\"input\": \"2\", \"expected\": \"{\\\"total\\\": 5}\"}\n"
        "{\"input\": \"3\", \"expected\": [1, 2]}",
        "d.jsonl",
        extract);
    REQUIRE(data.has_value());
    CHECK(data->cases[1].expected == std::vector<std::string>{R"({"total":5})"});
    CHECK(data->cases[2].expected == std::vector<std::string>{"[1,2]"});
    CHECK(
        error_of("{\"input\": \"1\", \"expected\": \"five\"}", "d.jsonl", extract).substr(0, 11) ==
        "2215 line=1");
}

TEST_CASE("a job with one pattern for all cases needs no expected answers") {
    core::Job job = of_task(core::Task::Generate);
    job.expected_pattern = "^SELECT ";
    const auto data = read("{\"input\": \"x\"}\n{\"input\": \"y\"}", "d.jsonl", job);
    REQUIRE(data.has_value());
    CHECK(data->cases[1].expected == std::vector<std::string>{"^SELECT "});
}

TEST_CASE("ids are unique, a file has cases, and formats are told without an extension") {
    CHECK(error_of("{\"id\": \"a\", \"input\": \"x\", \"expected\": \"billing\"}\n"
                   "{\"id\": \"a\", \"input\": \"y\", \"expected\": \"billing\"}") ==
          "2213 line=2 id=a first=1");
    for (const std::string path : {"d.jsonl", "d.json", "d.csv"}) {
        CHECK(error_of("\n", path) == "2203");
    }
    CHECK(error_of("input,expected\n", "d.csv") == "2203");
    CHECK(read("[{\"input\": \"x\", \"expected\": \"billing\"}]", "d.txt")->format == "json");
    CHECK(read("{\"input\": \"x\", \"expected\": \"billing\"}", "d")->format == "jsonl");
    CHECK(read("input,expected\nx,billing", "d.txt")->format == "csv");
}

TEST_CASE("Latin-1 is read and said") {
    const auto data = read("input,expected\nd\xe9j\xe0 pay\xe9,billing\n", "d.csv");
    REQUIRE(data.has_value());
    CHECK(data->cases[0].input == "déjà payé");
    REQUIRE(note(*data, codes::read_as_latin1) != nullptr);
    CHECK(filled("{encoding} {line}:{column}", note(*data, codes::read_as_latin1)->args) ==
          "Latin-1 2:2");
}

TEST_CASE("empty, duplicated, contradictory and near-duplicate cases are noted") {
    const std::string text =
        "input,expected\n\"\",billing\nwhere is my parcel please tell me now,delivery\n"
        "where is my parcel please tell me now,delivery\n"
        "where is my parcel please tell me now,billing\n"
        "where is my parcel please tell me now!,delivery\nsomething else,delivery\n";
    const auto data = read(text, "d.csv");
    REQUIRE(data.has_value());
    CHECK(data->cases.size() == 6);
    REQUIRE(note(*data, codes::empty_inputs) != nullptr);
    CHECK(filled("{count} {lines}", note(*data, codes::empty_inputs)->args) == "1 2");
    REQUIRE(note(*data, codes::repeated_cases) != nullptr);
    CHECK(filled("{count} {lines}", note(*data, codes::repeated_cases)->args) == "1 3 = 4");
    REQUIRE(note(*data, codes::contradictory_cases) != nullptr);
    CHECK(filled("{count} {lines}", note(*data, codes::contradictory_cases)->args) == "1 3 = 5");
    REQUIRE(note(*data, codes::near_duplicates) != nullptr);
    CHECK(filled("{count} {groups} {lines}", note(*data, codes::near_duplicates)->args) ==
          "1 1 3 = 6");
}

TEST_CASE("a file is read from disk, a missing one is an error") {
    const auto path = std::filesystem::temp_directory_path() / "palier-dataset-test.jsonl";
    std::ofstream(path) << "{\"input\": \"x\", \"expected\": \"billing\"}\n";
    const auto data =
        read_dataset(path.string(), core::DataSpec{}, core::Task::Classify, {"billing"});
    std::filesystem::remove(path);
    REQUIRE(data.has_value());
    CHECK(data->cases.size() == 1);
    CHECK(read_dataset("/nonexistent/x.jsonl", tickets()).error().code == codes::unreadable_data);
    CHECK(read_dataset("/", tickets()).error().code == codes::unreadable_data);
}

TEST_CASE("arbitrary bytes give cases or an error of the data files") {
    Rng rng(47);
    const std::string alphabet = "{}[]\",:\n\t;inputexpected billing\\\xc3\xa9";
    const std::string seed = "[{\"input\": \"a\", \"expected\": \"billing\"}]";
    for (int round = 0; round < 6000; ++round) {
        std::string text = round % 2 == 0 ? seed : "";
        for (std::uint64_t i = rng.below(20); i > 0; --i) {
            const char c = round % 3 == 0 ? static_cast<char>(rng.below(256))
                                          : alphabet[rng.below(alphabet.size())];
            text.insert(rng.below(text.size() + 1), 1, c);
        }
        for (const std::string path : {"d.jsonl", "d.json", "d.csv", "d.tsv"}) {
            const auto data = read(text, path);
            if (data) {
                CHECK_FALSE(data->cases.empty());
            } else {
                CHECK(data.error().code / 100 == 22);
            }
        }
    }
}

}  // namespace
}  // namespace palier::eval
