#include "planning/plan.h"

#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/codes.h"
#include "catalog/folder.h"
#include "core/screen.h"
#include "planning/codes.h"
#include "planning/prepare.h"
#include "planning/request_length.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

namespace palier::planning {
namespace {

// An estimate refuses only what it misses by more than its own error.
constexpr double k_file_error = 1.25;
constexpr double k_catalogue_error = 1.5;
constexpr std::string_view k_small_quantisation = "Q4_K_M";

double error_of(Basis basis) {
    return basis == Basis::Catalogue ? k_catalogue_error
           : basis == Basis::File    ? k_file_error
                                     : 1.0;
}

// Of a file in the models folder; "" = not known without reading all of it.
std::string sha256_of(const catalog::KnownFile& file, const std::vector<catalog::Entry>& index) {
    const auto entry = std::find_if(index.begin(), index.end(), [&](const catalog::Entry& one) {
        return one.file == file.file;
    });
    return entry == index.end() ? file.sha256 : entry->sha256;
}

// Of the benchmark that most makers publish; reached without thinking, as the others' are.
std::optional<double> score_of(const catalog::Known& model) {
    const auto found = std::ranges::find_if(model.scores, [](const catalog::Score& score) {
        return score.benchmark == "MMLU-Pro" &&
               (score.setting.find("thinking") == std::string::npos ||
                score.setting.find("no thinking") != std::string::npos ||
                score.setting.find("non-thinking") != std::string::npos);
    });
    return found == model.scores.end() ? std::nullopt : std::optional(found->value);
}

class Planner {
   public:
    Planner(const job::JobFile& file, const ClimbOptions& options, const PlanWorld& world)
        : job_(file.job), options_(options), world_(world) {}

    Result<ModelPlan> make(bool on_disk_only);

   private:
    Forecaster forecaster(std::int64_t context_tokens) const;
    Result<void> add_job_candidates();
    Result<void> add_catalogue(bool on_disk_only);
    Result<void> add_imported(const std::vector<catalog::Entry>& index);
    Result<void> add_known(const catalog::Known& model,
                           const std::vector<catalog::Entry>& index,
                           bool on_disk_only);
    void describe(const catalog::Known& model, PlanRow& row) const;
    void take(const Forecast& forecast, PlanRow& row) const;
    void screen(const catalog::Known* known, const Forecast& forecast, PlanRow& row) const;
    Result<void> find_remedies(const catalog::Known& model,
                               const catalog::KnownFile& file,
                               PlanRow& row) const;
    void set_limits();
    void pick();
    void sort();
    [[nodiscard]] bool fits(const std::optional<Expected>& memory) const;
    [[nodiscard]] bool fits_gpu(const std::optional<Expected>& vram) const;
    [[nodiscard]] bool fits(const Forecast& forecast) const;

    const core::Job& job_;
    const ClimbOptions& options_;
    const PlanWorld& world_;
    RequestLength length_;
    std::vector<std::string> named_;  // files of the job's candidates
    ModelPlan plan_;
};

Forecaster Planner::forecaster(std::int64_t context_tokens) const {
    engine::OpenSpec spec;
    spec.threads = options_.threads;
    spec.context_tokens = static_cast<int>(context_tokens);
    return forecaster_for(world_, options_, spec, static_cast<std::int64_t>(length_.own_tokens));
}

bool Planner::fits_gpu(const std::optional<Expected>& vram) const {
    return !vram || !plan_.vram_limit || vram->value <= static_cast<double>(*plan_.vram_limit);
}

bool Planner::fits(const Forecast& forecast) const {
    return forecast.memory_bytes && fits(forecast.memory_bytes) && fits_gpu(forecast.vram_bytes);
}

bool Planner::fits(const std::optional<Expected>& memory) const {
    return !memory || !plan_.memory_limit ||
           memory->value <= static_cast<double>(*plan_.memory_limit);
}

void Planner::describe(const catalog::Known& model, PlanRow& row) const {
    row.model = model.name;
    row.released = model.released ? model.released->value : "";
    if (model.licence) {
        row.licence = model.licence->name;
        row.licence_conditions = model.licence->conditions;
    }
    // Those that must be in memory set the size of a model that keeps the rest elsewhere.
    const auto& size = model.effective ? model.effective : model.parameters;
    row.parameters = size ? size->value : row.parameters;
}

void Planner::take(const Forecast& forecast, PlanRow& row) const {
    row.memory_bytes = forecast.memory_bytes;
    row.vram_bytes = forecast.vram_bytes;
    if (row.parameters == 0) {
        row.parameters = forecast.parameters;
    }
    if (forecast.speed) {
        row.ttft_ms = {forecast.speed->ttft_ms(length_.own_tokens), forecast.speed->basis};
        row.request_ms = {forecast.speed->total_ms(length_.own_tokens, length_.output_tokens),
                          forecast.speed->basis};
        row.speed = forecast.speed;
    }
}

void Planner::screen(const catalog::Known* known, const Forecast& forecast, PlanRow& row) const {
    const core::Constraints& limits = job_.constraints;
    core::Prospect facts;
    if (forecast.context_tokens > 0) {
        facts.context_tokens = forecast.context_tokens;
    }
    if (known != nullptr) {
        facts.commercial_use = known->licence ? known->licence->commercial_use() : std::nullopt;
        facts.tools = known->tools ? std::optional(known->tools->value) : std::nullopt;
        if (!known->licence) {
            row.unknown.emplace_back("licence");
        }
    }
    row.refused = core::screen(limits, facts);
    if (forecast.withheld && !row.memory_bytes && row.on_disk) {
        row.unknown.emplace_back("memory");
    } else if (!row.memory_bytes && plan_.memory_limit) {
        // At least its weights, of two bits each where nobody says what they take.
        const std::uint64_t weights = row.file_bytes.value_or(row.parameters / 4);
        if (weights > *plan_.memory_limit) {
            row.refused.push_back(
                {"memory", static_cast<double>(weights), static_cast<double>(*plan_.memory_limit)});
        } else {
            row.unknown.emplace_back("memory");
        }
    } else if (!fits(row.memory_bytes)) {
        row.refused.push_back(
            {"memory", row.memory_bytes->value, static_cast<double>(*plan_.memory_limit)});
    }
    if (!fits_gpu(row.vram_bytes)) {
        row.refused.push_back(
            {"vram", row.vram_bytes->value, static_cast<double>(*plan_.vram_limit)});
    } else if (plan_.vram_limit && !row.vram_bytes) {
        row.unknown.emplace_back("vram");
    }
    const auto too_slow = [&](const std::optional<Expected>& expected,
                              const std::optional<double>& limit,
                              const char* constraint) {
        if (row.speed && row.speed->busy) {
            if (limit) {
                row.unknown.emplace_back(constraint);
            }
        } else if (expected && limit && expected->value > *limit * error_of(expected->basis)) {
            row.refused.push_back({constraint, expected->value, *limit});
        }
    };
    too_slow(row.request_ms, limits.p95_ms, "latency_p95");
    too_slow(row.ttft_ms, limits.ttft_p95_ms, "ttft_p95");
    if (known != nullptr) {
        if (known->languages) {
            const auto& list = known->languages->value;
            const bool french = job_.language == "fr" && known->french;
            if (!french && std::find(list.begin(), list.end(), job_.language) == list.end()) {
                row.refused.push_back({"language", std::nullopt, std::nullopt});
            }
        } else if (!(job_.language == "fr" && known->french)) {
            row.unknown.emplace_back("language");
        }
    }
    if (forecast.unreadable) {
        row.refused.push_back({"file", std::nullopt, std::nullopt});
    }
    if (!forecast.has_template && row.on_disk) {
        row.refused.push_back({"template", std::nullopt, std::nullopt});
    }
}

Result<void> Planner::find_remedies(const catalog::Known& model,
                                    const catalog::KnownFile& file,
                                    PlanRow& row) const {
    const bool by_memory = std::ranges::any_of(row.refused, [&](const auto& r) {
        return r.constraint == "memory" || (world_.supposed != nullptr && r.constraint == "vram");
    });
    if (!by_memory) {
        return {};
    }
    const std::int64_t context = job_.constraints.context();
    if (to_lower(file.quantisation) != to_lower(k_small_quantisation)) {
        catalog::KnownFile smaller;
        if (const catalog::KnownFile* known = model.file_of(k_small_quantisation)) {
            smaller = *known;
        }
        smaller.quantisation = k_small_quantisation;
        const auto forecast = forecaster(context).of_known(model, smaller);
        PALIER_TRY(forecast);
        if (fits(*forecast)) {
            row.remedies.push_back({Remedy::What::Quantisation, std::string(k_small_quantisation)});
        }
    }
    if (context > core::k_usual_context_tokens) {
        const auto forecast = forecaster(core::k_usual_context_tokens).of_known(model, file);
        PALIER_TRY(forecast);
        if (fits(*forecast)) {
            row.remedies.push_back(
                {Remedy::What::Context, std::to_string(core::k_usual_context_tokens)});
        }
    }
    for (const catalog::Known& other : catalog::catalogue().models) {
        if (other.variant_of == model.name) {
            row.remedies.push_back({Remedy::What::Variant, other.name});
        }
    }
    return {};
}

Result<void> Planner::add_known(const catalog::Known& model,
                                const std::vector<catalog::Entry>& index,
                                bool on_disk_only) {
    const auto present = catalog::files_present(model, options_.models_dir, index);
    const catalog::KnownFile* file = present.empty() ? model.recommended() : present.front().file;
    if (file == nullptr || (present.empty() && on_disk_only)) {
        return {};
    }
    PlanRow row;
    row.name = model.recommended() == file ? model.name : model.name + ":" + file->quantisation;
    row.quantisation = file->quantisation;
    row.on_disk = !present.empty();
    row.can_pull = file->on_hub();
    row.file_bytes = row.on_disk ? std::optional(present.front().bytes) : file->bytes;
    describe(model, row);
    const std::int64_t context = job_.constraints.context();
    const auto forecast =
        row.on_disk ? forecaster(context).of_file(present.front().path, sha256_of(*file, index))
                    : forecaster(context).of_known(model, *file);
    PALIER_TRY(forecast);
    take(*forecast, row);
    screen(&model, *forecast, row);
    PALIER_TRY(find_remedies(model, *file, row));
    plan_.rows.push_back(std::move(row));
    return {};
}

Result<void> Planner::add_imported(const std::vector<catalog::Entry>& index) {
    for (const catalog::Entry& entry : index) {
        const std::string path = options_.models_dir + "/" + entry.file;
        const bool named = std::any_of(named_.begin(), named_.end(), [&](const auto& of_job) {
            std::error_code ignored;
            return std::filesystem::equivalent(of_job, path, ignored);
        });
        if (!entry.model.empty() || named) {
            continue;  // stands in the catalogue, or in the job
        }
        PlanRow row;
        row.name = entry.name;
        row.on_disk = true;
        row.file_bytes = entry.bytes;
        const auto forecast = forecaster(job_.constraints.context()).of_file(path, entry.sha256);
        PALIER_TRY(forecast);
        take(*forecast, row);
        screen(nullptr, *forecast, row);
        plan_.rows.push_back(std::move(row));
    }
    return {};
}

Result<void> Planner::add_catalogue(bool on_disk_only) {
    const auto index = catalog::read_index(options_.models_dir);
    PALIER_TRY(index);
    for (const catalog::Known& model : catalog::catalogue().models) {
        const bool named = std::any_of(plan_.rows.begin(),
                                       plan_.rows.end(),
                                       [&](const PlanRow& row) { return row.model == model.name; });
        if (!named) {
            PALIER_TRY(add_known(model, *index, on_disk_only));
        }
    }
    return add_imported(*index);
}

Result<void> Planner::add_job_candidates() {
    for (const core::ModelSpec& spec : job_.candidates) {
        PlanRow row;
        row.from_job = true;
        row.name = spec.is_recorded() && spec.model.empty() ? spec.recorded : spec.model;
        row.remote = spec.is_remote();
        row.recorded = spec.is_recorded();
        row.parameters = spec.parameters.value_or(0);
        if (row.remote || row.recorded) {
            row.refused = core::screen(job_.constraints,
                                       {spec.endpoint, std::nullopt, std::nullopt, true, true});
            plan_.rows.push_back(std::move(row));
            continue;
        }
        const auto local = catalog::find_model(spec.model, options_.models_dir);
        const catalog::Wanted wanted = catalog::wanted(local ? local->known_as : spec.model);
        const catalog::Known* known = catalog::catalogue().find(wanted.name);
        const catalog::KnownFile* file = known == nullptr ? nullptr
                                         : wanted.quantisation.empty()
                                             ? known->recommended()
                                             : known->file_of(wanted.quantisation);
        Forecast forecast;
        if (local) {
            named_.push_back(local->path);
            row.on_disk = true;
            row.file_bytes = local->bytes;
            auto made = forecaster(job_.constraints.context()).of_file(local->path, local->sha256);
            PALIER_TRY(made);
            forecast = std::move(*made);
        } else if (file != nullptr && local.error().code == catalog::codes::not_downloaded) {
            row.can_pull = file->on_hub();
            row.file_bytes = file->bytes;
            row.quantisation = file->quantisation;
            auto made = forecaster(job_.constraints.context()).of_known(*known, *file);
            PALIER_TRY(made);
            forecast = std::move(*made);
        } else {
            return local.error();
        }
        if (known != nullptr) {
            describe(*known, row);
        }
        take(forecast, row);
        screen(known, forecast, row);
        // Whoever names a model has chosen its language: the measurement will tell.
        std::erase_if(row.refused, [](const auto& r) {
            return r.constraint == "language" || r.constraint == "template";
        });
        plan_.rows.push_back(std::move(row));
    }
    return {};
}

void Planner::sort() {
    std::stable_sort(plan_.rows.begin(), plan_.rows.end(), [](const PlanRow& a, const PlanRow& b) {
        if (a.refused.empty() != b.refused.empty()) {
            return a.refused.empty();
        }
        return a.parameters > b.parameters;
    });
}

void Planner::pick() {
    std::vector<core::Offer> offers;
    std::vector<std::size_t> rows;
    // Where nothing can be estimated, no download is advised; a gap in one entry only puts it
    // behind the others.
    const bool estimates = std::ranges::any_of(
        plan_.rows, [](const PlanRow& row) { return row.memory_bytes.has_value(); });
    for (std::size_t i = 0; i < plan_.rows.size(); ++i) {
        const PlanRow& row = plan_.rows[i];
        // What can be neither run nor had is no candidate.
        if (row.remote || row.recorded || row.parameters == 0 ||
            (!row.on_disk && !(row.can_pull && estimates))) {
            continue;
        }
        core::Offer offer;
        offer.name = row.model.empty() ? row.name : row.model;
        offer.parameters = row.parameters;
        offer.released = row.released;
        offer.on_disk = row.on_disk;
        offer.unknown = row.unknown.size();
        offer.refused = row.refused;
        if (const catalog::Known* known = catalog::catalogue().find(row.model)) {
            offer.successor = known->successor ? known->successor->value : "";
            offer.score = score_of(*known);
        }
        offers.push_back(std::move(offer));
        rows.push_back(i);
    }
    for (const core::Pick& pick : core::shortlist(offers)) {
        plan_.rows[rows[pick.offer]].pick = pick.size;
    }
}

void Planner::set_limits() {
    const machine::Supposed* supposed = world_.supposed;
    plan_.machine = supposed != nullptr ? std::optional(*supposed) : std::nullopt;
    plan_.memory_available =
        supposed != nullptr ? supposed->ram_free_bytes : world_.host.memory_available_bytes;
    plan_.memory_limit = job_.constraints.memory_bytes;
    if (plan_.memory_available > 0) {
        plan_.memory_limit =
            std::min(plan_.memory_limit.value_or(plan_.memory_available), plan_.memory_available);
    }
    plan_.vram_limit = job_.constraints.vram_bytes;
    if (supposed != nullptr && supposed->vram_bytes > 0) {
        const std::uint64_t there = supposed->vram_free_bytes();
        plan_.vram_limit = std::min(plan_.vram_limit.value_or(there), there);
    }
}

Result<ModelPlan> Planner::make(bool on_disk_only) {
    const auto length = request_length(job_, options_);
    PALIER_TRY(length);
    length_ = *length;
    plan_.prompt_tokens = static_cast<std::int64_t>(std::llround(length_.prompt_tokens));
    plan_.output_tokens = static_cast<std::int64_t>(std::llround(length_.output_tokens));
    set_limits();
    PALIER_TRY(add_job_candidates());
    PALIER_TRY(add_catalogue(on_disk_only));
    plan_.busy = std::ranges::any_of(
        plan_.rows, [](const PlanRow& row) { return row.speed && row.speed->busy; });
    sort();
    pick();
    plan_.runtime =
        advice(job_, world_.supposed != nullptr ? world_.supposed->vram_bytes : world_.gpu_bytes);
    return std::move(plan_);
}

}  // namespace

const PlanRow* ModelPlan::picked(core::Size size) const {
    const auto found = std::find_if(
        rows.begin(), rows.end(), [&](const PlanRow& row) { return row.pick == size; });
    return found == rows.end() ? nullptr : &*found;
}

std::vector<const PlanRow*> ModelPlan::picks() const {
    std::vector<const PlanRow*> out;
    for (const core::Size size : {core::Size::Limit, core::Size::Medium, core::Size::Small}) {
        if (const PlanRow* row = picked(size)) {
            out.push_back(row);
        }
    }
    return out;
}

Result<ModelPlan> plan_models(const job::JobFile& file,
                              const ClimbOptions& options,
                              const PlanOptions& plan_options,
                              const PlanWorld& world) {
    return Planner(file, options, world).make(plan_options.on_disk_only);
}

job::JobFile with_picks(job::JobFile file, const ModelPlan& plan) {
    for (const PlanRow* row : plan.picks()) {
        core::ModelSpec spec;
        spec.model = row->name;
        file.job.candidates.push_back(std::move(spec));
        file.origins.push_back({"candidate.model", "\"" + row->name + "\"", "plan"});
    }
    return file;
}

Result<job::JobFile> with_candidates(job::JobFile file, const ModelPlan& plan) {
    file = with_picks(std::move(file), plan);
    if (file.job.candidates.empty()) {
        return Error(codes::no_candidate_fits, {{"file", file.path}});
    }
    std::vector<std::string> missing;
    for (const PlanRow* row : plan.picks()) {
        if (!row->on_disk) {
            missing.push_back("palier models pull " + row->name);
        }
    }
    if (!missing.empty()) {
        return Error(codes::picks_not_downloaded,
                     {{"file", file.path}, {"commands", join(missing, "\n  ")}});
    }
    return file;
}

}  // namespace palier::planning
