#include "planning/schema_notes.h"

#include "base/text.h"
#include "schema/codes.h"
#include "schema/language.h"

#include <cstddef>
#include <string>

namespace palier::planning {
namespace {

constexpr std::size_t k_most_named = 10;

core::Note note_of(int code, std::vector<std::string> places) {
    const std::string count = std::to_string(places.size());
    if (places.size() > k_most_named) {
        places.resize(k_most_named);
        places.emplace_back("...");
    }
    return {code, {{"places", join(places, ", ")}, {"count", count}}};
}

std::string place_of(const std::string& keyword, const std::string& pointer) {
    return keyword + " (#" + pointer + ")";
}

}  // namespace

std::vector<core::Note> notes_of_schema(const core::Job& job) {
    if (job.task != core::Task::Extract || job.schema.empty()) {
        return {};
    }
    const auto read = schema::Schema::read(job.schema);
    if (!read) {
        return {};
    }
    std::vector<core::Note> notes;
    std::vector<std::string> places;
    for (const schema::Obstacle& obstacle : schema::Language::obstacles(*read)) {
        places.push_back(place_of(obstacle.keyword, obstacle.pointer));
    }
    if (!places.empty()) {
        notes.push_back(note_of(schema::codes::not_held, std::move(places)));
    }
    places.clear();
    for (const auto& [pointer, format] : read->unchecked_formats()) {
        places.push_back(place_of(format, pointer));
    }
    if (!places.empty()) {
        notes.push_back(note_of(schema::codes::formats_unchecked, std::move(places)));
    }
    return notes;
}

}  // namespace palier::planning
