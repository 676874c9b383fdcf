// The reader of catalogue.json. The first thing that is wrong ends it.
#include "base/text.h"
#include "catalog/codes.h"
#include "catalog/known.h"
#include "lib/json/json.h"

#include <algorithm>
#include <set>

namespace palier::catalog {
namespace {

// The first problem found; what is read after it is not looked at.
struct Problem {
    std::optional<Error> error;
    void report(const std::string& where, const std::string& what) {
        if (!error) {
            error = Error(codes::malformed_catalogue, {{"where", where}, {"what", what}});
        }
    }
};

bool is_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// YYYY, and with `parts` > 1 YYYY-MM, and so on.
bool is_date(std::string_view text, std::size_t fewest_parts) {
    const std::vector<std::string> parts = split(text, '-');
    if (parts.size() < fewest_parts || parts.size() > 3) {
        return false;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].size() != (i == 0 ? 4U : 2U) || !is_digits(parts[i])) {
            return false;
        }
    }
    return (parts.size() < 2 || (parts[1] >= "01" && parts[1] <= "12")) &&
           (parts.size() < 3 || (parts[2] >= "01" && parts[2] <= "31"));
}

// One object of the file, whose keys are all asked for before end().
class Fields {
   public:
    Fields(const json::Value& value, std::string path, Problem& problem)
        : value_(value), path_(std::move(path)), problem_(problem) {
        if (!value.is_object()) {
            problem_.report(path_, "it is no object");
        }
    }

    const json::Value* take(const std::string& key) {
        known_.insert(key);
        return value_.find(key);
    }
    std::string at(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
    void wrong(const std::string& key, const std::string& what) { problem_.report(at(key), what); }

    std::string text(const std::string& key, bool required = true) {
        const json::Value* found = take(key);
        if (found == nullptr && !required) {
            return "";
        }
        if (found == nullptr || !found->is_string() || trim(found->as_string()).empty()) {
            wrong(key, found == nullptr ? "it is missing" : "it is no text");
            return "";
        }
        return found->as_string();
    }
    std::vector<std::string> texts(const std::string& key, bool required = true) {
        std::vector<std::string> read;
        const json::Value* found = take(key);
        if (found == nullptr && !required) {
            return read;
        }
        if (found == nullptr || !found->is_array() || (required && found->as_array().empty())) {
            wrong(key, "it is no list of texts");
            return read;
        }
        for (const json::Value& element : found->as_array()) {
            if (!element.is_string() || element.as_string().empty()) {
                wrong(key, "it is no list of texts");
            }
            read.push_back(element.as_string());
        }
        return read;
    }
    std::int64_t whole(const std::string& key) {
        const json::Value* found = take(key);
        if (found == nullptr || !found->is_int() || found->as_int() <= 0) {
            wrong(key, "it is no whole number above zero");
            return 0;
        }
        return found->as_int();
    }
    void end() {
        for (const auto& [key, ignored] : value_.as_object()) {
            if (known_.count(key) == 0) {
                wrong(key, "this key is not known");
            }
        }
    }

    const json::Value& value_;
    std::string path_;
    Problem& problem_;
    std::set<std::string> known_;
};

class Reader {
   public:
    Result<Catalogue> run(std::string_view text) {
        const auto parsed = json::parse(text);
        if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
            problem_.report("byte " + std::to_string(error->offset), error->what);
            return *problem_.error;
        }
        Fields top(std::get<json::Value>(parsed), "", problem_);
        if (top.whole("format") != 1) {
            top.wrong("format", "it is not 1");
        }
        read_.date = top.text("date");
        if (!is_date(read_.date, 3)) {
            top.wrong("date", "it is no date as YYYY-MM-DD");
        }
        sources(top);
        const json::Value* models = top.take("models");
        if (models == nullptr || models->as_array().empty()) {
            top.wrong("models", "it is no list of models");
        } else {
            for (const json::Value& value : models->as_array()) {
                read_.models.push_back(
                    model(value, "models[" + std::to_string(read_.models.size()) + "]"));
            }
        }
        top.end();
        names_agree();
        if (problem_.error) {
            return *problem_.error;
        }
        return std::move(read_);
    }

   private:
    void sources(Fields& top) {
        const json::Value* list = top.take("sources");
        if (list == nullptr || list->as_object().empty()) {
            top.wrong("sources", "it is no table of sources");
            return;
        }
        for (const auto& [key, value] : list->as_object()) {
            Fields fields(value, "sources." + key, problem_);
            Source source{fields.text("title"), fields.text("address"), fields.text("date")};
            if (!is_date(source.date, 3)) {
                fields.wrong("date", "it is no date as YYYY-MM-DD");
            }
            fields.end();
            read_.sources.emplace(key, std::move(source));
        }
    }

    std::string source(Fields& fields) {
        std::string key = fields.text("source");
        if (read_.sources.count(key) == 0) {
            fields.wrong("source", "\"" + key + "\" is none of the sources");
        }
        return key;
    }

    // {"value": ..., "source": ...}; `get` reads the value out of the fields.
    template <class T, class Get>
    Maybe<T> figure(Fields& of, const std::string& key, Get get) {
        const json::Value* found = of.take(key);
        if (found == nullptr) {
            return std::nullopt;
        }
        Fields fields(*found, of.at(key), problem_);
        Figure<T> read{get(fields), source(fields)};
        fields.end();
        return read;
    }
    Maybe<std::int64_t> count(Fields& of, const std::string& key) {
        return figure<std::int64_t>(of, key, [](Fields& f) { return f.whole("value"); });
    }
    Maybe<std::uint64_t> size(Fields& of, const std::string& key) {
        return figure<std::uint64_t>(
            of, key, [](Fields& f) { return static_cast<std::uint64_t>(f.whole("value")); });
    }
    Maybe<std::string> word(Fields& of, const std::string& key) {
        return figure<std::string>(of, key, [](Fields& f) { return f.text("value"); });
    }
    Maybe<std::vector<std::string>> words(Fields& of, const std::string& key) {
        return figure<std::vector<std::string>>(
            of, key, [](Fields& f) { return f.texts("value"); });
    }

    Known model(const json::Value& value, const std::string& path) {
        Fields fields(value, path, problem_);
        Known read;
        read.name = fields.text("name");
        if (to_lower(read.name) != read.name ||
            read.name.find_first_of(" :/") != std::string::npos) {
            fields.wrong("name", "a name is in lower case, without spaces, colons and slashes");
        }
        read.title = fields.text("title");
        read.family = fields.text("family");
        read.publisher = fields.text("publisher");
        read.aliases = fields.texts("aliases", false);
        read.variant_of = fields.text("variant_of", false);
        if (const json::Value* parameters = fields.take("parameters")) {
            Fields counts(*parameters, fields.at("parameters"), problem_);
            read.parameters = size(counts, "total");
            read.active = size(counts, "active");
            read.effective = size(counts, "effective");
            counts.end();
        }
        shape(fields, read);
        claims(fields, read);
        read.licence = licence(fields);
        scores(fields, read);
        files(fields, read);
        fields.end();
        return read;
    }

    void shape(Fields& fields, Known& read) {
        read.layers = count(fields, "layers");
        read.heads = count(fields, "heads");
        read.kv_heads = count(fields, "kv_heads");
        read.attention_layers = count(fields, "attention_layers");
        if (read.attention_layers &&
            (!read.layers || read.attention_layers->value > read.layers->value)) {
            fields.wrong("attention_layers", "it is more than the layers");
        }
        read.head_size = count(fields, "head_size");
        read.hidden_size = count(fields, "hidden_size");
        read.vocabulary = count(fields, "vocabulary");
        read.sliding_window = count(fields, "sliding_window");
        read.context = count(fields, "context");
    }

    void claims(Fields& fields, Known& read) {
        read.languages = words(fields, "languages");
        read.french = figure<French>(fields, "french", [](Fields& f) {
            const std::string value = f.text("value");
            if (value != "trained" && value != "evaluated") {
                f.wrong("value", "it is neither trained nor evaluated");
            }
            return value == "evaluated" ? French::Evaluated : French::Trained;
        });
        read.tools = figure<bool>(fields, "tools", [](Fields& f) {
            const json::Value* value = f.take("value");
            if (value == nullptr || !value->is_bool()) {
                f.wrong("value", "it is neither true nor false");
                return false;
            }
            return value->as_bool();
        });
        read.modalities = words(fields, "modalities");
        read.released = figure<std::string>(fields, "released", [](Fields& f) {
            std::string date = f.text("value");
            if (!is_date(date, 1)) {
                f.wrong("value", "it is no date");
            }
            return date;
        });
        read.successor = word(fields, "successor");
    }

    std::optional<Licence> licence(Fields& of) {
        const json::Value* found = of.take("licence");
        if (found == nullptr) {
            return std::nullopt;
        }
        Fields fields(*found, of.at("licence"), problem_);
        Licence read;
        read.name = fields.text("value");
        const std::string kind = fields.text("class");
        if (kind == "restricted") {
            read.kind = LicenceClass::Restricted;
        } else if (kind == "non-commercial") {
            read.kind = LicenceClass::NonCommercial;
        } else if (kind != "permissive") {
            fields.wrong("class", "it is none of permissive, restricted, non-commercial");
        }
        read.conditions = fields.text("conditions", read.kind == LicenceClass::Restricted);
        if (const json::Value* depends = fields.take("depends_on_user")) {
            if (!depends->is_bool() || read.conditions.empty()) {
                fields.wrong("depends_on_user", "it is no true or false beside conditions");
            }
            read.depends_on_user = depends->as_bool();
        }
        read.source = source(fields);
        fields.end();
        return read;
    }

    void scores(Fields& of, Known& read) {
        const json::Value* list = of.take("scores");
        for (const json::Value& value : list == nullptr ? json::Array{} : list->as_array()) {
            Fields fields(
                value, of.at("scores[" + std::to_string(read.scores.size()) + "]"), problem_);
            Score score;
            score.benchmark = fields.text("benchmark");
            const json::Value* number = fields.take("value");
            if (number == nullptr || !number->is_number()) {
                fields.wrong("value", "it is no number");
            } else {
                score.value = number->as_double();
            }
            score.unit = fields.text("unit");
            score.setting = fields.text("setting", false);
            score.source = source(fields);
            fields.end();
            read.scores.push_back(std::move(score));
        }
    }

    void files(Fields& of, Known& read) {
        const json::Value* list = of.take("files");
        for (const json::Value& value : list == nullptr ? json::Array{} : list->as_array()) {
            Fields fields(
                value, of.at("files[" + std::to_string(read.files.size()) + "]"), problem_);
            KnownFile file;
            file.quantisation = fields.text("quantisation");
            file.repository = fields.text("repository");
            file.file = fields.text("file", file.on_hub());
            // The name is joined to the models folder.
            if (file.file.find('/') != std::string::npos || file.file.starts_with('.')) {
                fields.wrong("file", "it is no plain file name");
            }
            if (fields.take("bytes") != nullptr) {
                file.bytes = static_cast<std::uint64_t>(fields.whole("bytes"));
            }
            file.sha256 = fields.text("sha256", false);
            if (!file.sha256.empty() &&
                (file.sha256.size() != 64 ||
                 file.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)) {
                fields.wrong("sha256", "it is no SHA-256 in lower case");
            }
            file.source = source(fields);
            fields.end();
            read.files.push_back(std::move(file));
        }
    }

    void names_agree() {
        std::set<std::string> names;
        for (std::size_t i = 0; i < read_.models.size(); ++i) {
            const Known& model = read_.models[i];
            std::vector<std::string> own = model.aliases;
            own.push_back(model.name);
            for (const std::string& name : own) {
                if (!names.insert(to_lower(name)).second) {
                    problem_.report("models[" + std::to_string(i) + "]",
                                    "the name " + name + " stands twice");
                }
            }
        }
        for (std::size_t i = 0; i < read_.models.size(); ++i) {
            const Known& model = read_.models[i];
            const std::string path = "models[" + std::to_string(i) + "].";
            if (model.successor && (read_.find(model.successor->value) == nullptr ||
                                    model.successor->value == model.name)) {
                problem_.report(path + "successor",
                                model.successor->value + " is no other model of the catalogue");
            }
            if (!model.variant_of.empty() && read_.find(model.variant_of) == nullptr) {
                problem_.report(path + "variant_of",
                                model.variant_of + " is no model of the catalogue");
            }
        }
    }

    Catalogue read_;
    Problem problem_;
};

}  // namespace

Result<Catalogue> parse_catalogue(std::string_view json) {
    return Reader().run(json);
}

}  // namespace palier::catalog
