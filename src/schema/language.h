// The texts that an answer may be: those that a schema accepts, or a regular expression matches.
// They are followed byte by byte, and whoever follows them can always come to an end.
//
// Of JSON these ways of writing are left out: more than 16 blanks in a row or 1 beside a colon,
// blanks before and after the whole, numbers of more than 19 digits before the point or 15 behind
// it, exponents where the value is bounded, values more than 60 deep, \u for what ASCII prints.
// Members come in any order.
#pragma once

#include "base/result.h"
#include "schema/forms.h"
#include "schema/obstacle.h"
#include "schema/schema.h"
#include "schema/walk.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace palier::schema {

// Copies share what was built. Thread-safe.
class Language {
   public:
    // Exactly what the schema accepts (but for the ways of writing above), or error 2568 {pointer,
    // keyword}, with its reason as the cause, for the first obstacle.
    static Result<Language> of(const Schema& schema);
    // Whole texts, and not as JSON strings. Errors 2567; 2568 with keyword "pattern".
    static Result<Language> of_pattern(std::string_view pattern);
    // All keywords of the schema that stand in the way; none: of() gives a language. A schema that
    // nothing obeys has one: 2575.
    [[nodiscard]] static std::vector<Obstacle> obstacles(const Schema& schema);

    [[nodiscard]] Walk begin() const;

   private:
    explicit Language(std::shared_ptr<const Forms> forms) : forms_(std::move(forms)) {}
    std::shared_ptr<const Forms> forms_;  // shared: walks outlive the language they began in
};

}  // namespace palier::schema
