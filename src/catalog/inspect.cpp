#include "catalog/inspect.h"

#include "catalog/remote.h"

namespace palier::catalog {

Result<Inspected> inspect_file(const std::string& path) {
    const auto header = gguf::read(path);
    PALIER_TRY(header);
    return Inspected{figures_of_header(*header), path, ""};
}

Result<Inspected> inspect_address(const std::string& url, const std::atomic<bool>* interrupted) {
    http::Client client;
    const auto read = read_remote_header(client, url, {}, interrupted);
    PALIER_TRY(read);
    return Inspected{
        figures_of_header(read->header), url.substr(0, url.find_first_of("?#")), read->file.sha256};
}

}  // namespace palier::catalog
