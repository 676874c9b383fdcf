#include "store/sqlite/summary_json.h"

#include "core/names.h"
#include "store/codes.h"
#include "store/sqlite/json_fields.h"
#include "store/sqlite/summary_fields.h"

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace palier::store_sqlite {
namespace {

// --- Writing -------------------------------------------------------------------------------------

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_pair = false;
template <class First, class Second>
inline constexpr bool is_pair<std::pair<First, Second>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class Key, class T>
inline constexpr bool is_map<std::map<Key, T>> = true;

struct Writer {
    json::Object members;

    template <class T>
    Writer& operator()(const char* name, const T& value);
};

// Maps become arrays of pairs: their keys need not be valid UTF-8.
template <class T>
json::Value encoded(const T& value) {
    if constexpr (std::same_as<T, std::string>) {
        return json_text(value);
    } else if constexpr (std::same_as<T, double>) {
        return json_real(value);
    } else if constexpr (std::same_as<T, std::uint64_t>) {
        return json_unsigned(value);
    } else if constexpr (std::is_enum_v<T>) {
        return core::name_of(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return value;
    } else if constexpr (is_optional<T>) {
        return value ? encoded(*value) : json::Value();
    } else if constexpr (is_pair<T>) {
        return json::Array{encoded(value.first), encoded(value.second)};
    } else if constexpr (is_vector<T>) {
        json::Array array;
        array.reserve(value.size());
        for (const auto& element : value) {
            array.push_back(encoded(element));
        }
        return array;
    } else if constexpr (is_map<T>) {
        json::Array array;
        for (const auto& [key, mapped] : value) {
            array.push_back(json::Array{encoded(key), encoded(mapped)});
        }
        return array;
    } else {
        Writer writer;
        describe(writer, value);
        return std::move(writer.members);
    }
}

template <class T>
Writer& Writer::operator()(const char* name, const T& value) {
    members.emplace_back(name, encoded(value));
    return *this;
}

// --- Reading -------------------------------------------------------------------------------------

// Where reading stands, and where it first failed.
struct Place {
    std::string path;
    bool older = false;  // an older format: what is missing keeps its default
    std::optional<std::string> failed_at;

    bool fail() {
        if (!failed_at) {
            failed_at = path;
        }
        return false;
    }
};

template <class T>
bool decode(const json::Value& from, T& to, Place& place);

class Reader {
   public:
    Reader(const json::Value& object, Place& place) : object_(object), place_(place) {}

    template <class T>
    Reader& operator()(const char* name, T& value) {
        if (!place_.failed_at) {
            const std::size_t here = place_.path.size();
            place_.path += (here == 0 ? "" : ".") + std::string(name);
            const json::Value* member = object_.find(name);
            if (member == nullptr) {
                place_.older || place_.fail();
            } else {
                decode(*member, value, place_);
            }
            place_.path.resize(here);
        }
        return *this;
    }

   private:
    const json::Value& object_;
    Place& place_;
};

template <class T>
bool take(std::optional<T>&& read, T& to, Place& place) {
    if (!read) {
        return place.fail();
    }
    to = std::move(*read);
    return true;
}

bool decode_word(std::string_view word, core::Task& to, Place& place) {
    return take(core::task_from(word), to, place);
}
bool decode_word(std::string_view word, core::Rung& to, Place& place) {
    return take(core::rung_from(word), to, place);
}
bool decode_word(std::string_view word, core::Decide& to, Place& place) {
    return take(core::decide_from(word), to, place);
}
bool decode_word(std::string_view word, core::LabelNorm& to, Place& place) {
    return take(core::label_norm_from(word), to, place);
}
bool decode_word(std::string_view word, core::Order& to, Place& place) {
    return take(core::order_from(word), to, place);
}
bool decode_word(std::string_view word, core::Baseline& to, Place& place) {
    return take(core::baseline_from(word), to, place);
}
bool decode_word(std::string_view word, core::Api& to, Place& place) {
    return take(core::api_from(word), to, place);
}
bool decode_word(std::string_view word, core::Weights& to, Place& place) {
    return take(core::weights_from(word), to, place);
}
bool decode_word(std::string_view word, core::Decision& to, Place& place) {
    return take(core::decision_from(word), to, place);
}
bool decode_word(std::string_view word, core::Trouble& to, Place& place) {
    return take(core::trouble_from(word), to, place);
}
bool decode_word(std::string_view word, core::Status& to, Place& place) {
    return take(core::status_from(word), to, place);
}
bool decode_word(std::string_view word, core::Role& to, Place& place) {
    return take(core::role_from(word), to, place);
}
bool decode_word(std::string_view word, core::Choice& to, Place& place) {
    return take(core::choice_from(word), to, place);
}

template <class First, class Second>
bool decode_pair(const json::Value& from, First& first, Second& second, Place& place) {
    const json::Array& pair = from.as_array();
    if (pair.size() != 2) {
        return place.fail();
    }
    return decode(pair[0], first, place) && decode(pair[1], second, place);
}

// Calls read(element) for each element with the place set to it.
template <class Read>
bool decode_each(const json::Value& from, Place& place, const Read& read) {
    if (!from.is_array()) {
        return place.fail();
    }
    const std::size_t here = place.path.size();
    std::size_t index = 0;
    for (const json::Value& element : from.as_array()) {
        place.path += "[" + std::to_string(index++) + "]";
        if (!read(element)) {
            return false;
        }
        place.path.resize(here);
    }
    return true;
}

template <class T>
bool decode(const json::Value& from, T& to, Place& place) {
    if constexpr (std::same_as<T, std::string>) {
        return take(text_from(from), to, place);
    } else if constexpr (std::same_as<T, double>) {
        return take(real_from(from), to, place);
    } else if constexpr (std::same_as<T, std::uint64_t>) {
        return take(unsigned_from(from), to, place);
    } else if constexpr (std::same_as<T, bool>) {
        to = from.as_bool();
        return from.is_bool() || place.fail();
    } else if constexpr (std::is_enum_v<T>) {
        return decode_word(from.as_string(), to, place);
    } else if constexpr (std::integral<T>) {
        const std::int64_t number = from.as_int();
        if (!from.is_int() || !std::in_range<T>(number)) {
            return place.fail();
        }
        to = static_cast<T>(number);
        return true;
    } else if constexpr (is_optional<T>) {
        to.reset();
        return from.is_null() || decode(from, to.emplace(), place);
    } else if constexpr (is_pair<T>) {
        return decode_pair(from, to.first, to.second, place);
    } else if constexpr (is_vector<T>) {
        to.clear();
        return decode_each(from, place, [&](const json::Value& element) {
            return decode(element, to.emplace_back(), place);
        });
    } else if constexpr (is_map<T>) {
        to.clear();
        return decode_each(from, place, [&](const json::Value& element) {
            typename T::key_type key{};
            typename T::mapped_type mapped{};
            return decode_pair(element, key, mapped, place) &&
                   (to.emplace(std::move(key), std::move(mapped)).second || place.fail());
        });
    } else {
        if (!from.is_object()) {
            return place.fail();
        }
        Reader reader(from, place);
        describe(reader, to);
        return !place.failed_at;
    }
}

// Format 1 had the recipe in the System, and what the engine said beside it.
bool take_spec_of_format_1(const json::Value& from, core::SystemSummary& to, Place& place) {
    core::SystemSpec& spec = to.system.spec;
    Reader engine(from, place);
    engine("model_identity", spec.model_identity)("engine", spec.engine);
    engine("engine_build", spec.engine_build)("chat_template", spec.chat_template);
    Reader system(from["system"], place);
    system("recipe", spec.recipe);
    spec.weights = core::weights_from(from["weights"].as_string()).value_or(spec.weights);
    return !place.failed_at;
}

}  // namespace

json::Value summary_to_json(const core::Summary& summary) {
    Writer writer;
    writer("format", k_summary_format);
    describe(writer, summary);
    return std::move(writer.members);
}

Result<core::Summary> summary_from_json(const json::Value& value) {
    const json::Value& format = value["format"];
    if (!format.is_int()) {
        return Error(store::codes::result_damaged, {{"where", "format"}});
    }
    if (format.as_int() < 1 || format.as_int() > k_summary_format) {
        return Error(store::codes::result_of_other_version,
                     {{"found", std::to_string(format.as_int())},
                      {"known", std::to_string(k_summary_format)}});
    }
    core::Summary summary;
    Place place;
    place.older = format.as_int() < k_summary_format;
    bool read = decode(value, summary, place);
    for (std::size_t i = 0; read && format.as_int() == 1 && i < summary.systems.size(); ++i) {
        core::SystemSummary& system = summary.systems[i];
        read = take_spec_of_format_1(value["systems"].as_array()[i], system, place);
        system.system.spec.task = summary.task;
        system.system.spec.labels = summary.labels;
    }
    if (!read) {
        return Error(store::codes::result_damaged, {{"where", place.failed_at.value_or("")}});
    }
    return summary;
}

}  // namespace palier::store_sqlite
