#include "catalog/prices.h"

#include "base/check.h"
#include "base/codes.h"
#include "base/text.h"
#include "catalog/codes.h"
#include "lib/json/json.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

// Made from prices.json when palier is built.
namespace palier::embedded {
std::string_view prices_text();
}

namespace palier::catalog {
namespace {

// YYYY-MM-DD of the calendar.
std::optional<std::chrono::sys_days> day_of(std::string_view text) {
    constexpr std::size_t length = 10;
    if (text.size() != length || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = -1;
        const char* end = text.data() + at + digits;
        return std::from_chars(text.data() + at, end, value).ptr == end ? value : -1;
    };
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    return date.ok() ? std::optional(std::chrono::sys_days{date}) : std::nullopt;
}

// Reads the entries of one list; the first hole wins.
class Reader {
   public:
    Reader(const json::Value& root, std::string file, Dating dating)
        : root_(root), file_(std::move(file)), dating_(dating) {}

    // The entries under `key`, each handed to `read` with its place set for messages.
    template <class Read>
    void each(const std::string& key, Read read) {
        const json::Value* list = root_.find(key);
        if (!list) {
            return;
        }
        where_ = key;
        if (!list->is_array()) {
            fail("is no list");
            return;
        }
        for (std::size_t i = 0; i < list->as_array().size() && !error_; ++i) {
            entry_ = &list->as_array()[i];
            where_ = key + "[" + std::to_string(i + 1) + "]";
            if (entry_->is_object()) {
                read();
            } else {
                fail("is no object");
            }
        }
    }

    std::string text(const char* key) {
        const std::string value = optional_text(key);
        if (value.empty()) {
            fail(std::string("has no ") + key);
        } else if (where_.ends_with(']')) {
            where_ += " (" + value + ")";
        } else if (std::string_view(key) == "model") {
            where_.insert(where_.size() - 1, "/" + value);
        }
        return value;
    }

    std::string optional_text(const char* key) {
        const json::Value& value = (*entry_)[key];
        if (!value.is_null() && !value.is_string()) {
            fail(std::string(key) + " is no text");
        }
        return value.as_string();
    }

    std::optional<double> optional_amount(const char* key) {
        const json::Value* value = entry_->find(key);
        if (!value) {
            return std::nullopt;
        }
        if (!value->is_number()) {
            fail(std::string(key) + " is no number");
            return std::nullopt;
        }
        if (!std::isfinite(value->as_double()) || value->as_double() < 0) {
            fail(std::string(key) + " is negative");
            return std::nullopt;
        }
        return value->as_double();
    }

    double amount(const char* key) {
        const auto value = optional_amount(key);
        if (!value) {
            fail(std::string("has no ") + key);
        }
        return value.value_or(0);
    }

    // A day of the calendar, or "".
    std::string day(const char* key) {
        const std::string value = optional_text(key);
        if (!value.empty() && !days_between(value, value)) {
            fail(std::string(key) + " is no day as YYYY-MM-DD");
        }
        return value;
    }

    PriceSource source() {
        PriceSource out;
        out.title = optional_text("source");
        out.checked = day("checked");
        if (dating_ == Dating::Optional) {
            out.title = out.title.empty() ? file_ : out.title;
            return out;
        }
        const json::Value* known = root_["sources"].find(out.title);
        if (!known) {
            fail("has no known source");
            return out;
        }
        out.title = (*known)["title"].as_string();
        out.dated = (*known)["date"].as_string();
        if (out.title.empty() || !days_between(out.dated, out.dated)) {
            fail("has a source without title and date");
        }
        return out;
    }

    // The day from which it is no longer sold, with where that was announced.
    std::string end() {
        const std::string ends = day("ends");
        if (!ends.empty() && dating_ == Dating::Required &&
            !root_["sources"].find(optional_text("ends_source"))) {
            fail("has no known ends_source");
        }
        return ends;
    }

    std::vector<OtherCurrency> other_currencies() {
        std::vector<OtherCurrency> out;
        const json::Value* whole = entry_;
        for (const json::Value& other : (*whole)["also"].as_array()) {
            entry_ = &other;
            if (!other.is_object()) {
                fail("has an other currency that is no object");
                break;
            }
            out.push_back({optional_text("currency"),
                           amount("input_per_1m"),
                           amount("output_per_1m"),
                           optional_amount("cached_input_per_1m")});
            if (out.back().currency.empty()) {
                fail("has no currency");
            }
        }
        entry_ = whole;
        return out;
    }

    std::optional<double> share(const char* key) {
        const auto value = optional_amount(key);
        if (value && *value > 1) {
            fail(std::string(key) + " is above 1");
        }
        return value;
    }

    std::vector<std::string> texts(const char* key) {
        std::vector<std::string> out;
        for (const json::Value& value : (*entry_)[key].as_array()) {
            out.push_back(value.as_string());
        }
        return out;
    }

    void fail(std::string what) {
        if (!error_) {
            error_ = Error(codes::unusable_prices,
                           {{"file", file_}, {"where", where_}, {"what", std::move(what)}});
        }
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

   private:
    const json::Value& root_;
    std::string file_;
    Dating dating_;
    const json::Value* entry_ = nullptr;
    std::string where_ = "it";
    std::optional<Error> error_;
};

void read_lists(Reader& reader, PriceTable& table) {
    reader.each("models", [&] {
        ModelPrice price;
        price.provider = reader.text("provider");
        price.model = reader.text("model");
        price.aliases = reader.texts("aliases");
        price.currency = reader.text("currency");
        price.input_per_1m = reader.amount("input_per_1m");
        price.output_per_1m = reader.amount("output_per_1m");
        price.cached_input_per_1m = reader.optional_amount("cached_input_per_1m");
        price.batch_share = reader.share("batch_share");
        price.also = reader.other_currencies();
        price.open_weights = reader.optional_text("open_weights");
        price.since = reader.day("valid_from");
        price.ends = reader.end();
        price.note = reader.optional_text("note");
        price.source = reader.source();
        table.models.push_back(std::move(price));
    });
    reader.each("gpus", [&] {
        GpuPrice price;
        price.gpu = reader.text("gpu");
        price.offer = reader.optional_text("offer");
        price.memory_gb = reader.optional_amount("memory_gb");
        price.per_hour = reader.amount("per_hour");
        price.currency = reader.text("currency");
        price.how = reader.optional_text("how");
        price.source = reader.source();
        table.gpus.push_back(std::move(price));
    });
    reader.each("electricity", [&] {
        ElectricityPrice price;
        price.country = reader.text("country");
        price.per_kwh = reader.amount("per_kwh");
        price.currency = reader.text("currency");
        price.source = reader.source();
        table.electricity.push_back(std::move(price));
    });
    reader.each("carbon", [&] {
        CarbonIntensity carbon;
        carbon.country = reader.text("country");
        carbon.g_per_kwh = reader.amount("g_per_kwh");
        carbon.source = reader.source();
        table.carbon.push_back(std::move(carbon));
    });
}

// The entries of `mine`, then those of `others` that are none of them.
template <class Entry, class Same>
void put_before(std::vector<Entry> mine, std::vector<Entry>& others, Same same) {
    std::erase_if(others, [&](const Entry& other) {
        return std::any_of(
            mine.begin(), mine.end(), [&](const Entry& entry) { return same(entry, other); });
    });
    others.insert(
        others.begin(), std::make_move_iterator(mine.begin()), std::make_move_iterator(mine.end()));
}

bool is_named(const ModelPrice& price, std::string_view name) {
    const std::string provider = price.provider + "/";
    const std::string_view of_provider =
        name.starts_with(provider) ? name.substr(provider.size()) : name;
    return of_provider == price.model ||
           std::ranges::find(price.aliases, of_provider) != price.aliases.end();
}

}  // namespace

std::optional<int> days_between(std::string_view from, std::string_view to) {
    const auto first = day_of(from);
    const auto last = day_of(to);
    return first && last ? std::optional(static_cast<int>((*last - *first).count())) : std::nullopt;
}

bool is_stale(const PriceSource& source, std::string_view today) {
    if (source.day().empty() || today.empty()) {
        return false;
    }
    const auto age = days_between(source.checked, today);
    return !age || *age > k_stale_after_days;
}

Result<PriceTable> parse_prices(std::string_view text, const std::string& file, Dating dating) {
    const auto parsed = json::parse(text);
    if (const auto* error = std::get_if<json::ParseError>(&parsed)) {
        return Error(
            codes::prices_no_json,
            {{"file", file}, {"offset", std::to_string(error->offset)}, {"what", error->what}});
    }
    const json::Value& root = std::get<json::Value>(parsed);
    Reader reader(root, file, dating);
    PriceTable table;
    if (!root.is_object() || root["format"].as_int() != 1) {
        reader.fail("is no object with \"format\": 1");
    } else {
        read_lists(reader, table);
    }
    if (reader.error()) {
        return *reader.error();
    }
    return table;
}

const PriceTable& built_in_prices() {
    static const PriceTable k_table = [] {
        auto table = parse_prices(embedded::prices_text(), "prices.json", Dating::Required);
        PALIER_CHECK(table.has_value(), "the built-in price table is whole (prices_test)");
        return std::move(*table);
    }();
    return k_table;
}

std::string user_prices_path() {
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    if (const std::string named = variable("PALIER_PRICES"); !named.empty()) {
        return named;
    }
    if (const std::string config = variable("XDG_CONFIG_HOME"); !config.empty()) {
        return config + "/palier/prices.json";
    }
    const std::string home = variable("HOME");
    return home.empty() ? "" : home + "/.config/palier/prices.json";
}

Result<PriceTable> load_prices() {
    PriceTable table = built_in_prices();
    const std::string path = user_prices_path();
    const char* named = std::getenv("PALIER_PRICES");
    std::error_code failure;
    const bool is_there = !path.empty() && std::filesystem::exists(path, failure);
    if (!is_there && !(named && *named)) {
        return table;
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, failure)) {
        return Error(codes::unreadable_prices, {{"file", path}})
            .because(
                Error(base::codes::cannot_read,
                      {{"file", path}, {"reason", std::strerror(errno == 0 ? EISDIR : errno)}}));
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto mine = parse_prices(text, path, Dating::Optional);
    if (!mine) {
        return mine.error();
    }
    put_before(std::move(mine->models), table.models, [](const auto& a, const auto& b) {
        return a.provider == b.provider && a.model == b.model;
    });
    put_before(std::move(mine->gpus), table.gpus, [](const auto& a, const auto& b) {
        return a.gpu == b.gpu;
    });
    const auto same_country = [](const auto& a, const auto& b) { return a.country == b.country; };
    put_before(std::move(mine->electricity), table.electricity, same_country);
    put_before(std::move(mine->carbon), table.carbon, same_country);
    return table;
}

const ModelPrice* find_price(const PriceTable& table, std::string_view name) {
    const auto found = std::find_if(table.models.begin(),
                                    table.models.end(),
                                    [&](const ModelPrice& price) { return is_named(price, name); });
    return found == table.models.end() ? nullptr : &*found;
}

std::vector<const ModelPrice*> offers_of(const PriceTable& table,
                                         std::string_view model,
                                         std::string_view today) {
    std::vector<const ModelPrice*> offers;
    for (const ModelPrice& price : table.models) {
        if (!model.empty() && price.open_weights == model && price.is_sold(today)) {
            offers.push_back(&price);
        }
    }
    return offers;
}

std::optional<ProviderPlace> place_of(std::string_view provider) {
    if (provider == "openai") {
        return ProviderPlace{"https://api.openai.com/v1", "OPENAI_API_KEY"};
    }
    if (provider == "mistral") {
        return ProviderPlace{"https://api.mistral.ai/v1", "MISTRAL_API_KEY"};
    }
    return std::nullopt;
}

const ModelPrice* reference_price(const PriceTable& table, std::string_view today) {
    const ModelPrice* newest = nullptr;
    for (const ModelPrice& price : table.models) {
        const bool holds = !price.since.empty() && price.since <= today && price.is_sold(today) &&
                           price.output_per_1m > 0;
        if (!holds) {
            continue;
        }
        const auto paid = [](const ModelPrice& one) {
            return one.input_per_1m + one.output_per_1m;
        };
        if (newest == nullptr || price.since > newest->since ||
            (price.since == newest->since && paid(price) < paid(*newest))) {
            newest = &price;
        }
    }
    return newest;
}

std::vector<std::string> names_near(const PriceTable& table,
                                    std::string_view name,
                                    std::size_t most) {
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const ModelPrice& price : table.models) {
        const std::size_t distance =
            std::min(edit_distance(name, price.name()), edit_distance(name, price.model));
        near.emplace_back(distance, price.name());
    }
    std::sort(near.begin(), near.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < near.size() && i < most; ++i) {
        names.push_back(near[i].second);
    }
    return names;
}

}  // namespace palier::catalog
