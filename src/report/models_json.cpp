#include "report/models_json.h"

#include "lib/json/json.h"
#include "report/supposed_object.h"

#include <algorithm>
#include <array>

namespace palier::report {
namespace {

using catalog::Known;
using catalog::KnownFile;
using catalog::Maybe;

template <class T>
void add_figure(json::Value& out, const char* key, const Maybe<T>& figure) {
    if (figure) {
        json::Value value;
        if constexpr (std::is_same_v<T, std::vector<std::string>>) {
            json::Value list = json::Array{};
            for (const std::string& element : figure->value) {
                list.push(element);
            }
            value.add("value", std::move(list));
        } else if constexpr (std::is_same_v<T, catalog::French>) {
            value.add("value", std::string(catalog::name_of(figure->value)));
        } else {
            value.add("value", figure->value);
        }
        value.add("source", figure->source);
        out.add(key, std::move(value));
    }
}

}  // namespace

json::Value device_json(const Listed& listed) {
    const auto fit = catalog::device_fit(*listed.model);
    if (!fit) {
        return {};
    }
    json::Value value;
    value.add("file_bytes", fit->file_bytes);
    value.add("kv_bytes", fit->kv_bytes).add("kv_context_tokens", catalog::k_slm_context);
    value.add("fits_consumer_device", fit->fits).add("practical_latency", listed.practical_latency);
    return value;
}

json::Value elsewhere_json(const Elsewhere* on) {
    if (on == nullptr) {
        return {};
    }
    json::Value out;
    out.add("machine", supposed_object(on->machine))
        .add("memory_bytes_estimated", on->memory_bytes);
    out.add("limit_bytes", on->limit_bytes)
        .add("fits",
             on->memory_bytes
                 ? json::Value(*on->memory_bytes <= static_cast<double>(on->limit_bytes))
                 : json::Value());
    return out.add("prefill_tokens_per_s_estimated", on->prefill_tokens_per_s)
        .add("decode_tokens_per_s_estimated", on->decode_tokens_per_s);
}

json::Value known_json(const Listed& listed) {
    const Known& model = *listed.model;
    json::Value out;
    out.add("name", model.name).add("title", model.title).add("family", model.family);
    out.add("publisher", model.publisher);
    json::Value aliases = json::Array{};
    for (const std::string& alias : model.aliases) {
        aliases.push(alias);
    }
    out.add("aliases", std::move(aliases));
    if (!model.variant_of.empty()) {
        out.add("variant_of", model.variant_of);
    }
    add_figure(out, "parameters", model.parameters);
    add_figure(out, "parameters_active", model.active);
    add_figure(out, "parameters_effective", model.effective);
    const std::array<std::pair<const char*, const Maybe<std::int64_t>*>, 8> numbers{
        {{"layers", &model.layers},
         {"heads", &model.heads},
         {"kv_heads", &model.kv_heads},
         {"head_size", &model.head_size},
         {"hidden_size", &model.hidden_size},
         {"vocabulary", &model.vocabulary},
         {"context", &model.context},
         {"sliding_window", &model.sliding_window}}};
    for (const auto& [key, figure] : numbers) {
        add_figure(out, key, *figure);
    }
    add_figure(out, "languages", model.languages);
    add_figure(out, "french", model.french);
    add_figure(out, "tools", model.tools);
    add_figure(out, "modalities", model.modalities);
    add_figure(out, "released", model.released);
    add_figure(out, "successor", model.successor);
    if (model.licence) {
        json::Value licence;
        licence.add("value", model.licence->name);
        licence.add("class", std::string(catalog::name_of(model.licence->kind)));
        if (!model.licence->conditions.empty()) {
            licence.add("conditions", model.licence->conditions);
        }
        licence.add("source", model.licence->source);
        out.add("licence", std::move(licence));
    }
    json::Value scores = json::Array{};
    for (const catalog::Score& score : model.scores) {
        scores.push(json::Object{{"benchmark", score.benchmark},
                                 {"value", score.value},
                                 {"unit", score.unit},
                                 {"setting", score.setting},
                                 {"source", score.source}});
    }
    out.add("scores", std::move(scores));
    json::Value files = json::Array{};
    for (const KnownFile& file : model.files) {
        const bool here = std::ranges::any_of(
            listed.present, [&](const catalog::Present& one) { return one.file == &file; });
        json::Value value;
        value.add("quantisation", file.quantisation).add("file", file.file);
        value.add("repository", file.repository).add("bytes", file.bytes);
        value.add("sha256", file.sha256).add("on_disk", here).add("source", file.source);
        files.push(std::move(value));
    }
    out.add("files", std::move(files)).add("slm", device_json(listed));
    return out;
}

json::Value facts_json(const catalog::FileFigures& facts) {
    json::Value out;
    out.add("architecture", facts.architecture).add("name", facts.name);
    out.add("licence", facts.licence).add("bytes", facts.bytes);
    out.add("parameters", facts.parameters);
    json::Value types = json::Array{};
    for (const catalog::TensorTypeShare& share : facts.types) {
        types.push(
            json::Object{{"type", share.type}, {"tensors", share.tensors}, {"bytes", share.bytes}});
    }
    out.add("tensor_types", std::move(types)).add("context", facts.context);
    out.add("sliding_window", facts.sliding_window).add("layers", facts.layers);
    out.add("heads", facts.heads).add("kv_heads", facts.kv_heads);
    out.add("head_size", facts.head_size).add("hidden_size", facts.hidden_size);
    out.add("vocabulary", facts.vocabulary).add("tokenizer", facts.tokenizer);
    out.add("template_bytes", std::uint64_t{facts.template_bytes});
    out.add("template_takes_tools", facts.template_names_tools);
    out.add("recurrent_layers", facts.recurrent_layers).add("experts", facts.expert_count);
    json::Value remarks = json::Array{};
    for (const catalog::Remark& remark : facts.remarks) {
        remarks.push(remark_json(remark.code, remark.args));
    }
    return out.add("remarks", std::move(remarks));
}

json::Value remark_json(int code, const Args& args) {
    json::Value values = json::Object{};
    for (const auto& [name, value] : args) {
        values.add(name, value);
    }
    return json::Object{{"code", code}, {"args", std::move(values)}};
}

json::Value entry_json(const catalog::Entry& entry) {
    return json::Object{{"name", entry.name},
                        {"file", entry.file},
                        {"sha256", entry.sha256},
                        {"bytes", entry.bytes},
                        {"known_as", entry.model},
                        {"quantisation", entry.quantisation},
                        {"from", entry.from},
                        {"linked", entry.linked}};
}

std::string list_json(const ModelList& list) {
    json::Value known = json::Array{};
    for (const Listed& model : list.models) {
        known.push(known_json(model));
    }
    json::Value imported = json::Array{};
    for (const catalog::Entry& entry : list.imported) {
        imported.push(entry_json(entry));
    }
    json::Value out;
    out.add("format", 1).add("date", catalog::catalogue().date);
    out.add("folder", list.folder).add("models", std::move(known));
    out.add("imported", std::move(imported));
    out.add("left_out_without_languages", std::uint64_t{list.without_languages})
        .add("left_out_without_size", std::uint64_t{list.without_size});
    return json::write(out);
}

std::string show_json(const Listed& model, const std::vector<FileHere>& files) {
    json::Value here = json::Array{};
    for (const FileHere& file : files) {
        json::Value facts = facts_json(file.facts);
        facts.add("path", file.path);
        here.push(std::move(facts));
    }
    json::Value out;
    out.add("format", 1).add("model", known_json(model)).add("files_here", std::move(here));
    out.add("elsewhere", elsewhere_json(model.elsewhere ? &*model.elsewhere : nullptr));
    return json::write(out);
}

std::string file_json(const catalog::Inspected& file, const Elsewhere* elsewhere) {
    json::Value out;
    out.add("format", 1).add("file", facts_json(file.facts));
    out.add("where", file.where).add("sha256", file.sha256);
    out.add("elsewhere", elsewhere_json(elsewhere));
    return json::write(out);
}

}  // namespace palier::report
