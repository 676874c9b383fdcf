#include "job/write_job.h"

#include "base/text.h"
#include "core/names.h"

#include <array>
#include <charconv>

namespace palier::job {
namespace {

std::string number(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

std::string share(Micros value) {
    return number(static_cast<double>(value) / static_cast<double>(k_one));
}

std::string list(const std::vector<std::string>& texts) {
    std::vector<std::string> quoted;
    for (const std::string& text : texts) {
        quoted.push_back(toml_string(text));
    }
    return "[" + join(quoted, ", ") + "]";
}

// Members of an inline table; absent ones are left out.
class Inline {
   public:
    Inline& add(std::string_view key, const std::string& value) {
        members_.push_back(std::string(key) + " = " + value);
        return *this;
    }
    Inline& text(std::string_view key, const std::string& value) {
        return value.empty() ? *this : add(key, toml_string(value));
    }
    [[nodiscard]] bool empty() const { return members_.empty(); }
    [[nodiscard]] std::string written() const { return "{ " + join(members_, ", ") + " }"; }

   private:
    std::vector<std::string> members_;
};

class Writer {
   public:
    explicit Writer(const JobText& words) : words_(words) { comment(""); }

    // `header` as written: "[job]", "[[candidate]]"; `name` is what its comments go by.
    void table(const std::string& header, const std::string& name) {
        if (!text_.empty()) {
            text_ += '\n';
        }
        name_ = name;
        comment(name);
        text_ += header + "\n";
    }
    void value(const std::string& key, const std::string& written) {
        comment(name_ + "." + key);
        text_ += key + " = " + written + "\n";
    }
    void text(const std::string& key, const std::string& content) {
        if (!content.empty()) {
            value(key, toml_string(content));
        }
    }
    // A comment of a key that the job does not set, such as a suggestion.
    void unset(const std::string& key) { comment(name_ + "." + key); }
    void comment(const std::string& key) {
        for (const auto& [of, words] : words_.comments) {
            if (of == key && !words.empty()) {
                for (const std::string& line : split(words, '\n')) {
                    text_ += line.empty() ? "#\n" : "# " + line + "\n";
                }
            }
        }
    }
    std::string finished() {
        const std::string before = text_;
        comment("end");
        if (text_ != before) {
            text_.insert(before.size(), "\n");
        }
        return std::move(text_);
    }

   private:
    const JobText& words_;
    std::string text_, name_;
};

void write_job_table(Writer& out, const core::Job& job, const std::string& schema_file) {
    out.table("[job]", "job");
    out.text("name", job.name);
    out.value("task", toml_string(core::name_of(job.task)));
    out.text("language", job.language);
    out.text("instructions", job.instructions);
    if (!job.labels.empty()) {
        out.value("labels", list(job.labels));
    }
    out.text("schema", schema_file);
    out.text("arrays", job.arrays_in_any_order ? "any_order" : "");
    out.text("expected_pattern", job.expected_pattern);
}

void write_data(Writer& out, const core::DataSpec& data) {
    out.table("[data]", "data");
    out.text("test", data.test);
    out.text("dev", data.dev);
    out.text("train", data.train);
    if (data.dev.empty()) {
        out.value("split", share(data.split));
    }
    Inline columns;
    columns.text("input", data.input_column)
        .text("expected", data.expected_column)
        .text("context", data.context_column)
        .text("group", data.group_column)
        .text("tags", data.tags_column)
        .text("id", data.id_column)
        .text("database", data.database_column);
    if (!columns.empty()) {
        out.value("columns", columns.written());
    }
    out.text("database", data.database);
    out.text("now", data.now);
}

void write_constraints(Writer& out, const core::Constraints& limits) {
    out.table("[constraints]", "constraints");
    Inline quality;
    quality.text("metric", limits.quality.metric);
    if (limits.quality.min) {
        quality.add("min", share(*limits.quality.min));
    }
    if (limits.quality.of_topline) {
        quality.add("of_topline", share(*limits.quality.of_topline));
    }
    out.value("quality", quality.written());
    Inline latency;
    if (limits.p95_ms) {
        latency.add("p95_ms", number(*limits.p95_ms));
    }
    if (limits.ttft_p95_ms) {
        latency.add("ttft_p95_ms", number(*limits.ttft_p95_ms));
    }
    latency.empty() ? out.unset("latency") : out.value("latency", latency.written());
    if (limits.cost_per_1k) {
        Inline cost;
        cost.add("per_1k", number(limits.cost_per_1k->amount))
            .text("currency", limits.cost_per_1k->currency);
        out.value("cost", cost.written());
    } else {
        out.unset("cost");
    }
    if (limits.vram_bytes) {
        out.value("vram", toml_string(std::to_string(*limits.vram_bytes) + " B"));
    }
    if (limits.memory_bytes) {
        out.value("memory", toml_string(std::to_string(*limits.memory_bytes) + " B"));
    } else {
        out.unset("memory");
    }
    out.value("privacy", toml_string(core::name_of(limits.privacy)));
    if (!limits.infra_hosts.empty()) {
        out.value("infra_hosts", list(limits.infra_hosts));
    }
    if (limits.context_tokens) {
        out.value("context", std::to_string(*limits.context_tokens));
    }
    out.text("licence", limits.licence);
    if (limits.tools) {
        out.value("tools", "true");
    }
}

void write_model(Writer& out, const core::ModelSpec& spec) {
    out.text("recorded", spec.recorded);
    out.text("endpoint", spec.endpoint);
    out.text("model", spec.model);
    out.text("key_env", spec.key_env);
    out.text("key_file", spec.key_file);
    if (spec.parameters) {
        out.value("parameters", toml_string(std::to_string(*spec.parameters)));
    }
    if (spec.api != core::Api::Chat) {
        out.value("api", toml_string(core::name_of(spec.api)));
    }
    if (spec.thinking) {
        out.value("thinking", toml_string(*spec.thinking ? "on" : "off"));
    }
    if (spec.max_tokens) {
        out.value("max_tokens", std::to_string(*spec.max_tokens));
    }
    if (spec.price) {
        Inline price;
        price.add("input_per_1m", number(spec.price->input_per_1m))
            .add("output_per_1m", number(spec.price->output_per_1m))
            .text("currency", spec.price->currency);
        out.value("price", price.written());
    }
}

void write_rest(Writer& out, const core::Job& job) {
    if (job.weights) {
        out.table("[engine]", "engine");
        out.value("weights", toml_string(core::name_of(*job.weights)));
    }
    out.table("[traffic]", "traffic");
    if (job.requests_per_month > 0) {
        out.value("per_month", std::to_string(job.requests_per_month));
    }
    out.value("concurrency", std::to_string(job.concurrency));
    if (job.peak != core::Job{}.peak) {
        out.value("peak", number(job.peak));
    }
    out.table("[stats]", "stats");
    out.value("alpha", number(job.alpha));
    out.value("seed", std::to_string(job.seed));
    if (job.budget_money || job.budget_seconds) {
        out.table("[budget]", "budget");
    }
    if (job.budget_money) {
        out.value("money",
                  toml_string(number(job.budget_money->amount) + " " + job.budget_money->currency));
    }
    if (job.budget_seconds) {
        out.value("time", toml_string(number(*job.budget_seconds) + " s"));
    }
}

}  // namespace

std::string toml_string(std::string_view text) {
    const bool several_lines = text.find('\n') != std::string_view::npos;
    // The line break after the opening quotes is no part of the text.
    std::string out = several_lines ? "\"\"\"\n" : "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += c;
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            constexpr std::string_view hex = "0123456789ABCDEF";
            out += "\\u00";
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        } else {
            out += c;
        }
    }
    return out + (several_lines ? "\"\"\"" : "\"");
}

std::string write_job(const core::Job& job, const JobText& words) {
    Writer out(words);
    write_job_table(out, job, words.schema_file);
    write_data(out, job.data);
    write_constraints(out, job.constraints);
    if (job.topline) {
        out.table("[topline]", "topline");
        write_model(out, *job.topline);
        if (job.share_cases) {
            out.value("share_cases", std::to_string(*job.share_cases));
        }
    } else {
        out.comment("topline");
    }
    for (std::size_t i = 0; i < job.candidates.size(); ++i) {
        out.table("[[candidate]]", "candidate." + std::to_string(i));
        write_model(out, job.candidates[i]);
    }
    write_rest(out, job);
    return out.finished();
}

}  // namespace palier::job
