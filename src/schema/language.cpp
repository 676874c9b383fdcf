#include "schema/language.h"

#include "schema/codes.h"
#include "schema/form_builder.h"

namespace palier::schema {
namespace {

Error not_constrained(const Obstacle& obstacle) {
    return Error(codes::not_constrained,
                 {{"pointer", obstacle.pointer}, {"keyword", obstacle.keyword}})
        .because(Error(obstacle.reason));
}

struct Built {
    Forms forms;
    std::vector<Obstacle> obstacles;
};

Built build(const Schema& schema) {
    Built built;
    FormBuilder builder(schema.tree());
    built.forms.start = builder.spot_of({0});
    builder.finish();
    built.obstacles.assign(builder.obstacles().begin(), builder.obstacles().end());
    built.forms.spots = builder.take_spots();
    if (built.obstacles.empty() &&
        built.forms.spots[static_cast<std::size_t>(built.forms.start)].empty()) {
        built.obstacles.push_back({"", "false", codes::nothing_obeys});
    }
    return built;
}

}  // namespace

Result<Language> Language::of(const Schema& schema) {
    Built built = build(schema);
    if (!built.obstacles.empty()) {
        return not_constrained(built.obstacles.front());
    }
    return Language(std::make_shared<const Forms>(std::move(built.forms)));
}

Result<Language> Language::of_pattern(std::string_view pattern) {
    const Result<Pattern> tree = Pattern::read(pattern);
    PALIER_TRY(tree);
    std::optional<Automaton> automaton = Automaton::whole(*tree);
    if (!automaton || automaton->is_empty()) {
        return not_constrained(
            {"", "pattern", automaton ? codes::nothing_obeys : codes::pattern_too_large});
    }
    Forms forms;
    forms.plain.emplace();
    forms.plain->automaton = std::make_shared<const Automaton>(*std::move(automaton));
    return Language(std::make_shared<const Forms>(std::move(forms)));
}

std::vector<Obstacle> Language::obstacles(const Schema& schema) {
    return build(schema).obstacles;
}

Walk Language::begin() const {
    return Walk(forms_);
}

}  // namespace palier::schema
