#include "report/loans.h"

#include "report/phrases.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace palier::report {
namespace {

using Loan = std::pair<std::string_view, std::string_view>;

// The longest first, so that none is taken for its beginning.
const std::vector<Loan>& loans() {
    static const std::vector<Loan> k_loans = [] {
        std::vector<Loan> table{
#define L(english, french) Loan{english, french},
#include "report/messages/loans.inc"
#undef L
        };
        std::ranges::stable_sort(
            table, [](const Loan& a, const Loan& b) { return a.first.size() > b.first.size(); });
        return table;
    }();
    return k_loans;
}

}  // namespace

std::string value_in_language(Language language, std::string_view text) {
    std::string out(text);
    for (const int word : {say::value_to,
                           say::value_in,
                           say::value_out,
                           say::value_cached,
                           say::value_at_once,
                           say::value_at}) {
        const std::string english = sentence(Language::En, word);
        const std::string wanted = sentence(language, word);
        for (std::size_t at = out.find(english); at != std::string::npos;
             at = out.find(english, at + wanted.size())) {
            out.replace(at, english.size(), wanted);
        }
    }
    return out;
}

std::string in_language(Language language, std::string_view text) {
    if (language != Language::Fr) {
        return std::string(text);
    }
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto loan = std::ranges::find_if(
            loans(), [&](const Loan& one) { return text.substr(at).starts_with(one.first); });
        if (loan == loans().end()) {
            out += text[at++];
        } else {
            out += loan->second;
            at += loan->first.size();
        }
    }
    return out;
}

}  // namespace palier::report
