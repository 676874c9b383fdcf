#include "report/supposed.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/numbers.h"
#include "report/phrases.h"
#include "report/supposed_object.h"
#include "report/table.h"
#include "report/wording.h"

#include <algorithm>

namespace palier::report {
namespace {

constexpr std::size_t k_names = 14;  // what the column of names is wide

json::Value figure_json(const machine::Stated& figure) {
    const auto or_null = [](const std::string& text) {
        return text.empty() ? json::Value() : json::Value(text);
    };
    json::Value out;
    out.add("value", figure.value).add("how", or_null(figure.how));
    return out.add("source", or_null(figure.source))
        .add("address", or_null(figure.address))
        .add("date", or_null(figure.date));
}

std::string row(Language language, int name, const std::string& text) {
    std::string label = sentence(language, name);
    label.append(k_names - std::min(k_names, length_in_characters(label)), ' ');
    return label + paragraph(text, k_names, k_names).substr(k_names);
}

std::string with_origin(Language language, const std::string& text, const machine::Stated& figure) {
    const std::string& how = language == Language::Fr ? figure.how_fr : figure.how;
    std::string out = how.empty() ? text : with_semicolons(language, {text, plain_line(how)});
    if (!figure.source.empty()) {
        out += ", " +
               sentence(language,
                        say::supposed_from,
                        {{"source", figure.source + ", " + figure.date + ", " + figure.address}});
    }
    return out;
}

std::string note_of(Language language, const machine::Supposed& machine) {
    return sentence(
        language, say::supposed_note, {{"machine", plain_line(title_of(language, machine))}});
}

}  // namespace

const std::string& title_of(Language language, const machine::Supposed& machine) {
    return language == Language::Fr ? machine.title_fr : machine.title;
}

std::string supposed_note(Language language, const machine::Supposed& machine) {
    return paragraph(note_of(language, machine)) +
           paragraph(
               sentence(language, say::supposed_sources, {{"name", plain_line(machine.name)}}));
}

std::string supposed_text(Language language, const machine::Supposed& machine) {
    const auto say = [&](int code, const Args& args) { return sentence(language, code, args); };
    std::string out = paragraph(note_of(language, machine)) + "\n";
    out += row(language,
               say::doctor_memory,
               say(say::supposed_memory,
                   {{"total", bytes(language, machine.ram_bytes)},
                    {"free", bytes(language, machine.ram_free_bytes)}}));
    if (machine.vram_bytes > 0) {
        out += row(language,
                   say::doctor_gpu,
                   say(say::supposed_memory,
                       {{"total", bytes(language, machine.vram_bytes)},
                        {"free", bytes(language, machine.vram_free_bytes())}}));
    }
    const auto figure = [&](int name, const machine::Stated& stated, const std::string& text) {
        out += row(language, name, with_origin(language, text, stated));
    };
    figure(say::supposed_bandwidth,
           machine.bandwidth_gb_s,
           say(say::supposed_rate, {{"value", number(language, machine.bandwidth_gb_s.value, 1)}}));
    figure(say::supposed_efficiency,
           machine.efficiency,
           say(say::supposed_share, {{"share", percent(language, machine.efficiency.value)}}));
    figure(say::supposed_arithmetic,
           machine.gflops,
           say(say::supposed_gflops, {{"value", number(language, machine.gflops.value, 0)}}));
    for (const auto& [type, gflops] : machine.gflops_by_type) {
        out += row(language,
                   say::supposed_arithmetic,
                   with_colon(language,
                              type,
                              say(say::supposed_gflops, {{"value", number(language, gflops, 0)}})));
    }
    figure(say::supposed_step,
           machine.step_us,
           say(say::supposed_us, {{"value", number(language, machine.step_us.value, 1)}}));
    return out;
}

std::string supposed_list(Language language, const std::vector<machine::Supposed>& machines) {
    Table table;
    table.columns = {{sentence(language, say::supposed_head_name)},
                     {sentence(language, say::supposed_head_machine), Align::Left, true},
                     {sentence(language, say::head_memory), Align::Right},
                     {sentence(language, say::supposed_head_gpu), Align::Right}};
    for (const machine::Supposed& machine : machines) {
        table.rows.push_back({machine.name,
                              title_of(language, machine),
                              bytes(language, machine.ram_bytes),
                              machine.vram_bytes > 0 ? bytes(language, machine.vram_bytes) : "-"});
    }
    return paragraph(sentence(language, say::supposed_lead)) + "\n" +
           join(table.lines(k_text_width), "\n") + "\n\n" +
           paragraph(sentence(language, say::supposed_own));
}

json::Value supposed_object(const machine::Supposed& machine) {
    json::Value out;
    out.add("name", machine.name).add("title", machine.title).add("supposed", true);
    out.add("figures", "estimates").add("ram_bytes", machine.ram_bytes);
    out.add("ram_free_bytes", machine.ram_free_bytes);
    out.add("vram_bytes", machine.vram_bytes > 0 ? json::Value(machine.vram_bytes) : json::Value());
    json::Value by_type = json::Object{};
    for (const auto& [type, gflops] : machine.gflops_by_type) {
        by_type.add(type, gflops);
    }
    return out.add("bandwidth_gb_s", figure_json(machine.bandwidth_gb_s))
        .add("efficiency", figure_json(machine.efficiency))
        .add("gflops", figure_json(machine.gflops))
        .add("gflops_by_type", std::move(by_type))
        .add("step_us", figure_json(machine.step_us));
}

std::string supposed_json(Language language, const machine::Supposed& machine) {
    json::Value out;
    out.add("format", 1).add("machine", supposed_object(machine));
    return json::write(out.add("note", note_of(language, machine)));
}

std::string supposed_list_json(Language language, const std::vector<machine::Supposed>& machines) {
    json::Value list = json::Array{};
    for (const machine::Supposed& machine : machines) {
        list.push(supposed_object(machine));
    }
    json::Value out;
    out.add("format", 1).add("machines", std::move(list));
    return json::write(out.add("note", sentence(language, say::supposed_lead)));
}

}  // namespace palier::report
