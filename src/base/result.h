// Result and Error: how a failure of the world (file, network, disk, user input) is returned.
// A model's failure is data (core::Outcome); a bug is PALIER_CHECK.
#pragma once

#include "base/check.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace palier {

// One thing that failed. `code` is printed as PAL-<code>; its sentence (what failed and where, why,
// what to do) stands in report/messages under that number, in each language, with `{name}` holes
// that `args` fill. The thousands digit is the exit code of the program:
// 1 internal, disk or store; 2 usage, job, data or model file; 4 endpoint; 5 memory, money or time.
struct Error {
    int code = 0;
    std::vector<std::pair<std::string, std::string>> args;
    std::shared_ptr<const Error> cause;  // shared: errors are copied, causes never change

    Error() = default;
    explicit Error(int number, std::vector<std::pair<std::string, std::string>> arguments = {})
        : code(number), args(std::move(arguments)) {}

    // This error, explained by `why`.
    [[nodiscard]] Error because(Error why) && {
        cause = std::make_shared<const Error>(std::move(why));
        return std::move(*this);
    }
};

// Either a T or an Error. Asking for the one that is not there is a bug (PALIER_CHECK).
template <class T>
class [[nodiscard]] Result {
   public:
    Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & {
        PALIER_CHECK(has_value(), "value() of a failed Result");
        return std::get<0>(state_);
    }
    const T& value() const& {
        PALIER_CHECK(has_value(), "value() of a failed Result");
        return std::get<0>(state_);
    }
    T&& value() && {
        PALIER_CHECK(has_value(), "value() of a failed Result");
        return std::get<0>(std::move(state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const {
        PALIER_CHECK(!has_value(), "error() of a successful Result");
        return std::get<1>(state_);
    }

   private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
   public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const { return !error_.has_value(); }
    explicit operator bool() const { return has_value(); }
    [[nodiscard]] const Error& error() const {
        PALIER_CHECK(error_.has_value(), "error() of a successful Result");
        return *error_;
    }

   private:
    std::optional<Error> error_;
};

}  // namespace palier

// Returns the error of `expression` from the enclosing function, if it failed.
#define PALIER_TRY(expression)                \
    do {                                      \
        auto&& palier_result_ = (expression); \
        if (!palier_result_) {                \
            return palier_result_.error();    \
        }                                     \
    } while (false)
