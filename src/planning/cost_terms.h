// What a cost is counted with: the machine, prices in one currency, volumes; each noted with where
// it comes from, and a remark for what is missing. Internal to costing.
#pragma once

#include "catalog/prices.h"
#include "planning/costing.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace palier::planning {

[[nodiscard]] std::string text_of(double value);
[[nodiscard]] std::string text_of(const core::Range& range);  // "3", "0.19 to 0.29"
[[nodiscard]] std::string text_of(const TokenCount& tokens);

// A price of tokens with where it comes from.
struct PricedModel {
    std::string name;
    core::ApiPrice price;
    std::string currency;
    Origin origin = Origin::Job;
    std::string detail;
    const catalog::ModelPrice* known = nullptr;  // of the table, which it borrows
    bool in_batches = false;                     // the price of answers that may take a day
};
// In `currency` where the provider bills in it, else in the provider's first. `batch`: at its share
// for batches where it has one.
[[nodiscard]] PricedModel of_table(const catalog::ModelPrice& price,
                                   const std::string& currency,
                                   bool batch);

// Borrows the answer, whose assumptions and remarks it fills.
class CostTerms {
   public:
    CostTerms(const core::Job& job,
              const CostQuestion& question,
              const catalog::PriceTable& prices,
              CostAnswer& answer)
        : job_(job), question_(question), prices_(prices), answer_(answer) {}

    // Machine, currency, volume, rent and electricity. Error 2759.
    Result<void> take();
    [[nodiscard]] const core::Hardware& hardware() const { return hardware_; }

    // The API to compare with: named by a flag, or the topline's; nullopt and a remark without one.
    // Error 2757.
    Result<std::optional<PricedModel>> api();
    // What a model of the job is bought for: its price in the job, or the table's by its name.
    [[nodiscard]] std::optional<PricedModel> price_of(const core::ModelSpec* spec,
                                                      const std::string& name) const;
    // Into the answer's currency by a rate that the user stated; nullopt and a remark without one.
    std::optional<core::Range> in_currency(const core::Range& amount,
                                           const std::string& from,
                                           std::string_view what);

    // What one unit of `from` is in the answer's currency; nullopt where nobody stated a rate.
    [[nodiscard]] std::optional<double> rate_of(const std::string& from) const;

    void assume(std::string key, std::string value, Origin origin, std::string detail);
    // With a remark where the table's price is old, or the model no longer sold.
    void assume_price(const PricedModel& priced);
    void remark(int code, std::vector<std::pair<std::string, std::string>> args = {});

   private:
    Result<void> take_hardware();
    void note_hardware();
    void take_volume();
    void take_rent();
    void take_electricity();
    // The age of what was assumed last, with a remark where it is old.
    void date_last(const catalog::PriceSource& source, const std::string& what);
    [[nodiscard]] std::string currency() const;
    std::optional<double> converted(double amount, const std::string& from, std::string_view what);

    const core::Job& job_;
    const CostQuestion& question_;
    const catalog::PriceTable& prices_;
    CostAnswer& answer_;
    core::Hardware hardware_;
};

}  // namespace palier::planning
