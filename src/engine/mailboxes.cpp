#include "engine/mailboxes.h"

#include "engine/codes.h"

#include <algorithm>
#include <utility>

namespace palier::engine {

Box Mailboxes::open() {
    boxes_[next_box_];
    return next_box_++;
}

std::vector<Serial> Mailboxes::close(Box box) {
    std::vector<Serial> serials;
    for (const auto& [id, serial] : boxes_.at(box).under_way) {
        serials.push_back(serial);
        owners_.erase(serial);
    }
    boxes_.erase(box);
    std::sort(serials.begin(), serials.end());
    return serials;
}

Result<Serial> Mailboxes::enter(Box box, const std::vector<Request>& batch) {
    auto& under_way = boxes_.at(box).under_way;
    const Serial first = next_serial_;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (under_way.emplace(batch[i].id, first + i).second) {
            continue;
        }
        for (std::size_t earlier = 0; earlier < i; ++earlier) {
            under_way.erase(batch[earlier].id);
        }
        return Error(codes::id_under_way, {{"id", std::to_string(batch[i].id)}});
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        owners_.emplace(first + i, Owner{box, batch[i].id});
    }
    next_serial_ += batch.size();
    return first;
}

std::optional<Serial> Mailboxes::serial_of(Box box, std::uint64_t id) const {
    const auto& under_way = boxes_.at(box).under_way;
    const auto found = under_way.find(id);
    return found == under_way.end() ? std::nullopt : std::optional(found->second);
}

void Mailboxes::say(Serial serial, std::string text) {
    if (const auto owner = owners_.find(serial); owner != owners_.end()) {
        boxes_.at(owner->second.box).events.push_back({owner->second.id, Token{std::move(text)}});
    }
}

void Mailboxes::end(Serial serial, std::variant<Token, Response, Failed> what) {
    const auto owner = owners_.find(serial);
    if (owner == owners_.end()) {
        return;  // its client has gone
    }
    Mail& mail = boxes_.at(owner->second.box);
    mail.events.push_back({owner->second.id, std::move(what)});
    mail.under_way.erase(owner->second.id);
    owners_.erase(owner);
}

std::vector<Event> Mailboxes::take(Box box) {
    return std::exchange(boxes_.at(box).events, {});
}

bool Mailboxes::has_nothing_to_wait_for(Box box) const {
    const Mail& mail = boxes_.at(box);
    return !mail.events.empty() || mail.under_way.empty();
}

}  // namespace palier::engine
