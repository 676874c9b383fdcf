#include "core/cost.h"

#include "base/rng.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

namespace palier::core {
namespace {

Hardware workstation() {
    Hardware hardware;
    hardware.currency = "EUR";
    hardware.price = Range{4000};
    return hardware;
}

double at(const BreakEven::Corner& corner) {
    REQUIRE(corner.requests_per_month);
    return *corner.requests_per_month;
}

}  // namespace

TEST_CASE("4,608 a month against 10 a million tokens breaks even at 460.8 million tokens") {
    // A published page says 0.46 million. Here a request is one token.
    CostLine line;
    line.cheapest.fixed = line.dearest.fixed = 4608;
    const BreakEven found = break_even(line, 10 / 1e6);
    CHECK(found.best.crossing == Crossing::At);
    CHECK(at(found.best) == doctest::Approx(460.8e6));
    CHECK(found.best == found.worst);
}

TEST_CASE("a machine of 4,000 over three years against prices of models, as in the table") {
    // docs/guide/cost.md: energy 0.05 a million tokens, blended prices.
    Hardware hardware = workstation();
    hardware.price = Range{4000};
    const ServiceTime one_token{1e-9, 1};
    const auto million_tokens = [&](double blended_per_1m) {
        CostLine line = own_machine_line("s", hardware, one_token);
        line.cheapest.per_request = line.dearest.per_request = 0.05 / 1e6;
        return break_even(line, blended_per_1m / 1e6).best;
    };
    CHECK(at(million_tokens(11.25)) / 1e6 == doctest::Approx(10).epsilon(0.02));
    CHECK(at(million_tokens(2.00)) / 1e6 == doctest::Approx(57).epsilon(0.01));
    CHECK(at(million_tokens(0.11)) / 1e6 == doctest::Approx(1852).epsilon(0.01));
    CHECK(million_tokens(0.04).crossing == Crossing::Never);
}

TEST_CASE("an API is paid by tokens, cached ones at their own price where there is one") {
    const TokensPerRequest tokens{1000, 600, 200};
    CHECK(api_cost_per_request(tokens, {5, 30, std::nullopt}) ==
          doctest::Approx((1000 * 5 + 200 * 30) / 1e6));
    CHECK(api_cost_per_request(tokens, {5, 30, 0.5}) ==
          doctest::Approx((400 * 5 + 600 * 0.5 + 200 * 30) / 1e6));
    CHECK(api_cost_per_request({100, 900, 0}, {5, 30, 0.5}) == doctest::Approx(100 * 0.5 / 1e6));
    CHECK(seconds_per_request({300, 0, 20}, 600, 40) == doctest::Approx(1));
}

TEST_CASE("a machine costs its price over its life, people, and electricity") {
    Hardware hardware = workstation();
    hardware.residual = Range{400};
    hardware.maintenance_share_per_year = Range{0.03};
    hardware.ops_per_month = Range{50};
    hardware.power_w = Range{200};
    hardware.idle_w = Range{60};
    hardware.pue = Range{1.2};
    hardware.electricity_per_kwh = Range{0.20};
    hardware.hours_per_day = Range{10};
    hardware.days_per_month = Range{20};
    const ServiceTime service{2, 4};
    const CostLine line = own_machine_line("s", hardware, service);
    CHECK(line.cheapest.fixed == doctest::Approx(3600.0 / 36 + 10 + 50 + 0.06 * 1.2 * 0.2 * 200));
    CHECK(line.cheapest.per_request == doctest::Approx(0.14 * 1.2 * 0.2 * 0.5 / 3600));
    REQUIRE(line.capacity_per_month);
    CHECK(line.capacity_per_month->low == doctest::Approx(200 * 3600 * 2));
    // Busy all the time, it draws its full power all the time.
    const double full = line.at(line.capacity_per_month->low).low - 3600.0 / 36 - 10 - 50;
    CHECK(full == doctest::Approx(0.2 * 1.2 * 0.2 * 200));
    const CostLine owned = owned_machine_line("s", hardware, service);
    CHECK(owned.at(1000).low == doctest::Approx(line.at(1000).low - 160));
}

TEST_CASE("an idle power that is not stated lies between nothing and the full power") {
    Hardware hardware = workstation();
    hardware.power_w = Range{200};
    hardware.electricity_per_kwh = Range{0.20};
    const CostLine line = owned_machine_line("s", hardware, {1, 1});
    CHECK(line.cheapest.fixed == 0);
    CHECK(line.cheapest.per_request > 0);
    CHECK(line.dearest.fixed == doctest::Approx(0.2 * 0.2 * 730));
    CHECK(line.dearest.per_request == 0);
    hardware.electricity_per_kwh.reset();
    CHECK(owned_machine_line("s", hardware, {1, 1}).dearest.at(1e6) == 0);
}

TEST_CASE("the two corners bound every cost inside the ranges") {
    Rng rng(3);
    const auto inside = [&](const Range& range) {
        return Range{range.low +
                     (range.high - range.low) * static_cast<double>(rng.below(1001)) / 1000};
    };
    Hardware hardware = workstation();
    hardware.price = Range{3000, 5000};
    hardware.life_years = Range{2, 5};
    hardware.residual = Range{0, 800};
    hardware.power_w = Range{100, 180};
    hardware.idle_w = Range{20, 60};
    hardware.electricity_per_kwh = Range{0.15, 0.30};
    hardware.pue = Range{1, 1.4};
    hardware.ops_per_month = Range{0, 100};
    const ServiceTime service{1.5, 2};
    const CostLine bounds = own_machine_line("s", hardware, service);
    const Range price{0.0004, 0.002};
    const BreakEven ends = break_even(bounds, price);
    REQUIRE(ends.best.crossing == Crossing::At);
    for (int i = 0; i < 300; ++i) {
        Hardware one = hardware;
        one.price = inside(*hardware.price);
        one.life_years = inside(hardware.life_years);
        one.residual = inside(hardware.residual);
        one.power_w = inside(*hardware.power_w);
        one.idle_w = inside(*hardware.idle_w);
        one.electricity_per_kwh = inside(*hardware.electricity_per_kwh);
        one.pue = inside(hardware.pue);
        one.ops_per_month = inside(hardware.ops_per_month);
        const CostLine line = own_machine_line("s", one, service);
        for (const double requests : {0.0, 1e4, bounds.capacity_per_month->low}) {
            CHECK(line.at(requests).low >= bounds.at(requests).low - 1e-9);
            CHECK(line.at(requests).high <= bounds.at(requests).high + 1e-9);
        }
        const BreakEven::Corner found = break_even(line, inside(price)).best;
        REQUIRE(found.requests_per_month);
        CHECK(*found.requests_per_month >= at(ends.best) * (1 - 1e-9));
        if (ends.worst.requests_per_month) {
            CHECK(*found.requests_per_month <= at(ends.worst) * (1 + 1e-9));
        }
    }
}

TEST_CASE("at and never are outcomes, each corner its own") {
    Hardware hardware = workstation();
    const ServiceTime service{10, 1};  // 262,800 a month
    const CostLine line = own_machine_line("s", hardware, service);
    CHECK(break_even(line, 0.001).best.crossing == Crossing::At);
    const BreakEven mixed = break_even(line, {0.0001, 0.001});
    CHECK(mixed.best.crossing == Crossing::At);
    CHECK(mixed.worst.crossing == Crossing::Never);  // more than a machine's requests to pay for it
    CHECK(break_even(line, 0).best.crossing == Crossing::Never);
    hardware.price = Range{0};
    CHECK(break_even(own_machine_line("s", hardware, service), 0.001).best.crossing ==
          Crossing::Always);
}

TEST_CASE("more requests than one machine answers take another machine, and its cost") {
    const CostLine line = own_machine_line("s", workstation(), {10, 1});  // 262,800 a month each
    const double one = 4000.0 / 36;
    CHECK(line.at(262'800).high == doctest::Approx(one));
    CHECK(line.at(262'801).high == doctest::Approx(2 * one));
    CHECK(line.cheapest.machines(0) == 1);
    CHECK(line.cheapest.machines(2'250'000) == 9);
    // Side by side they take fewer, and a busiest hour above the mean one takes more.
    CHECK(own_machine_line("s", workstation(), {10, 4}).cheapest.machines(2'250'000) == 3);
    CHECK(own_machine_line("s", workstation(), {10, 4, 3}).cheapest.machines(2'250'000) == 7);
    CHECK(own_machine_line("s", workstation(), {10, 1, 3}).capacity_per_month->low ==
          doctest::Approx(87'600));
}

TEST_CASE("where no load of the machines is cheaper than the API the answer is never") {
    // A request on a full machine costs 111.11 / 262,800.
    const CostLine line = own_machine_line("s", workstation(), {10, 1});
    const double full = line.at(262'800).low / 262'800;
    CHECK(break_even(line, full * 0.99).best.crossing == Crossing::Never);
    CHECK(break_even(line, full).best.crossing == Crossing::Never);
    CHECK(break_even(line, full * 1.01).best.crossing == Crossing::At);
}

TEST_CASE("from a break-even on, no further machine makes the API the cheaper one again") {
    Rng rng(11);
    for (int i = 0; i < 500; ++i) {
        CostLine line;
        line.cheapest.fixed = line.dearest.fixed = 1 + static_cast<double>(rng.below(1000));
        line.cheapest.capacity = line.dearest.capacity = 1000;
        const double price = static_cast<double>(1 + rng.below(2000)) / 1000;
        const BreakEven::Corner found = break_even(line, price).best;
        if (found.crossing == Crossing::Never) {
            CHECK(line.at(1000).low >= price * 1000 - 1e-6);
            continue;
        }
        for (int k = 0; k < 400; ++k) {
            const double requests = at(found) + 1 + 37.0 * k;
            CHECK(line.at(requests).low <= price * requests + 1e-6);
        }
        CHECK(line.cheapest.machines(at(found)) <= found.machines);
    }
}

TEST_CASE("a hybrid pays for what it hands on, and breaks even later than the small one alone") {
    const CostLine small = own_machine_line("s", workstation(), {1, 1});
    const CostLine hybrid = hybrid_line(small, 0.002, 0.2);
    CHECK(hybrid.at(1000).low == doctest::Approx(small.at(1000).low + 1000 * 0.2 * 0.002));
    const BreakEven found = hybrid_break_even(small, 0.002, 0.2);
    CHECK(at(found.best) == doctest::Approx(at(break_even(small, 0.002).best) / 0.8));
    // There both cost the same.
    CHECK(hybrid.at(at(found.best)).low == doctest::Approx(0.002 * at(found.best)));
    CHECK(hybrid_break_even(small, 0.002, 1).best.crossing == Crossing::Never);
    CHECK(most_fallback_share(0.001, 0.004) == doctest::Approx(0.75));
    CHECK(most_fallback_share(0.004, 0.001) == 0);
}

TEST_CASE("a rented machine costs its hours whatever it answers") {
    Hardware hardware = workstation();
    hardware.rent_per_hour = Range{0.7, 0.9};
    const CostLine line = rented_line("s", hardware);
    CHECK(line.at(0).low == doctest::Approx(0.7 * 730));
    CHECK(line.at(1e6).high == doctest::Approx(0.9 * 730));
    CHECK_FALSE(line.capacity_per_month);
}

TEST_CASE("the mean of a falling price lies between its ends and is the price when it stays") {
    CHECK(mean_price_share(1, 3) == 1);
    CHECK(mean_price_share(10, 3) == doctest::Approx((1 - 1e-3) / (3 * std::log(10))));
    CHECK(mean_price_share(3, 2) < 1);
    CHECK(mean_price_share(3, 2) > 1.0 / 9);
    CHECK(mean_price_share(1 + 1e-12, 3) == doctest::Approx(1));
}

TEST_CASE("falling prices lengthen the payback until there is none") {
    CHECK(*payback_years(4000, 3000, 1000, 1) == doctest::Approx(2));
    const auto slower = payback_years(4000, 3000, 1000, 1.2);
    REQUIRE(slower);
    CHECK(*slower > 2);
    // What was saved by then is the price of the machine.
    CHECK(3000 * *slower * mean_price_share(1.2, *slower) - 1000 * *slower ==
          doctest::Approx(4000));
    CHECK_FALSE(payback_years(4000, 3000, 1000, 10));
    CHECK_FALSE(payback_years(4000, 900, 1000, 1));
    CHECK(*payback_years(0, 900, 1000, 3) == 0);
    CHECK_FALSE(payback_years(4000, 3000, 0, 3));  // 3000 / ln 3 is all it will ever save
    CHECK(payback_years(2500, 3000, 0, 3));
}

TEST_CASE("energy carries its method in its name, and methods are not compared") {
    Hardware hardware = workstation();
    hardware.power_w = Range{90, 110};
    hardware.tdp_w = Range{120};
    const Energy meter = metered_energy(hardware, {3.6, 1});
    CHECK(meter.figure_name() == "energy_wh_per_1k_meter");
    CHECK(meter.wh_per_1k.low == doctest::Approx(90));
    const Energy estimate = tdp_energy(hardware, {3.6, 1}, 4, 8);
    CHECK(estimate.figure_name() == "energy_wh_per_1k_tdp_estimate");
    CHECK(estimate.wh_per_1k.low == doctest::Approx(30));
    CHECK(estimate.wh_per_1k.high == doctest::Approx(90));
    CHECK(tdp_energy(hardware, {3.6, 1}, 16, 8).wh_per_1k.high == doctest::Approx(180));
    CHECK_FALSE(comparable(meter, estimate));
    CHECK(comparable(meter, metered_energy(hardware, {1, 1})));
    CHECK_FALSE(comparable(meter, metered_energy(hardware, {1, 4})));
}

TEST_CASE("a cost is the price of both kinds of tokens, and nothing without a price") {
    const Price price{2, 10, "EUR"};
    CHECK(cost_of(price, 500'000, 100'000) == doctest::Approx(2));
    CHECK(cost_of(std::nullopt, 500'000, 100'000) == 0);
}

}  // namespace palier::core
