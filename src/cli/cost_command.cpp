#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "job/job_file.h"
#include "report/cost.h"

#include <charconv>
#include <cmath>

namespace palier::cli {
namespace {

Error misused(const char* option, const std::string& value, const char* example) {
    return Error(say::option_not_understood,
                 {{"option", option}, {"value", value}, {"example", example}});
}

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// "0.1" or "0.05..0.2", shares from 0 to 1.
std::optional<core::Range> share_of(const std::string& text) {
    const std::size_t dots = text.find("..");
    const auto low = number_of(std::string_view(text).substr(0, dots));
    const auto high =
        dots == std::string::npos ? low : number_of(std::string_view(text).substr(dots + 2));
    if (!low || !high || *low < 0 || *high > 1 || *low > *high) {
        return std::nullopt;
    }
    return core::Range{*low, *high};
}

// "USD=0.86@2026-11-20".
std::optional<core::ExchangeRate> rate_of(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::size_t at = text.find('@');
    constexpr std::size_t code = 3;
    constexpr std::size_t date = 10;
    if (equals != code || at == std::string::npos || text.size() - at - 1 != date) {
        return std::nullopt;
    }
    const auto rate = number_of(std::string_view(text).substr(equals + 1, at - equals - 1));
    if (!rate || *rate <= 0) {
        return std::nullopt;
    }
    return core::ExchangeRate{text.substr(0, code), *rate, text.substr(at + 1)};
}

Result<planning::CostQuestion> question_of(const CostArguments& arguments) {
    planning::CostQuestion question;
    question.run = arguments.run == "last" ? "" : arguments.run;
    question.system = arguments.system;
    question.api = arguments.api;
    question.gpu = arguments.gpu;
    if (arguments.per_month) {
        if (*arguments.per_month == 0) {
            return misused("per-month", "0", "20000");
        }
        question.per_month = static_cast<std::int64_t>(*arguments.per_month);
    }
    if (!arguments.fallback_share.empty()) {
        question.fallback_share = share_of(arguments.fallback_share);
        if (!question.fallback_share) {
            return misused("fallback-share", arguments.fallback_share, "0.05..0.2");
        }
    }
    if (!arguments.price_fall.empty()) {
        question.price_fall = number_of(arguments.price_fall);
        if (!question.price_fall || *question.price_fall < 1) {
            return misused("price-fall", arguments.price_fall, "3");
        }
    }
    if (!arguments.seconds_per_request.empty()) {
        question.seconds_per_request = number_of(arguments.seconds_per_request);
        if (!question.seconds_per_request || *question.seconds_per_request <= 0) {
            return misused("seconds-per-request", arguments.seconds_per_request, "0.8");
        }
    }
    question.batch = arguments.batch;
    if (!arguments.thinking_tokens.empty()) {
        question.thinking_tokens = number_of(arguments.thinking_tokens);
        if (!question.thinking_tokens || *question.thinking_tokens < 0) {
            return misused("thinking-tokens", arguments.thinking_tokens, "500");
        }
    }
    const auto money = [](const std::string& text) {
        const auto amount = parse_money(text);
        return amount && amount->amount > 0 ? amount : std::nullopt;
    };
    if (!arguments.hardware_price.empty() &&
        !(question.hardware_price = money(arguments.hardware_price))) {
        return misused("hardware-price", arguments.hardware_price, "\"4000 EUR\"");
    }
    if (!arguments.rent_per_hour.empty() &&
        !(question.rent_per_hour = money(arguments.rent_per_hour))) {
        return misused("rent-per-hour", arguments.rent_per_hour, "\"0.80 EUR\"");
    }
    for (const std::string& text : arguments.rates) {
        const auto rate = rate_of(text);
        if (!rate) {
            return misused("rate", text, "USD=0.86@2026-11-20");
        }
        question.rates.push_back(*rate);
    }
    return question;
}

}  // namespace

int cost(const Common& common, const CostArguments& arguments, const World& world) {
    auto question = question_of(arguments);
    if (!question) {
        return fail(common, question.error());
    }
    constexpr std::size_t day = 10;
    question->today = iso8601(world.clock.unix_seconds()).substr(0, day);
    const auto prices = catalog::load_prices();
    if (!prices) {
        return fail(common, prices.error());
    }
    auto store = world.open_store(common.store, true);
    if (!store) {
        return fail(common, store.error());
    }
    const auto answer = [&]() -> Result<planning::CostAnswer> {
        if (const auto run = run_named(arguments.job, **store)) {
            return planning::cost_of_run(*run, *question, *prices, **store);
        }
        const auto file = job::read_job(arguments.job);
        if (!file) {
            return file.error();
        }
        return planning::cost_of_job(*file, *question, *prices, **store);
    }();
    if (!answer) {
        return fail(common, answer.error());
    }
    print(common.json ? report::cost_json(common.language, *answer) + "\n"
                      : report::cost_text(common.language, *answer));
    return 0;
}

}  // namespace palier::cli
