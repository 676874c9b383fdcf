#include "base/check.h"
#include "engine/fake/fake.h"

namespace palier::engine::fake {
namespace {

std::string name_of(const OpenSpec& spec) {
    if (!spec.name.empty()) {
        return spec.name;
    }
    return spec.path.empty() ? spec.model : spec.path;
}

}  // namespace

void FakeEngines::add(const std::string& name, Opening opening) {
    openings_[name] = std::move(opening);
}

void FakeEngines::add(const std::string& name,
                      Script script,
                      Options options,
                      std::optional<Facts> facts) {
    const Facts stated = facts ? *facts : plain_facts(name);
    add(name, Opening([=](const OpenSpec&) -> Result<std::unique_ptr<Engine>> {
            return std::unique_ptr<Engine>(std::make_unique<FakeEngine>(script, options, stated));
        }));
}

void FakeEngines::fail(const std::string& name, Error error) {
    add(name,
        Opening([error](const OpenSpec&) -> Result<std::unique_ptr<Engine>> { return error; }));
}

void FakeEngines::set_peak_memory(const std::string& name,
                                  Result<std::optional<std::uint64_t>> bytes) {
    peaks_.insert_or_assign(name, std::move(bytes));
}

Result<std::unique_ptr<Engine>> FakeEngines::open(const OpenSpec& spec) {
    const auto found = openings_.find(name_of(spec));
    PALIER_CHECK(found != openings_.end(), "an engine is opened that the test did not script");
    opened_.push_back(found->first);
    return found->second(spec);
}

Result<std::optional<std::uint64_t>> FakeEngines::peak_memory(const OpenSpec& spec,
                                                              const std::vector<Request>&) {
    const auto found = peaks_.find(name_of(spec));
    if (found == peaks_.end()) {
        return std::optional<std::uint64_t>();
    }
    return found->second;
}

}  // namespace palier::engine::fake
