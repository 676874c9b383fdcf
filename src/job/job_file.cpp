#include "job/job_file.h"

#include "base/codes.h"
#include "base/text.h"
#include "core/names.h"
#include "core/screen.h"
#include "job/codes.h"
#include "job/hardware_table.h"
#include "job/table_reader.h"
#include "lib/toml/toml.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace palier::job {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_text(const std::string& path) {
    std::error_code is_directory;
    std::ifstream file(path, std::ios::binary);
    if (!file || fs::is_directory(path, is_directory)) {
        return Error(base::codes::cannot_read,
                     {{"file", path}, {"reason", std::strerror(errno == 0 ? EISDIR : errno)}});
    }
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

std::string beside(const std::string& job_path, const std::string& path) {
    const fs::path p(path);
    if (path.empty() || p.is_absolute()) {
        return path;
    }
    return (fs::path(job_path).parent_path() / p).lexically_normal().string();
}

// A share in (0, 1] as written, in millionths.
std::optional<Micros> share(TableReader& table, std::string_view key) {
    const auto value = table.number(key);
    if (!value) {
        return std::nullopt;
    }
    const Micros rounded = *value > 0 && *value <= 1 ? micros_of(*value) : 0;
    if (rounded < 1 || rounded > k_one) {
        table.refuse(key, codes::share_needed);
        return std::nullopt;
    }
    return rounded;
}

std::optional<double> positive(TableReader& table, std::string_view key) {
    const auto value = table.number(key);
    if (value && !(*value > 0 && std::isfinite(*value))) {
        table.refuse(key, codes::positive_number_needed);
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> positive_integer(TableReader& table, std::string_view key) {
    const auto value = table.integer(key);
    if (value && *value <= 0) {
        table.refuse(key, codes::positive_integer_needed);
        return std::nullopt;
    }
    return value;
}

template <class T>
T word(TableReader& table,
       std::string_view key,
       std::optional<T> (*from)(std::string_view),
       std::string_view known,
       T fallback) {
    const auto text = table.text(key);
    if (!text) {
        table.defaulted(key, "\"" + std::string(core::name_of(fallback)) + "\"");
        return fallback;
    }
    const auto value = from(*text);
    if (!value) {
        table.refuse(key, codes::one_of_needed, {{"known", std::string(known)}});
    }
    return value.value_or(fallback);
}

void read_job_table(TableReader job,
                    const std::string& path,
                    const std::optional<std::string>& known_schema,
                    core::Job& out,
                    ReadContext& context) {
    out.name = job.text("name").value_or(fs::path(path).parent_path().filename().string());
    if (!job.has("task")) {
        job.refuse("task", codes::task_needed);
    }
    out.task = word(
        job, "task", core::task_from, "classify, extract, generate, answer", core::Task::Classify);
    out.language = job.text("language").value_or("en");
    if (out.language != "en" && out.language != "fr") {
        job.refuse("language", codes::language_needed);
    }
    out.instructions = job.text("instructions").value_or("");
    if (trim(out.instructions).empty()) {
        job.refuse("instructions", codes::instructions_needed);
    }
    out.labels = job.texts("labels");
    const std::set<std::string> distinct(out.labels.begin(), out.labels.end());
    if (out.task == core::Task::Classify &&
        (out.labels.size() < 2 || distinct.size() != out.labels.size())) {
        job.refuse("labels", codes::labels_needed);
    }
    if (distinct.count("") != 0) {
        job.refuse("labels", codes::empty_label);
    }
    if (const auto schema = job.text("schema")) {
        auto text =
            known_schema ? Result<std::string>(*known_schema) : read_text(beside(path, *schema));
        if (!text) {
            context.fail(Error(codes::unreadable_schema,
                               {{"file", path},
                                {"line", std::to_string(job.line_of("schema"))},
                                {"schema", *schema}})
                             .because(text.error()));
        } else {
            out.schema = std::move(*text);
        }
    }
    if (const auto arrays = job.text("arrays")) {
        out.arrays_in_any_order = *arrays == "any_order";
        if (*arrays != "any_order" && *arrays != "ordered") {
            job.refuse("arrays", codes::one_of_needed, {{"known", "ordered, any_order"}});
        }
    }
    out.expected_pattern = job.text("expected_pattern").value_or("");
    job.end();
}

void read_data(TableReader data, const std::string& path, core::DataSpec& out) {
    const auto test = data.text("test");
    if (!test) {
        data.refuse("test", codes::test_needed);
        return;
    }
    out.test = beside(path, *test);
    out.dev = beside(path, data.text("dev").value_or(""));
    out.train = beside(path, data.text("train").value_or(""));
    if (data.has("split")) {
        const auto split = data.number("split");
        const bool is_share = split && *split >= 0 && *split < 1;
        const Micros rounded = is_share ? micros_of(*split) : 0;
        // What a share rounds to decides: neither all cases nor, written as more than 0, none.
        if (split && (!is_share || rounded >= k_one || (*split > 0 && rounded < 1))) {
            data.refuse("split", codes::split_out_of_range);
        } else if (split) {
            out.split = rounded;
        }
        if (!out.dev.empty()) {
            data.refuse("split", codes::nothing_to_split);
        }
    } else if (out.dev.empty()) {
        data.defaulted("split", "0.3");
    }
    TableReader columns = data.table("columns");
    out.input_column = columns.text("input").value_or("");
    out.expected_column = columns.text("expected").value_or("");
    out.context_column = columns.text("context").value_or("");
    out.group_column = columns.text("group").value_or("");
    out.tags_column = columns.text("tags").value_or("");
    out.id_column = columns.text("id").value_or("");
    out.database_column = columns.text("database").value_or("");
    columns.end();
    out.database = beside(path, data.text("database").value_or(""));
    out.now = data.text("now").value_or("");
    data.end();
}

void read_quality(TableReader quality, core::QualityLimit& out) {
    out.metric = quality.text("metric").value_or("");
    out.min = share(quality, "min");
    out.of_topline = share(quality, "of_topline");
    if (out.min.has_value() == out.of_topline.has_value()) {
        quality.refuse("min", codes::one_threshold_needed);
    }
    quality.end();
}

void read_constraints(TableReader table, core::Constraints& out) {
    if (!table.has("quality")) {
        table.refuse("quality", codes::quality_needed);
    }
    read_quality(table.table("quality"), out.quality);
    TableReader latency = table.table("latency");
    out.p95_ms = positive(latency, "p95_ms");
    out.ttft_p95_ms = positive(latency, "ttft_p95_ms");
    latency.end();
    TableReader cost = table.table("cost");
    if (cost.exists()) {
        const auto per_1k = positive(cost, "per_1k");
        const auto currency = cost.text("currency");
        if (!per_1k || !currency) {
            cost.refuse("per_1k", codes::cost_limit_needed);
        } else {
            out.cost_per_1k = Money{*per_1k, *currency};
        }
    }
    cost.end();
    const auto bytes = [&](const char* key, std::optional<std::uint64_t>& limit) {
        if (const auto text = table.text(key)) {
            limit = parse_bytes(*text);
            if (!limit) {
                table.refuse(key, codes::size_needed);
            }
        }
    };
    bytes("memory", out.memory_bytes);
    bytes("vram", out.vram_bytes);
    out.privacy =
        word(table, "privacy", core::privacy_from, "machine, infra, cloud", core::Privacy::Machine);
    out.infra_hosts = table.texts("infra_hosts");
    if (out.privacy == core::Privacy::Infra && out.infra_hosts.empty()) {
        table.refuse("privacy", codes::infra_hosts_needed);
    }
    out.context_tokens = positive_integer(table, "context");
    out.licence = table.text("licence").value_or("");
    if (!out.licence.empty() && out.licence != "commercial") {
        table.refuse("licence", codes::unknown_licence);
    }
    out.tools = table.boolean("tools").value_or(false);
    table.end();
}

core::ModelSpec read_model(TableReader& table, const std::string& job_path) {
    core::ModelSpec spec;
    spec.recorded = beside(job_path, table.text("recorded").value_or(""));
    spec.endpoint = table.text("endpoint").value_or("");
    spec.model = table.text("model").value_or("");
    spec.key_env = table.text("key_env").value_or("");
    spec.key_file = beside(job_path, table.text("key_file").value_or(""));
    if (const auto parameters = table.text("parameters")) {
        spec.parameters = parse_parameters(*parameters);
        if (!spec.parameters) {
            table.refuse("parameters", codes::parameters_needed);
        }
    }
    if (const auto thinking = table.text("thinking")) {
        if (*thinking != "on" && *thinking != "off") {
            table.refuse("thinking", codes::thinking_on_or_off);
        }
        spec.thinking = *thinking == "on";
    }
    if (const auto most = positive_integer(table, "max_tokens")) {
        constexpr std::int64_t k_most = 1'000'000;
        spec.max_tokens = static_cast<int>(std::min(*most, k_most));
    }
    if (table.has("api")) {
        spec.api = word(table, "api", core::api_from, "chat, decisions", core::Api::Chat);
        if (!spec.is_remote()) {
            table.refuse("api", codes::api_of_endpoint_only);
        }
    }
    TableReader price = table.table("price");
    if (price.exists()) {
        const auto input = price.number("input_per_1m");
        const auto output = price.number("output_per_1m");
        const auto currency = price.text("currency");
        if (!input || !output || !currency || *input < 0 || *output < 0) {
            price.refuse("input_per_1m", codes::price_needed);
        } else {
            spec.price = core::Price{*input, *output, *currency};
        }
    }
    price.end();
    if (spec.is_recorded() ? spec.is_remote() : spec.model.empty()) {
        table.refuse("model", codes::model_source_needed);
    }
    if (!spec.key_env.empty() && !spec.key_file.empty()) {
        table.refuse("key_file", codes::one_key_source_needed);
    }
    // A path in `model` is taken from the folder of the job; a catalogue name has no such ending.
    if (!spec.is_remote() && spec.model.ends_with(".gguf")) {
        spec.model = beside(job_path, spec.model);
    }
    return spec;
}

// A decision is made among the job's labels, and has nothing that is written.
void check_api(TableReader& table, const core::ModelSpec& spec, const core::Job& job) {
    constexpr std::size_t k_fewest = 2;
    constexpr std::size_t k_most = 255;
    if (spec.api != core::Api::Decisions) {
        return;
    }
    if (job.task != core::Task::Classify) {
        table.refuse(
            "api", codes::decisions_need_labels, {{"task", std::string(core::name_of(job.task))}});
    } else if (job.labels.size() < k_fewest || job.labels.size() > k_most) {
        table.refuse(
            "api", codes::decisions_label_count, {{"count", std::to_string(job.labels.size())}});
    }
    for (const char* key : {"thinking", "max_tokens"}) {
        if (table.has(key)) {
            table.refuse(key, codes::decisions_write_nothing);
        }
    }
}

void read_models(TableReader& root, const std::string& path, core::Job& out) {
    TableReader topline = root.table("topline");
    if (topline.exists()) {
        out.share_cases = positive_integer(topline, "share_cases");
        out.topline = read_model(topline, path);
        check_api(topline, *out.topline, out);
        if (out.topline->is_remote() && !out.share_cases &&
            !core::may_see_data(out.constraints, out.topline->endpoint)) {
            topline.refuse("endpoint", codes::data_may_not_leave);
        }
    }
    topline.end();
    for (TableReader& candidate : root.tables("candidate")) {
        out.candidates.push_back(read_model(candidate, path));
        check_api(candidate, out.candidates.back(), out);
        candidate.end();
    }
    if (!out.topline && out.constraints.quality.of_topline) {
        root.refuse("topline", codes::topline_needed);
    }
}

// Only recorded answers need no dev cases: everything else chooses its recipe on them.
void check_split(TableReader& root, const core::Job& job) {
    const auto is_live = [](const core::ModelSpec& spec) { return !spec.is_recorded(); };
    const bool needs_dev = std::any_of(job.candidates.begin(), job.candidates.end(), is_live) ||
                           job.candidates.empty() || (job.topline && is_live(*job.topline));
    if (job.data.split == 0 && job.data.dev.empty() && needs_dev) {
        root.table("data").refuse("split", codes::split_out_of_range);
    }
}

// A cost limit can be checked only where every model has a price in its currency.
void check_prices(TableReader& root, const core::Job& job) {
    if (!job.constraints.cost_per_1k) {
        return;
    }
    const auto check = [&](const core::ModelSpec& spec) {
        if (!spec.price || spec.price->currency != job.constraints.cost_per_1k->currency) {
            root.refuse("candidate",
                        codes::currency_without_price,
                        {{"currency", job.constraints.cost_per_1k->currency},
                         {"model", spec.is_recorded() ? spec.recorded : spec.model}});
        }
    };
    std::for_each(job.candidates.begin(), job.candidates.end(), check);
    if (job.topline) {
        check(*job.topline);
    }
}

void read_climb(TableReader climb, core::Job& out) {
    const auto up_or_down = [](std::string_view text) {
        return text == "all" ? std::nullopt : core::order_from(text);
    };
    out.order = word<core::Order>(climb, "order", up_or_down, "up, down", core::Order::Up);
    out.baselines = climb.boolean("baselines").value_or(true);
    if (!climb.has("baselines") && out.task == core::Task::Classify) {
        climb.defaulted("baselines", "true");
    }
    climb.end();
}

void read_rest(TableReader& root, core::Job& out) {
    TableReader engine = root.table("engine");
    if (engine.has("weights")) {
        out.weights = word(engine,
                           "weights",
                           core::weights_from,
                           "file, bf16-copy, q8-copy, f32-copy",
                           core::Weights::AsFile);
    } else {
        engine.defaulted("weights", "what was measured to be faster here");
    }
    engine.end();
    TableReader traffic = root.table("traffic");
    out.requests_per_month = positive_integer(traffic, "per_month").value_or(0);
    out.concurrency = static_cast<int>(
        std::min<std::int64_t>(positive_integer(traffic, "concurrency").value_or(1), 1024));
    if (const auto peak = traffic.number("peak")) {
        if (!(*peak >= 1 && *peak <= 1000)) {
            traffic.refuse("peak", codes::range_needed, {{"least", "1"}, {"most", "1000"}});
        }
        out.peak = *peak;
    } else {
        traffic.defaulted("peak", "3");
    }
    traffic.end();
    TableReader stats = root.table("stats");
    if (const auto alpha = stats.number("alpha")) {
        if (!(*alpha > 0 && *alpha < 0.5)) {
            stats.refuse("alpha", codes::alpha_out_of_range);
        }
        out.alpha = *alpha;
    } else {
        stats.defaulted("alpha", "0.01");
    }
    if (const auto seed = stats.integer("seed")) {
        if (*seed < 0) {
            stats.refuse("seed", codes::seed_needed);
        }
        out.seed = static_cast<std::uint64_t>(*seed);
    } else {
        stats.defaulted("seed", "1");
    }
    stats.end();
    TableReader budget = root.table("budget");
    if (const auto money = budget.text("money")) {
        out.budget_money = parse_money(*money);
        if (!out.budget_money) {
            budget.refuse("money", codes::money_needed);
        }
    }
    if (const auto time = budget.text("time")) {
        out.budget_seconds = parse_seconds(*time);
        if (!out.budget_seconds) {
            budget.refuse("time", codes::time_needed);
        }
    }
    budget.end();
}

}  // namespace

Result<JobFile> parse_job(std::string_view text,
                          const std::string& path,
                          const std::optional<std::string>& schema) {
    const auto parsed = toml::parse(text);
    if (const auto* error = std::get_if<toml::ParseError>(&parsed)) {
        return Error(codes::no_toml,
                     {{"file", path},
                      {"line", std::to_string(error->line)},
                      {"column", std::to_string(error->column)},
                      {"what", error->what}});
    }
    JobFile file;
    file.path = path;
    file.text = std::string(text);
    ReadContext context{path, {}, std::nullopt};
    TableReader root(context, "", &std::get<toml::Table>(parsed), 1);
    read_job_table(root.table("job"), path, schema, file.job, context);
    read_data(root.table("data"), path, file.job.data);
    read_constraints(root.table("constraints"), file.job.constraints);
    read_models(root, path, file.job);
    check_prices(root, file.job);
    check_split(root, file.job);
    read_climb(root.table("climb"), file.job);
    read_rest(root, file.job);
    file.job.hardware = read_hardware(root.table("hardware"));
    root.end();
    if (context.error) {
        return *context.error;
    }
    file.origins = std::move(context.origins);
    return file;
}

Result<JobFile> read_job(const std::string& path) {
    const auto text = read_text(path);
    if (!text) {
        return Error(codes::unreadable_file, {{"file", path}}).because(text.error());
    }
    return parse_job(*text, path);
}

}  // namespace palier::job
