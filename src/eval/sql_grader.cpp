#include "answer/sql.h"
#include "answer/words.h"
#include "base/text.h"
#include "eval/codes.h"
#include "eval/graders.h"
#include "eval/same_rows.h"
#include "lib/sqlite/query.h"
#include "lib/sqlite/tokens.h"

#include <algorithm>
#include <variant>

namespace palier::eval {
namespace {

core::Failure failure_of(sqlite::Unrun::Why why) {
    switch (why) {
        case sqlite::Unrun::Why::Forbidden:
            return core::Failure::SqlForbidden;
        case sqlite::Unrun::Why::Limit:
            return core::Failure::SqlLimit;
        case sqlite::Unrun::Why::Error:
            break;
    }
    return core::Failure::SqlError;
}

sqlite::QueryLimits limits_at(std::optional<std::int64_t> now) {
    sqlite::QueryLimits limits;
    limits.now = now.value_or(limits.now);
    return limits;
}

}  // namespace

SqlGrader::SqlGrader(MetricFact metric, std::optional<std::int64_t> now)
    : Grader(std::move(metric), "sql", now ? std::to_string(*now) : ""), now_(now) {}

std::vector<std::string> SqlGrader::per_case_metrics() const {
    return {"sql_execution", "sql_runs"};
}

core::Grade SqlGrader::grade_text(const core::Case& item, std::string_view answer) const {
    const auto query = answer::sql_of(answer);
    if (!query) {
        return grade_failure(item, core::Failure::InvalidAnswer);
    }
    PALIER_CHECK(item.database != nullptr, "the cases were checked to have a database");
    std::vector<std::pair<sqlite::Rows, bool>> accepted;
    std::size_t longest = 0;
    for (const std::string& expected : item.expected) {
        auto ran = sqlite::run_query(item.database->bytes, expected, limits_at(now_));
        PALIER_CHECK(std::holds_alternative<sqlite::Rows>(ran),
                     "the expected queries of the cases were run before");
        accepted.emplace_back(std::get<sqlite::Rows>(std::move(ran)),
                              sqlite::orders_rows(expected));
        longest = std::max(longest, accepted.back().first.rows.size());
    }
    sqlite::QueryLimits limits = limits_at(now_);
    limits.rows = longest + 1;  // what has more rows is wrong, however many
    const auto ran = sqlite::run_query(item.database->bytes, *query, limits);
    if (const auto* failed = std::get_if<sqlite::Unrun>(&ran)) {
        core::Grade grade = grade_failure(item, failure_of(failed->why));
        grade.parsed = *query;
        grade.failure_detail = as_one_line(failed->detail);
        return grade;
    }
    const auto& found = std::get<sqlite::Rows>(ran);
    const bool right = found.complete && std::ranges::any_of(accepted, [&](const auto& one) {
                           return same_rows(one.first, found, one.second);
                       });
    core::Grade grade;
    grade.parsed = *query;
    grade.metrics["sql_execution"] = right ? k_one : 0;
    grade.metrics["sql_runs"] = k_one;
    grade.score = grade.metrics[metric().name];
    return grade;
}

Result<void> SqlGrader::check(const core::Case& item) const {
    const std::string line = std::to_string(item.line);
    if (item.database == nullptr) {
        return Error(codes::no_database,
                     {{"line", line}, {"id", item.id}, {"metric", metric().name}});
    }
    for (const std::string& expected : item.expected) {
        const auto ran = sqlite::run_query(item.database->bytes, expected, limits_at(now_));
        const auto error = [&](int code, const std::string& name, const std::string& value) {
            return Error(code,
                         {{"line", line},
                          {"id", item.id},
                          {name, value},
                          {"query", shortened(as_one_line(expected), 200)}});
        };
        if (const auto* failed = std::get_if<sqlite::Unrun>(&ran)) {
            return error(codes::expected_query_fails, "why", as_one_line(failed->detail));
        }
        const auto& rows = std::get<sqlite::Rows>(ran);
        if (rows.rows.empty()) {
            return error(codes::expected_query_is_empty, "rows", "0");
        }
        if (!rows.complete) {
            return error(
                codes::expected_query_is_long, "rows", std::to_string(sqlite::QueryLimits().rows));
        }
        if (rows.asked_time && !now_) {
            return error(codes::expected_query_needs_now, "now", "");
        }
    }
    return {};
}

}  // namespace palier::eval
