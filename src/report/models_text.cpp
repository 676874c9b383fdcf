#include "base/text.h"
#include "base/units.h"
#include "report/models.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/supposed.h"
#include "report/table.h"
#include "report/wording.h"

#include <algorithm>
#include <array>
#include <set>

namespace palier::report {
namespace {

using catalog::Figure;
using catalog::Known;
using catalog::KnownFile;
using catalog::Maybe;

// 131072 -> "128k", 128000 -> "128k" (and not 125), 32000 -> "32k", 4000 -> "4000".
std::string short_tokens(std::int64_t tokens) {
    if (tokens >= 1024 && tokens % 1024 == 0 && tokens % 1000 != 0) {
        return std::to_string(tokens / 1024) + "k";
    }
    return tokens >= 10'000 ? std::to_string(tokens / 1000) + "k" : std::to_string(tokens);
}

class Speaker {
   public:
    explicit Speaker(Language language) : language_(language) {}
    [[nodiscard]] std::string operator()(int code, const Args& args = {}) const {
        return sentence(language_, code, args);
    }
    [[nodiscard]] std::string size(std::uint64_t value) const {
        return report::bytes(language_, value);
    }
    [[nodiscard]] std::string grouped(std::uint64_t value) const {
        return report::count(language_, static_cast<std::int64_t>(value));
    }
    [[nodiscard]] std::string yes(bool is) const { return (*this)(is ? say::yes : say::no); }

   private:
    Language language_;
};

int class_code(catalog::LicenceClass kind) {
    return kind == catalog::LicenceClass::Permissive   ? say::licence_permissive
           : kind == catalog::LicenceClass::Restricted ? say::licence_restricted
                                                       : say::licence_non_commercial;
}

// Label, value, source; the source's key is remembered.
class Rows {
   public:
    Rows(const Speaker& say, std::string title) : say_(say), title_(std::move(title)) {}

    void add(int label, const std::string& value, const std::string& source = "") {
        if (!value.empty()) {
            rows_.push_back({say_(label), value, source});
            if (!source.empty()) {
                sources_.insert(source);
            }
        }
    }
    template <class T, class Show>
    void figure(int label, const Maybe<T>& figure, Show show) {
        if (figure) {
            add(label, show(figure->value), figure->source);
        }
    }
    void number(int label, const Maybe<std::int64_t>& value) {
        figure(label, value, [this](std::int64_t n) {
            return say_.grouped(static_cast<std::uint64_t>(n));
        });
    }

    // "label  value  [source]", with what is long on further lines below the value.
    [[nodiscard]] std::string text() const {
        std::size_t widest = 0;
        for (const auto& row : rows_) {
            widest = std::max(widest, length_in_characters(row[0]));
        }
        std::string out = title_.empty() ? "" : title_ + "\n";
        for (const auto& row : rows_) {
            std::string line = "  " + row[0];
            line.append(widest - length_in_characters(row[0]) + 2, ' ');
            const std::string value = row[1] + (row[2].empty() ? "" : "  [" + row[2] + "]");
            const auto lines = wrapped(value, k_text_width, widest + 4, widest + 4);
            for (std::size_t i = 0; i < lines.size(); ++i) {
                out += i == 0 ? line + std::string(trim(lines[i])) + "\n" : lines[i] + "\n";
            }
        }
        return out;
    }
    [[nodiscard]] const std::set<std::string>& sources() const { return sources_; }

   private:
    const Speaker& say_;
    std::string title_;
    std::vector<std::array<std::string, 3>> rows_;
    std::set<std::string> sources_;
};

std::string licence_text(const Speaker& say, const catalog::Licence& licence) {
    std::string text = licence.name + ", " + say(class_code(licence.kind));
    if (licence.kind != catalog::LicenceClass::Permissive) {
        text += " (" +
                say(say::licence_conditions,
                    {{"conditions", licence.conditions.empty() ? "-" : licence.conditions}}) +
                ")";
    }
    return text;
}

std::string device_text(const Speaker& say, const Listed& listed) {
    const auto fit = catalog::device_fit(*listed.model);
    if (!fit) {
        return say(say::device_unknown);
    }
    return say(fit->fits ? say::device_fits : say::device_does_not_fit,
               {{"file", say.size(fit->file_bytes)},
                {"kv", fit->kv_bytes ? say.size(*fit->kv_bytes) : say(say::kv_not_counted)},
                {"context", say.grouped(catalog::k_slm_context)},
                {"latency",
                 listed.practical_latency
                     ? say.yes(*listed.practical_latency) + " " +
                           say(listed.elsewhere ? say::latency_supposed : say::latency_estimated)
                     : say(say::latency_not_estimated)}});
}

// What it would take on a supposed machine.
std::string elsewhere_text(const Speaker& say, Language language, const Elsewhere& on) {
    if (!on.memory_bytes) {
        return say(say::supposed_model_unknown);
    }
    const auto rate = [&](const std::optional<double>& value) {
        return value ? number(language, *value, *value < 100 ? 1 : 0) : "-";
    };
    const auto memory = static_cast<std::uint64_t>(*on.memory_bytes);
    return say(
        memory <= on.limit_bytes ? say::supposed_model_fits : say::supposed_model_does_not_fit,
        {{"memory", bytes(language, memory)},
         {"limit", bytes(language, on.limit_bytes)},
         {"prefill", rate(on.prefill_tokens_per_s)},
         {"decode", rate(on.decode_tokens_per_s)}});
}

void add_shape(Rows& rows, const Speaker& say, const Known& model) {
    const auto count = [&](std::uint64_t n) { return say.grouped(n); };
    rows.figure(say::models_parameters, model.parameters, count);
    rows.figure(say::models_active, model.active, count);
    rows.figure(say::models_effective, model.effective, count);
    rows.number(say::models_context, model.context);
    rows.number(say::models_sliding_window, model.sliding_window);
    rows.number(say::models_layers, model.layers);
    rows.number(say::models_attention_layers, model.attention_layers);
    rows.number(say::models_heads, model.heads);
    rows.number(say::models_kv_heads, model.kv_heads);
    rows.number(say::models_head_size, model.head_size);
    rows.number(say::models_hidden_size, model.hidden_size);
    rows.number(say::models_vocabulary, model.vocabulary);
}

std::string files_text(const Speaker& say, const Listed& listed, std::set<std::string>& sources) {
    if (listed.model->files.empty()) {
        return "";
    }
    Table table;
    table.columns = {{say(say::models_quantisation), Align::Left, false},
                     {say(say::models_size), Align::Right, false},
                     {say(say::models_here), Align::Left, false},
                     {say(say::models_checksum), Align::Left, false},
                     {say(say::models_origin), Align::Left, true}};
    for (const KnownFile& file : listed.model->files) {
        const bool here = std::ranges::any_of(
            listed.present, [&](const catalog::Present& one) { return one.file == &file; });
        sources.insert(file.source);
        table.rows.push_back({file.quantisation,
                              file.bytes ? say.size(*file.bytes) : "-",
                              here ? say(say::yes) : "-",
                              file.sha256.empty() ? "-" : file.sha256.substr(0, 8),
                              file.repository + " [" + file.source + "]"});
    }
    return "\n" + say(say::models_files) + "\n" + join(table.lines(k_text_width), "\n") + "\n";
}

std::string scores_text(const Speaker& say, const Known& model, std::set<std::string>& sources) {
    if (model.scores.empty()) {
        return "";
    }
    Table table;
    table.columns = {{say(say::models_benchmark), Align::Left, false},
                     {say(say::models_value), Align::Right, false},
                     {say(say::models_setting), Align::Left, true},
                     {say(say::models_source), Align::Left, false}};
    for (const catalog::Score& score : model.scores) {
        sources.insert(score.source);
        table.rows.push_back({score.benchmark,
                              shortest(score.value) + " " + score.unit,
                              score.setting.empty() ? "-" : score.setting,
                              "[" + score.source + "]"});
    }
    return "\n" + say(say::models_scores) + "\n" + join(table.lines(k_text_width), "\n") + "\n";
}

std::string facts_text(Language language, const catalog::FileFigures& facts) {
    const Speaker say(language);
    Rows rows(say, "");
    const auto number = [&](int label, const auto& value) {
        if (value) {
            rows.add(label, say.grouped(static_cast<std::uint64_t>(*value)));
        }
    };
    rows.add(say::models_architecture, facts.architecture);
    rows.add(say::models_name, facts.name);
    rows.add(say::models_stated_licence, facts.licence);
    rows.add(say::models_file_size, say.grouped(facts.bytes) + " (" + say.size(facts.bytes) + ")");
    rows.add(say::models_parameters, say.grouped(facts.parameters));
    std::vector<std::string> types;
    for (const catalog::TensorTypeShare& share : facts.types) {
        types.push_back(say(say::tensor_type_share,
                            {{"type", share.type},
                             {"bytes", say.size(share.bytes)},
                             {"count", std::to_string(share.tensors)}}));
    }
    rows.add(say::models_tensor_types, with_semicolons(language, types));
    number(say::models_context, facts.context);
    number(say::models_sliding_window, facts.sliding_window);
    number(say::models_layers, facts.layers);
    number(say::models_heads, facts.heads);
    number(say::models_kv_heads, facts.kv_heads);
    number(say::models_head_size, facts.head_size);
    number(say::models_hidden_size, facts.hidden_size);
    if (facts.recurrent_layers > 0) {
        rows.add(say::models_recurrent_layers, say.grouped(facts.recurrent_layers));
    }
    if (facts.expert_count > 0) {
        rows.add(say::models_experts, say.grouped(facts.expert_count));
    }
    rows.add(say::models_tokenizer,
             facts.tokenizer + (facts.vocabulary ? ", " + say.grouped(*facts.vocabulary) + " " +
                                                       say(say::models_tokens)
                                                 : ""));
    rows.add(say::models_template,
             facts.template_bytes == 0
                 ? say(say::template_none)
                 : say(facts.template_names_tools ? say::template_takes_tools : say::template_bytes,
                       {{"bytes", say.grouped(facts.template_bytes)}}));
    std::string text = rows.text();
    for (const catalog::Remark& remark : facts.remarks) {
        Args args = remark.args;
        args.emplace_back("system", facts.name.empty() ? facts.architecture : facts.name);
        text += paragraph(say(remark.code, args), 2, 4);
    }
    return text;
}

std::string table_of(Language language, const std::vector<Listed>& models) {
    const Speaker say(language);
    Table table;
    table.columns = {{say(say::models_model), Align::Left, true},
                     {say(say::models_size), Align::Right, false},
                     {say(say::models_licence), Align::Left, false},
                     {say(say::models_tokens), Align::Right, false},
                     {say(say::models_french_short), Align::Left, false},
                     {say(say::models_tools), Align::Left, false},
                     {say(say::models_here), Align::Left, false},
                     {say(say::models_released), Align::Left, false}};
    for (const Listed& listed : models) {
        const Known& model = *listed.model;
        table.rows.push_back(
            {model.name,
             model.parameters ? parameters(language, model.parameters->value) : "-",
             model.licence ? say(class_code(model.licence->kind)) : "-",
             model.context ? short_tokens(model.context->value) : "-",
             model.speaks_french() ? say(say::yes) : "-",
             model.tools ? say.yes(model.tools->value) : "-",
             listed.present.empty() ? "-" : say(say::yes),
             (model.released ? model.released->value.substr(0, 7) : std::string("-")) +
                 (model.successor ? ">" : "")});
    }
    return join(table.lines(k_text_width), "\n") + "\n";
}

std::string model_text(Language language, const Listed& listed) {
    const Speaker say(language);
    const Known& model = *listed.model;
    Rows rows(say, model.title);
    rows.add(say::models_name, model.name);
    rows.add(say::models_other_names, join(model.aliases, ", "));
    rows.add(say::models_publisher, model.publisher);
    rows.add(say::models_family, model.family);
    rows.add(say::models_variant_of, model.variant_of);
    if (model.licence) {
        rows.add(say::models_licence, licence_text(say, *model.licence), model.licence->source);
    }
    rows.figure(say::models_released, model.released, [](const std::string& date) { return date; });
    rows.figure(
        say::models_successor, model.successor, [](const std::string& name) { return name; });
    rows.figure(
        say::models_languages, model.languages, [](const auto& list) { return join(list, ", "); });
    rows.figure(say::models_french, model.french, [&](catalog::French french) {
        return say(french == catalog::French::Trained ? say::french_trained
                                                      : say::french_evaluated);
    });
    rows.figure(say::models_tools, model.tools, [&](bool tools) { return say.yes(tools); });
    rows.figure(say::models_modalities, model.modalities, [](const auto& list) {
        return join(list, ", ");
    });
    add_shape(rows, say, model);
    rows.add(say::models_slm, device_text(say, listed));
    if (listed.elsewhere) {
        rows.add(say::supposed_model, elsewhere_text(say, language, *listed.elsewhere));
    }
    std::set<std::string> sources = rows.sources();
    std::string out = rows.text() +
                      (listed.elsewhere ? supposed_note(language, listed.elsewhere->machine) : "") +
                      files_text(say, listed, sources) + scores_text(say, model, sources) + "\n" +
                      say(say::models_sources) + "\n";
    for (const std::string& key : sources) {
        const catalog::Source& source = catalog::catalogue().sources.at(key);
        out += paragraph(
            "[" + key + "] " + source.title + ", " + source.address + " (" + source.date + ")",
            2,
            4);
    }
    return out;
}

std::string imported_table(Language language, const std::vector<catalog::Entry>& imported) {
    std::string out = "\n" + sentence(language, say::models_imported) + "\n";
    std::vector<std::vector<std::string>> rows;
    for (const catalog::Entry& entry : imported) {
        rows.push_back(
            {"  " + entry.name, bytes(language, entry.bytes), shortened(entry.file, 40)});
    }
    return out + aligned(rows);
}

}  // namespace

std::string list_text(Language language, const ModelList& list) {
    std::string text = list.models.empty() ? sentence(language, say::models_none) + "\n"
                                           : table_of(language, list.models);
    text +=
        "\n" + paragraph(sentence(language,
                                  say::models_count,
                                  {{"count", std::to_string(list.models.size())},
                                   {"total", std::to_string(catalog::catalogue().models.size())},
                                   {"date", catalog::catalogue().date}}));
    if (list.without_languages > 0) {
        text += paragraph(sentence(language,
                                   say::left_out_without_languages,
                                   {{"count", std::to_string(list.without_languages)}}));
    }
    if (list.without_size > 0) {
        text += paragraph(sentence(
            language, say::left_out_without_size, {{"count", std::to_string(list.without_size)}}));
    }
    return list.imported.empty() ? text : text + imported_table(language, list.imported);
}

std::string show_text(Language language, const Listed& model, const std::vector<FileHere>& files) {
    std::string text = model_text(language, model);
    for (const FileHere& file : files) {
        text += "\n" + paragraph(sentence(language, say::header_of_file, {{"file", file.path}})) +
                facts_text(language, file.facts);
    }
    return text;
}

std::string file_text(Language language,
                      const catalog::Inspected& file,
                      Seen seen,
                      const Elsewhere* elsewhere) {
    std::string text =
        paragraph(sentence(language,
                           seen == Seen::Here ? say::header_of_file : say::header_of_address,
                           {{"file", file.where}})) +
        facts_text(language, file.facts);
    if (elsewhere != nullptr) {
        const Speaker say(language);
        Rows rows(say, "");
        rows.add(say::supposed_model, elsewhere_text(say, language, *elsewhere));
        text += rows.text() + supposed_note(language, elsewhere->machine);
    }
    return text;
}

}  // namespace palier::report
