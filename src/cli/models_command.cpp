// `palier models list` and `show`, and the way to the others.
#include "base/text.h"
#include "base/units.h"
#include "catalog/codes.h"
#include "catalog/folder.h"
#include "catalog/inspect.h"
#include "cli/commands.h"
#include "cli/models_fetch.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/quantize_command.h"
#include "planning/forecast.h"
#include "report/models.h"

#include <algorithm>

namespace palier::cli {
namespace {

bool passes_licence(const catalog::Known& model, const std::string& wanted) {
    if (wanted.empty()) {
        return true;
    }
    if (!model.licence) {
        return false;
    }
    return wanted == "commercial" ? model.licence->commercial_use().value_or(false)
                                  : wanted == catalog::name_of(model.licence->kind);
}

// A file of the model that fits with its cache; the one nearest to Q4_K_M.
bool fits_within(const catalog::Known& model, std::uint64_t most) {
    const auto device = catalog::device_fit(model);
    const std::uint64_t cache = device ? device->kv_bytes.value_or(0) : 0;
    return std::ranges::any_of(model.files, [&](const catalog::KnownFile& file) {
        return file.bytes && *file.bytes + cache <= most;
    });
}

report::Listed listed(const catalog::Known& model,
                      const std::string& models_dir,
                      const std::vector<catalog::Entry>& index) {
    return {&model, catalog::files_present(model, models_dir, index)};
}

bool is_address(const std::string& text) {
    return text.starts_with("http://") || text.starts_with("https://");
}

bool is_path(const std::string& text) {
    return text.ends_with(".gguf") || text.find('/') != std::string::npos;
}

// Entries of the index that no model of the catalogue shows.
std::vector<catalog::Entry> outside_catalogue(const std::vector<catalog::Entry>& index) {
    std::vector<catalog::Entry> others;
    std::ranges::copy_if(index, std::back_inserter(others), [](const catalog::Entry& entry) {
        return entry.model.empty() || catalog::catalogue().find(entry.model) == nullptr;
    });
    return others;
}

int list(const Common& common, const ModelsArguments& arguments) {
    std::optional<std::uint64_t> most;
    if (!arguments.max_memory.empty()) {
        most = parse_bytes(arguments.max_memory);
        if (!most) {
            return fail(common,
                        Error(say::max_memory_not_understood, {{"value", arguments.max_memory}}));
        }
    }
    const auto index = catalog::read_index(common.models_dir);
    if (!index) {
        return fail(common, index.error());
    }
    report::ModelList found{common.models_dir, {}, outside_catalogue(*index)};
    for (const catalog::Known& model : catalog::catalogue().models) {
        if (arguments.french && !model.speaks_french() && !model.lacks_french()) {
            ++found.without_languages;
        }
        if ((arguments.french && !model.speaks_french()) ||
            (arguments.tools && !(model.tools && model.tools->value)) ||
            !passes_licence(model, arguments.licence)) {
            continue;
        }
        if (most && !catalog::device_fit(model)) {
            ++found.without_size;
            continue;
        }
        if (!most || fits_within(model, *most)) {
            found.models.push_back(listed(model, common.models_dir, *index));
        }
    }
    print(common.json ? report::list_json(found) + "\n"
                      : report::list_text(common.language, found));
    return 0;
}

int show_file(const Common& common,
              const catalog::Inspected& file,
              report::Seen seen,
              const report::Elsewhere* elsewhere = nullptr) {
    print(common.json ? report::file_json(file, elsewhere) + "\n"
                      : report::file_text(common.language, file, seen, elsewhere));
    return 0;
}

int show_known(const Common& common, const report::Listed& model) {
    std::vector<report::FileHere> files;
    for (const catalog::Present& one : model.present) {
        auto inspected = catalog::inspect_file(one.path);
        if (!inspected) {
            return fail(common, inspected.error());
        }
        files.push_back({one.path, std::move(inspected->facts)});
    }
    print(common.json ? report::show_json(model, files) + "\n"
                      : report::show_text(common.language, model, files));
    return 0;
}

planning::Forecaster forecaster_for(const Common& common,
                                    const World& world,
                                    const std::optional<machine::Supposed>& supposed) {
    planning::Forecaster forecaster(world.workshop,
                                    nullptr,
                                    machine::this_host(),
                                    common.models_dir,
                                    {},
                                    static_cast<std::int64_t>(planning::k_practical_prompt),
                                    world.clock.unix_seconds(),
                                    machine::watch_others(""));
    if (supposed) {
        forecaster.suppose(*supposed);
    }
    return forecaster;
}

report::Elsewhere elsewhere_of(const machine::Supposed& machine,
                               const planning::Forecast& forecast) {
    const bool on_gpu = machine.vram_bytes > 0;
    const auto& memory = on_gpu ? forecast.vram_bytes : forecast.memory_bytes;
    report::Elsewhere out{machine,
                          memory ? std::optional(memory->value) : std::nullopt,
                          on_gpu ? machine.vram_free_bytes() : machine.ram_free_bytes,
                          {},
                          {}};
    if (forecast.speed) {
        out.prefill_tokens_per_s = forecast.speed->prefill_tokens_per_s;
        out.decode_tokens_per_s = forecast.speed->decode_tokens_per_s;
    }
    return out;
}

// Whether it answers in a practical time, and what it takes on a supposed machine; nothing where
// that cannot be estimated.
Result<void> estimate(const Common& common,
                      const World& world,
                      const std::optional<machine::Supposed>& supposed,
                      report::Listed& model) {
    planning::Forecaster forecaster = forecaster_for(common, world, supposed);
    const catalog::KnownFile* file = model.model->recommended();
    planning::Forecast forecast;
    if (!model.present.empty() || file != nullptr) {
        auto made = model.present.empty() ? forecaster.of_known(*model.model, *file)
                                          : forecaster.of_file(model.present.front().path, "");
        PALIER_TRY(made);
        forecast = std::move(*made);
    }
    if (forecast.speed) {
        model.practical_latency = planning::is_practical(*forecast.speed);
    }
    if (supposed) {
        model.elsewhere = elsewhere_of(*supposed, forecast);
    }
    return {};
}

int show_model(const Common& common, const ModelsArguments& arguments, const World& world) {
    const std::string& what = arguments.model;
    const auto supposed = supposed_by(arguments.machine);
    if (!supposed) {
        return fail(common, supposed.error());
    }
    if (is_address(what) && *supposed) {
        return fail(common, Error(say::machine_without_model, {{"model", what}}));
    }
    if (is_address(what)) {
        const auto inspected = catalog::inspect_address(what, &world.interrupted);
        if (!inspected) {
            return fail(common, inspected.error());
        }
        return show_file(common, *inspected, report::Seen::OverTheNetwork);
    }
    const auto index = catalog::read_index(common.models_dir);
    if (!index) {
        return fail(common, index.error());
    }
    const catalog::Known* known =
        is_path(what) ? nullptr : catalog::catalogue().find(catalog::wanted(what).name);
    if (known != nullptr) {
        report::Listed model = listed(*known, common.models_dir, *index);
        if (const auto estimated = estimate(common, world, *supposed, model); !estimated) {
            return fail(common, estimated.error());
        }
        return show_known(common, model);
    }
    std::string path = what;
    if (!is_path(what)) {
        const auto entry = std::ranges::find(*index, to_lower(what), &catalog::Entry::name);
        if (entry == index->end()) {
            std::vector<std::string> names = catalog::catalogue().names();
            return fail(common,
                        Error(catalog::codes::no_such_model,
                              {{"model", what}, {"near", nearest(what, names).value_or("-")}}));
        }
        path = common.models_dir + "/" + entry->file;
    }
    const auto inspected = catalog::inspect_file(path);
    if (!inspected) {
        return fail(common, inspected.error());
    }
    if (!*supposed) {
        return show_file(common, *inspected, report::Seen::Here);
    }
    const auto forecast = forecaster_for(common, world, *supposed).of_file(path, "");
    if (!forecast) {
        return fail(common, forecast.error());
    }
    const report::Elsewhere elsewhere = elsewhere_of(**supposed, *forecast);
    return show_file(common, *inspected, report::Seen::Here, &elsewhere);
}

}  // namespace

int models(const Common& common, const ModelsArguments& arguments, const World& world) {
    switch (arguments.act) {
        case ModelsArguments::Act::List:
            return list(common, arguments);
        case ModelsArguments::Act::Show:
            return show_model(common, arguments, world);
        case ModelsArguments::Act::Pull:
            return pull_model(common, arguments, world);
        case ModelsArguments::Act::Import:
            return import_model(common, arguments, world);
        case ModelsArguments::Act::Remove:
            return remove_model(common, arguments);
        case ModelsArguments::Act::Quantise:
            return quantise_model(common, arguments, world);
    }
    return 1;
}

}  // namespace palier::cli
