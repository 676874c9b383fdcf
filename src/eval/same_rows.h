// Do two queries say the same? By their results, as the execution accuracy of Spider and its test
// suites has it (https://arxiv.org/abs/2010.02840).
#pragma once

#include "lib/sqlite/query.h"

namespace palier::eval {

// As many columns, whatever their names and order, and as many rows, in their order only if
// `in_order`; a row that comes twice counts twice. 5 and 5.0 are equal; numbers with a fraction are
// equal to 12 digits; NULL equals NULL; a text, byte for byte, is neither a number nor a blob.
// With many columns that hold the same values in other rows the search for their order ends after
// 2,000 tries, and they count as different.
[[nodiscard]] bool same_rows(const sqlite::Rows& expected,
                             const sqlite::Rows& found,
                             bool in_order);

}  // namespace palier::eval
