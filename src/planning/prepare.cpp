#include "planning/prepare.h"

#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/codes.h"
#include "catalog/folder.h"
#include "core/recipes.h"
#include "core/screen.h"
#include "engine/codes.h"
#include "eval/examples.h"
#include "lib/gguf/codes.h"
#include "lib/hash/sha256.h"
#include "planning/codes.h"
#include "planning/job_cases.h"
#include "planning/schema_notes.h"
#include "schema/language.h"
#include "system/prompt.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace palier::planning {
namespace {

// More cases than these do not choose recipes better, they only cost more.
constexpr std::size_t k_most_dev_cases = 300;

void take_cases(JobCases read, Prepared& prepared) {
    prepared.notes = std::move(read.notes);
    prepared.grader = std::move(read.grader);
    eval::Split& split = read.split;
    prepared.split_hash = split.split_hash;
    prepared.test_hash = split.test_hash;
    const std::size_t dev_cases = split.dev.size();
    prepared.cases = std::move(split.dev);
    prepared.cases.insert(prepared.cases.end(),
                          std::make_move_iterator(split.test.begin()),
                          std::make_move_iterator(split.test.end()));
    const std::size_t measured = prepared.cases.size();
    prepared.cases.insert(prepared.cases.end(),
                          std::make_move_iterator(read.train.begin()),
                          std::make_move_iterator(read.train.end()));
    for (std::size_t i = 0; i < prepared.cases.size(); ++i) {
        (i < dev_cases  ? prepared.dev
         : i < measured ? prepared.test
                        : prepared.train)
            .push_back(&prepared.cases[i]);
    }
    if (prepared.dev.size() > k_most_dev_cases) {
        prepared.notes.push_back({codes::dev_cases_used,
                                  {{"used", std::to_string(k_most_dev_cases)},
                                   {"all", std::to_string(prepared.dev.size())}}});
        prepared.dev.resize(k_most_dev_cases);
    }
    std::set<std::string> groups;
    for (const core::Case* item : prepared.test) {
        prepared.first_of_group.push_back(item->group.empty() || groups.insert(item->group).second);
    }
}

// Once its name is settled.
void settle(Contestant& contestant) {
    contestant.open.name = contestant.plan.id;
    for (core::Note& remark : contestant.remarks) {
        remark.args.emplace_back("system", contestant.plan.id);
    }
}

// A name that no other contestant has.
std::string unique_name(const Prepared& prepared, std::string wanted) {
    const auto taken = [&](const std::string& name) {
        return (prepared.topline && prepared.topline->plan.id == name) ||
               std::any_of(prepared.candidates.begin(),
                           prepared.candidates.end(),
                           [&](const Contestant& c) { return c.plan.id == name; });
    };
    std::string name = wanted;
    for (int i = 2; taken(name); ++i) {
        name = wanted + "-" + std::to_string(i);
    }
    return name;
}

// Of the embedded engine. What of a schema cannot be followed while a text is written is written
// freely, and checked.
core::Abilities abilities_here(const core::Job& job) {
    if (job.task != core::Task::Extract) {
        return {true, true, true};
    }
    core::Abilities abilities;
    if (const auto read = schema::Schema::read(job.schema)) {
        abilities.can_constrain = schema::Language::obstacles(*read).empty();
        abilities.can_check = true;
    }
    return abilities;
}

// Whether an endpoint can be held to a schema is known once it has been asked.
core::Abilities abilities_there(const core::ModelSpec& spec, const core::Job& job) {
    if (spec.api == core::Api::Decisions) {
        return {.can_score = true, .can_constrain = false, .can_write = false};
    }
    const bool has_schema = job.task == core::Task::Extract && !job.schema.empty();
    return {.can_constrain = has_schema, .can_check = has_schema};
}

// A model of the catalogue whose file would have to be downloaded first.
Result<Contestant> not_here_yet(const core::ModelSpec& spec,
                                const core::Job& job,
                                std::size_t to_learn_from,
                                Contestant made) {
    const catalog::Known& known = *catalog::catalogue().find(catalog::wanted(spec.model).name);
    made.plan.id = known.name;
    made.plan.abilities = abilities_here(job);
    made.plan.rungs = core::rungs_for(job.task, made.plan.abilities, to_learn_from);
    if (!made.plan.size && known.parameters) {
        made.plan.size = known.parameters->value;
    }
    made.parameters = made.plan.size.value_or(0);
    return made;
}

Result<Contestant> contestant_of(const core::ModelSpec& spec,
                                 const core::Job& job,
                                 std::size_t to_learn_from,
                                 const ClimbOptions& options) {
    Contestant made;
    made.spec = spec;
    made.open.threads = options.threads;
    made.open.context_tokens = static_cast<int>(job.constraints.context());
    core::Prospect facts;
    made.plan.size = spec.parameters;
    if (spec.is_recorded()) {
        // A model's name may hold a dot ("0.5b"), so only a file's ending is taken off.
        const std::filesystem::path model = std::filesystem::path(spec.model).filename();
        made.plan.id = spec.model.empty() ? std::filesystem::path(spec.recorded).stem().string()
                       : model.extension() == ".gguf" ? model.stem().string()
                                                      : model.string();
        made.plan.recorded = true;
        made.plan.latency_measurable = false;
        made.plan.memory_measurable = false;
        made.open.recorded = true;
        made.open.path = spec.recorded;
        auto hash = hash::sha256_file(spec.recorded);
        if (!hash) {
            return Error(engine::codes::unreadable_recording,
                         {{"path", spec.recorded}, {"reason", hash.error().args.back().second}});
        }
        made.sha256 = std::move(*hash);
        // Recorded answers stay here; what the model could do elsewhere is not this job's question.
        facts = {"", std::nullopt, std::nullopt, true, true};
    } else if (spec.is_remote()) {
        made.plan.id = spec.model;
        made.plan.memory_measurable = false;
        made.plan.abilities = abilities_there(spec, job);
        if (spec.api == core::Api::Decisions) {
            made.open.api = engine::Api::Decisions;
        }
        made.plan.rungs = core::rungs_for(job.task, made.plan.abilities, to_learn_from);
        made.open.endpoint = spec.endpoint;
        made.open.model = spec.model;
        auto key = api_key(spec);
        if (!key) {
            return key.error();
        }
        made.open.api_key = std::move(*key);
        // The owner of the endpoint knows its licence and tools; naming it is the statement.
        facts = {spec.endpoint, std::nullopt, std::nullopt, true, true};
    } else {
        auto model = catalog::find_model(spec.model, options.models_dir);
        if (!model && options.missing_models_allowed &&
            model.error().code == catalog::codes::not_downloaded) {
            return not_here_yet(spec, job, to_learn_from, std::move(made));
        }
        if (!model) {
            return model.error();
        }
        made.plan.id = model->name;
        made.plan.abilities = abilities_here(job);
        made.plan.rungs = core::rungs_for(job.task, made.plan.abilities, to_learn_from);
        made.open.path = model->path;
        made.open.file_sha256 = model->sha256;
        made.sha256 = model->sha256;
        for (catalog::Remark& remark : model->remarks) {
            made.remarks.push_back({remark.code, std::move(remark.args)});
        }
        if (!made.plan.size) {
            made.plan.size = model->parameters;
        }
        facts = {"",
                 model->context_tokens > 0 ? std::optional(model->context_tokens) : std::nullopt,
                 model->bytes,
                 model->commercial_use,
                 model->tools};
        if (model->context_tokens > 0) {
            made.open.context_tokens =
                std::min(made.open.context_tokens, static_cast<int>(model->context_tokens));
        }
    }
    made.parameters = made.plan.size.value_or(0);
    made.plan.screened_out = core::screen(job.constraints, facts);
    return made;
}

// Ends as this candidate's trouble, not as the climb's. Its file's size orders it.
Contestant unusable(const core::ModelSpec& spec,
                    const core::Job& job,
                    std::size_t to_learn_from,
                    const Error& why) {
    Contestant made;
    made.spec = spec;
    made.unusable = why;
    made.open.path = spec.model;
    made.plan.id = std::filesystem::path(spec.model).stem().string();
    made.plan.abilities = abilities_here(job);
    made.plan.rungs = core::rungs_for(job.task, made.plan.abilities, to_learn_from);
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(spec.model, unknown);
    made.plan.size = spec.parameters;
    if (!made.plan.size && !unknown) {
        made.plan.size = bytes;
    }
    return made;
}

// Learned from dev when its turn comes.
Contestant baseline_of(const Prepared& prepared) {
    Contestant made;
    made.plan.id = unique_name(prepared, "baseline");
    made.plan.baseline = true;
    made.plan.size = 0;
    made.plan.rungs = {core::Rung::Baseline};
    made.open.name = made.plan.id;
    return made;
}

// Where test has all that dev could show there is no such rung.
void leave_few_shot_out(Prepared& prepared) {
    if (prepared.topline) {
        std::erase(prepared.topline->plan.rungs, core::Rung::FewShot);
    }
    for (Contestant& candidate : prepared.candidates) {
        std::erase(candidate.plan.rungs, core::Rung::FewShot);
    }
}

core::ClimbPlan plan_of(const Prepared& prepared, core::Ingredients ingredients) {
    const core::Constraints& limits = prepared.job.constraints;
    core::ClimbPlan plan;
    plan.ingredients = std::move(ingredients);
    if (prepared.topline) {
        plan.topline = prepared.topline->plan;
        const auto all = static_cast<std::int64_t>(prepared.dev.size() + prepared.test.size());
        plan.topline_shown_only = prepared.topline->spec.is_remote() && prepared.job.share_cases &&
                                  *prepared.job.share_cases < all;
    }
    for (const Contestant& candidate : prepared.candidates) {
        plan.candidates.push_back(candidate.plan);
    }
    plan.order = prepared.job.order;
    plan.quality = limits.quality;
    plan.quality.metric = prepared.grader->metric().name;
    plan.sequential = prepared.grader->metric().is_mean_over_cases;
    plan.zero_one = prepared.grader->metric().zero_one;
    plan.p95_ms = limits.p95_ms;
    plan.ttft_p95_ms = limits.ttft_p95_ms;
    plan.cost_per_1k =
        limits.cost_per_1k ? std::optional(limits.cost_per_1k->amount) : std::nullopt;
    plan.memory_bytes = limits.memory_bytes;
    plan.dev_cases = static_cast<std::int64_t>(prepared.dev.size());
    plan.test_cases = static_cast<std::int64_t>(prepared.test.size());
    plan.alpha = prepared.job.alpha;
    plan.k = std::max(core::count_k(plan), 1);
    return plan;
}

std::string identity_of(const Prepared& prepared, const ClimbOptions& options) {
    hash::Sha256 sha;
    sha.field("run").field(prepared.job_text).field(prepared.job.schema).field(prepared.split_hash);
    sha.field(prepared.grader->version()).field(std::to_string(prepared.job.seed));
    const auto add = [&](const Contestant& contestant) {
        sha.field(contestant.plan.id).field(contestant.sha256).field(contestant.open.endpoint);
    };
    if (prepared.topline) {
        add(*prepared.topline);
    }
    std::for_each(prepared.candidates.begin(), prepared.candidates.end(), add);
    for (const core::Case* item : prepared.train) {
        sha.field(eval::content_hash(*item));
    }
    sha.field(core::name_of(prepared.plan.order));
    sha.field(options.quality_only ? "quality only" : "").field(options.file_weights ? "file" : "");
    if (options.whole_topline) {
        sha.field("whole topline");
    }
    sha.field(std::to_string(options.threads)).field(options.palier_version);
    return sha.hex();
}

}  // namespace

bool is_of_model_file(const Error& error) {
    const auto within = [&](int first, int last) {
        return error.code >= first && error.code <= last;
    };
    return within(gguf::codes::unreadable, engine::codes::no_text_model) ||
           within(gguf::codes::embedding_model, gguf::codes::other_model);
}

Result<Prepared> prepare(const job::JobFile& file, const ClimbOptions& options) {
    Prepared prepared;
    prepared.job = file.job;
    prepared.job_path = file.path;
    prepared.job_text = file.text;
    core::Job& job = prepared.job;
    job.seed = options.seed.value_or(job.seed);
    job.order = options.all ? core::Order::All : job.order;
    if (options.live_topline && job.topline && job.topline->is_recorded()) {
        if (job.topline->model.empty()) {
            return Error(codes::live_needs_model, {{"file", file.path}});
        }
        job.topline->recorded.clear();
    }
    if (const auto schema = eval::check_schema(job.schema); !schema) {
        std::string where = file.path;
        for (const job::Origin& origin : file.origins) {
            where = origin.key == "job.schema" ? origin.from : where;
        }
        return Error(codes::schema_unusable, {{"where", where}}).because(schema.error());
    }
    auto cases = read_cases(job);
    PALIER_TRY(cases);
    take_cases(*std::move(cases), prepared);
    if (job.topline) {
        auto topline = contestant_of(*job.topline, job, prepared.to_learn_from(), options);
        if (!topline) {
            return topline.error();
        }
        settle(*topline);
        prepared.topline = std::move(*topline);
    }
    for (const core::ModelSpec& spec : job.candidates) {
        auto candidate = contestant_of(spec, job, prepared.to_learn_from(), options);
        // A file that is not there is a mistake in the job, and the job's trouble.
        if (!candidate && candidate.error().code != gguf::codes::unreadable &&
            is_of_model_file(candidate.error())) {
            candidate = unusable(spec, job, prepared.to_learn_from(), candidate.error());
        }
        if (!candidate) {
            return candidate.error();
        }
        candidate->plan.id = unique_name(prepared, candidate->plan.id);
        settle(*candidate);
        prepared.candidates.push_back(std::move(*candidate));
    }
    const auto usable = [](const Contestant& candidate) { return !candidate.unusable; };
    if (!prepared.candidates.empty() && std::ranges::none_of(prepared.candidates, usable)) {
        return *prepared.candidates.front().unusable;
    }
    if (job.task == core::Task::Classify && job.baselines &&
        prepared.to_learn_from() >= core::k_fewest_to_learn_from) {
        prepared.candidates.push_back(baseline_of(prepared));
    }
    const auto& shown = prepared.train.empty() ? prepared.dev : prepared.train;
    core::Ingredients ingredients =
        core::ingredients_of(job,
                             system::max_tokens_for(job),
                             eval::examples_of(job.task, shown, prepared.test),
                             prepared.dev.size());
    if (ingredients.fixed.empty()) {
        leave_few_shot_out(prepared);
    }
    prepared.plan = plan_of(prepared, std::move(ingredients));
    if (prepared.plan.topline_shown_only && job.constraints.quality.of_topline) {
        return Error(codes::of_topline_needs_all_cases,
                     {{"file", file.path}, {"share_cases", std::to_string(*job.share_cases)}});
    }
    if ((prepared.topline && prepared.topline->is_local()) ||
        std::ranges::any_of(prepared.candidates, &Contestant::is_local)) {
        prepared.said_first = notes_of_schema(job);
    }
    prepared.identity = identity_of(prepared, options);
    return prepared;
}

}  // namespace palier::planning
