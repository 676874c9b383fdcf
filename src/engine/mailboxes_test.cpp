#include "engine/mailboxes.h"

#include "engine/codes.h"

#include <doctest/doctest.h>

namespace palier::engine {
namespace {

Request with_id(std::uint64_t id) {
    Request request;
    request.id = id;
    return request;
}

TEST_CASE("events reach the box of their request, under its own id") {
    Mailboxes mail;
    const Box one = mail.open();
    const Box other = mail.open();
    const Serial first = *mail.enter(one, {with_id(5)});
    const Serial second = *mail.enter(other, {with_id(5)});
    mail.say(second, "hello");
    CHECK(mail.take(one).empty());
    CHECK_FALSE(mail.has_nothing_to_wait_for(one));
    const std::vector<Event> events = mail.take(other);
    REQUIRE(events.size() == 1);
    CHECK(events[0].id == 5);
    CHECK(std::get<Token>(events[0].what).text == "hello");
    mail.end(first, Response());
    CHECK(mail.has_nothing_to_wait_for(one));
    CHECK(mail.take(one).size() == 1);
    CHECK(mail.serial_of(one, 5) == std::nullopt);
    CHECK(mail.serial_of(other, 5) == second);
}

TEST_CASE("an id is taken until its end, and a batch with a taken one changes nothing") {
    Mailboxes mail;
    const Box box = mail.open();
    const Serial serial = *mail.enter(box, {with_id(1)});
    const auto refused = mail.enter(box, {with_id(2), with_id(1)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == codes::id_under_way);
    CHECK(refused.error().args.front().second == "1");
    CHECK(mail.serial_of(box, 2) == std::nullopt);
    CHECK_FALSE(mail.enter(box, {with_id(3), with_id(3)}));
    mail.end(serial, Failed());
    CHECK(mail.enter(box, {with_id(2), with_id(1), with_id(3)}));
}

TEST_CASE("a closed box tells what it had under way, and gets no mail") {
    Mailboxes mail;
    const Box box = mail.open();
    const Serial first = *mail.enter(box, {with_id(9), with_id(4)});
    mail.end(*mail.enter(box, {with_id(6)}), Response());
    CHECK(mail.close(box) == std::vector<Serial>{first, first + 1});
    mail.say(first, "late");
    mail.end(first, Response());
    CHECK(mail.take(mail.open()).empty());
}

}  // namespace
}  // namespace palier::engine
