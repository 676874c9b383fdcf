#include "catalog/remarks.h"

#include "catalog/codes.h"

#include <doctest/doctest.h>

#include <string>

namespace palier::catalog {
namespace {

gguf::Header file_of(const std::string& chat_template, std::int64_t eos) {
    gguf::Header header;
    header.metadata = {{"tokenizer.ggml.tokens", gguf::ArrayShape{3, {}}},
                       {"tokenizer.ggml.eos_token_id", eos},
                       {"tokenizer.chat_template", chat_template}};
    header.marks = {{0, "</s>"}, {1, "<|im_end|>"}, {2, "<|reply_end|>"}};
    return header;
}

int code_of(const gguf::Header& header) {
    const auto remarks = remarks_on(header);
    return remarks.empty() ? 0 : remarks.front().code;
}

}  // namespace

TEST_CASE("a file in order gives nothing to remark") {
    CHECK(remarks_on(file_of("{{ m.content }}<|im_end|>", 1)).empty());
    CHECK(remarks_on(file_of("Human: {{ m.content }}", 1)).empty());
}

TEST_CASE("a file without a template, or with an empty one, is remarked on") {
    CHECK(code_of(gguf::Header{}) == codes::without_template);
    CHECK(code_of(file_of(" \n", 1)) == codes::without_template);
}

TEST_CASE("each way of not declaring the end of an answer has its sentence") {
    const auto known = remarks_on(file_of("{{ m.content }}<|im_end|>", 0));
    REQUIRE(known.size() == 1);
    CHECK(known.front() == Remark{codes::end_known_by_name,
                                  {{"mark", "<|im_end|>"}, {"declared", "</s>"}, {"token", "1"}}});
    CHECK(code_of(file_of("{{ m.content }}<|reply_end|>", 0)) == codes::end_not_declared);
    CHECK(code_of(file_of("{{ m.content }}<|fin_end|>", 0)) == codes::end_is_no_token);
}

}  // namespace palier::catalog
