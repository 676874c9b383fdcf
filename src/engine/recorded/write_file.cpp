#include "engine/codes.h"
#include "engine/recorded/format.h"
#include "engine/recorded/recorded.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace palier::engine::recorded {

Result<void> write_file(const std::string& path,
                        const std::string& model,
                        std::uint64_t parameters,
                        const std::string& date,
                        const std::vector<std::pair<std::string, std::string>>& settings,
                        const std::vector<RecordedAnswer>& answers) {
    Header header;
    header.model = model;
    header.date = date;
    for (const auto& [name, value] : settings) {
        header.settings.add(name, value);
    }
    if (parameters > 0) {
        header.parameters = parameters;
    }
    const std::string beside = path + ".part";
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << write_header(header);
    for (const RecordedAnswer& recorded : answers) {
        Line line;
        line.answer = recorded.answer;
        line.cut_at_limit = recorded.cut_at_limit;
        line.failed = recorded.failed;
        file << write_answer(recorded.input, recorded.context, line);
    }
    file.close();
    if (!file || std::rename(beside.c_str(), path.c_str()) != 0) {
        const std::string reason = std::strerror(errno);
        std::remove(beside.c_str());
        return Error(engine::codes::recording_not_written, {{"path", path}, {"reason", reason}});
    }
    return {};
}

}  // namespace palier::engine::recorded
