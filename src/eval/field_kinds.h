// What a JSON Schema says about the leaves of an answer, by the paths of fields.h.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace palier::eval {

// Unknown: the schema does not say, or allows several.
enum class FieldKind { Unknown, Text, Number, Boolean, Date };

class FieldKinds {
   public:
    FieldKinds() = default;  // no schema: everything is Unknown
    // `schema`: the text of one JSON object, or "". Follows properties, items and local $ref; a
    // string with the format date, date-time or time is a Date. Other keywords leave a field
    // Unknown.
    explicit FieldKinds(std::string_view schema);

    // `field`: as field_of_path names it, such as "lines[].price".
    [[nodiscard]] FieldKind of(const std::string& field) const;

   private:
    std::map<std::string, FieldKind> kinds_;
};

}  // namespace palier::eval
