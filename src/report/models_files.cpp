#include "base/text.h"
#include "base/units.h"
#include "lib/json/json.h"
#include "report/models.h"
#include "report/models_json.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/table.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace palier::report {
namespace {

std::string_view name_of(catalog::Judge judge) {
    return judge == catalog::Judge::Catalogue ? "catalogue"
           : judge == catalog::Judge::Hub     ? "hub"
                                              : "nobody";
}

bool is_quantised(const std::string& type) {
    return type != "F32" && type != "F16" && type != "BF16";
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
    const double share =
        static_cast<double>(part) / static_cast<double>(std::max<std::uint64_t>(1, whole));
    return std::to_string(std::llround(share * 100));
}

}  // namespace

std::string pulled_text(Language language, const catalog::Pulled& pulled, const std::string& name) {
    const auto say = [&](int code, const Args& args = {}) {
        return sentence(language, code, args);
    };
    const int checked = pulled.compared_with == catalog::Judge::Catalogue
                            ? say::checked_with_catalogue
                        : pulled.compared_with == catalog::Judge::Hub ? say::checked_with_hub
                                                                      : say::checked_with_nothing;
    std::string text = say(say::pulled,
                           {{"file", pulled.path},
                            {"bytes", bytes(language, pulled.bytes)},
                            {"sha256", pulled.sha256}});
    text += "\n" + (pulled.already_there ? say(say::was_there) + " " : std::string());
    return text + say(checked) + "\n" + say(say::use_in_a_job, {{"name", name}}) + "\n";
}

std::string pulled_json(const catalog::Pulled& pulled, const std::string& name) {
    json::Value out;
    out.add("format", 1).add("name", name).add("path", pulled.path);
    out.add("bytes", pulled.bytes).add("sha256", pulled.sha256);
    out.add("compared_with", std::string(name_of(pulled.compared_with)));
    out.add("already_there", pulled.already_there).add("interrupted", pulled.interrupted);
    return json::write(out);
}

std::string imported_text(Language language, const catalog::Entry& entry, const std::string& path) {
    std::string text = sentence(language,
                                entry.linked ? say::linked : say::imported,
                                {{"name", entry.name}, {"file", path}}) +
                       "\n";
    if (!entry.model.empty()) {
        text += sentence(language,
                         say::recognised,
                         {{"file", entry.file},
                          {"name", entry.model + ":" + to_lower(entry.quantisation)}}) +
                "\n";
    }
    return text + sentence(language, say::use_in_a_job, {{"name", entry.name}}) + "\n";
}

std::string imported_json(const catalog::Entry& entry) {
    return json::write(json::Object{{"format", 1}, {"model", entry_json(entry)}});
}

std::string removed_text(Language language, const catalog::Removed& removed) {
    return sentence(language,
                    say::removed,
                    {{"name", join(removed.paths, ", ")},
                     {"bytes", bytes(language, removed.freed_bytes)}}) +
           "\n";
}

std::string removed_json(const catalog::Removed& removed) {
    json::Value paths = json::Array{};
    for (const std::string& path : removed.paths) {
        paths.push(path);
    }
    return json::write(json::Object{
        {"format", 1}, {"removed", std::move(paths)}, {"freed_bytes", removed.freed_bytes}});
}

std::string quantised_text(Language language, const Quantised& file) {
    const Args args{{"path", file.to},
                    {"bytes", bytes(language, file.bytes)},
                    {"percent", percent_of(file.bytes, file.bytes_before)},
                    {"original", bytes(language, file.bytes_before)},
                    {"types", file.types}};
    std::string text =
        paragraph(sentence(language, file.written ? say::quantised : say::would_quantise, args));
    if (is_quantised(file.main_type)) {
        text += paragraph(sentence(language, say::quantised_again, {{"type", file.main_type}}));
    }
    return file.written ? text + paragraph(sentence(language, say::quantised_is_a_candidate))
                        : text;
}

std::string quantised_json(const Quantised& file) {
    json::Value out;
    out.add("format", 1).add("model", file.name).add("from", file.from).add("to", file.to);
    out.add("type", file.type).add("bytes_before", file.bytes_before);
    out.add("bytes", file.bytes).add("written", file.written);
    out.add("requantised", is_quantised(file.main_type)).add("proved", false);
    return json::write(out);
}

}  // namespace palier::report
