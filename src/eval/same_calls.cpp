#include "eval/same_calls.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace palier::eval {
namespace {

std::string compared(std::string_view text) {
    std::string out;
    for (const char c : to_lower(text)) {
        if (std::string_view(" ,./-_*^").find(c) == std::string_view::npos) {
            out += c == '\'' ? '"' : c;
        }
    }
    return out;
}

bool same_value(const json::Value& a, const json::Value& b) {
    if (a.is_string() && b.is_string()) {
        return compared(a.as_string()) == compared(b.as_string());
    }
    if (a.is_array() && b.is_array()) {
        return std::ranges::equal(a.as_array(), b.as_array(), &same_value);
    }
    if (a.is_object() && b.is_object()) {
        const json::Object& members = a.as_object();
        return members.size() == b.as_object().size() &&
               std::ranges::all_of(members, [&](const json::Member& member) {
                   const json::Value* other = b.find(member.first);
                   return other != nullptr && same_value(member.second, *other);
               });
    }
    return a == b;
}

bool will_do(const json::Array& accepted, const json::Value& value) {
    return std::ranges::any_of(accepted,
                               [&](const json::Value& one) { return same_value(one, value); });
}

bool is_due(const answer::Call& call, const DueCall& due) {
    if (call.name != due.name) {
        return false;
    }
    const auto value_of = [&](const std::string& name) {
        const auto found = std::ranges::find(call.arguments, name, &json::Member::first);
        return found == call.arguments.end() ? json::Value() : found->second;
    };
    const bool all_known = std::ranges::all_of(call.arguments, [&](const json::Member& argument) {
        return argument.second.is_null() ||
               std::ranges::find(due.arguments, argument.first, [](const auto& one) {
                   return one.first;
               }) != due.arguments.end();
    });
    return all_known && std::ranges::all_of(due.arguments, [&](const auto& argument) {
               return will_do(argument.second, value_of(argument.first));
           });
}

// Gives each call a due one of its own (Kuhn's augmenting paths).
class CallPairing {
   public:
    CallPairing(const std::vector<answer::Call>& calls, const std::vector<DueCall>& due)
        : taken_by_(due.size(), k_nobody) {
        for (const answer::Call& call : calls) {
            fits_.emplace_back();
            for (const DueCall& one : due) {
                fits_.back().push_back(is_due(call, one));
            }
        }
    }
    [[nodiscard]] bool all_find_one() {
        for (std::size_t call = 0; call < fits_.size(); ++call) {
            std::vector<bool> seen(taken_by_.size(), false);
            if (!finds_one(call, seen)) {
                return false;
            }
        }
        return true;
    }

   private:
    static constexpr std::size_t k_nobody = static_cast<std::size_t>(-1);

    bool finds_one(std::size_t call, std::vector<bool>& seen) {
        for (std::size_t due = 0; due < taken_by_.size(); ++due) {
            if (!fits_[call][due] || seen[due]) {
                continue;
            }
            seen[due] = true;
            if (taken_by_[due] == k_nobody || finds_one(taken_by_[due], seen)) {
                taken_by_[due] = call;
                return true;
            }
        }
        return false;
    }

    std::vector<std::vector<bool>> fits_;  // by call and due call
    std::vector<std::size_t> taken_by_;
};

}  // namespace

std::optional<std::vector<DueCall>> due_calls_of(const json::Value& expected, std::string& why) {
    const json::Array alone = expected.is_object() ? json::Array{expected} : json::Array{};
    std::vector<DueCall> due;
    for (const json::Value& one : expected.is_array() ? expected.as_array() : alone) {
        const std::string place = "call " + std::to_string(due.size() + 1);
        if (!one["name"].is_string() || one["name"].as_string().empty()) {
            why = place + " has no \"name\"";
            return std::nullopt;
        }
        if (!one["arguments"].is_object()) {
            why = place + " has no object \"arguments\"";
            return std::nullopt;
        }
        DueCall call{one["name"].as_string(), {}};
        for (const auto& [name, value] : one["arguments"].as_object()) {
            if (value.is_array() && value.as_array().empty()) {
                why = place;
                why.append(", \"").append(name).append("\": an empty list, which no value is in");
                return std::nullopt;
            }
            call.arguments.emplace_back(name,
                                        value.is_array() ? value.as_array() : json::Array{value});
        }
        due.push_back(std::move(call));
    }
    return due;
}

std::string example_of_calls(std::string_view expected) {
    std::string why;
    const auto due = due_calls_of(json::parse_or_nothing(expected).value_or(json::Value()), why);
    if (!due) {
        return "";
    }
    json::Array calls;
    for (const DueCall& one : *due) {
        json::Object arguments;
        for (const auto& [name, accepted] : one.arguments) {
            if (!accepted.front().is_null()) {
                arguments.emplace_back(name, accepted.front());
            }
        }
        calls.emplace_back(json::Object{{"name", one.name}, {"arguments", std::move(arguments)}});
    }
    return json::write(calls.size() == 1 ? calls.front() : json::Value(std::move(calls)));
}

bool are_due(const std::vector<answer::Call>& calls, const std::vector<DueCall>& due) {
    return calls.size() == due.size() && CallPairing(calls, due).all_find_one();
}

bool have_due_names(const std::vector<answer::Call>& calls, const std::vector<DueCall>& due) {
    std::vector<std::string> called, wanted;
    for (const answer::Call& call : calls) {
        called.push_back(call.name);
    }
    for (const DueCall& one : due) {
        wanted.push_back(one.name);
    }
    std::ranges::sort(called);
    std::ranges::sort(wanted);
    return called == wanted;
}

}  // namespace palier::eval
