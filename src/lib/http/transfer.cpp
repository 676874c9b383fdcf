#include "lib/http/transfer.h"

#include "base/text.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace palier::http {
namespace {

// Libcurl counts in milliseconds and takes 0 for "no limit".
long limit_ms(Nanoseconds limit) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    return static_cast<long>(std::clamp<std::int64_t>(ms, 1, 1'000'000'000));
}

// localhost, 127.x.x.x or ::1, as curl itself reads the host out of the URL.
bool is_this_machine(const std::string& url) {
    CURLU* parts = curl_url();
    char* host = nullptr;
    bool is = false;
    if (parts != nullptr && curl_url_set(parts, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        const std::string name = to_lower(host);
        is = name == "localhost" || name == "[::1]" ||
             (name.starts_with("127.") &&
              name.find_first_not_of("0123456789.") == std::string::npos);
    }
    curl_free(host);
    curl_url_cleanup(parts);
    return is;
}

struct CaFile {
    std::string path;
    std::string from;  // the variable or option that names it
};

std::string& chosen_ca_file() {
    static std::string path;
    return path;
}

CaFile ca_file() {
    if (!chosen_ca_file().empty()) {
        return {chosen_ca_file(), "--ca-file"};
    }
    for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
        if (const char* path = std::getenv(name); path != nullptr && *path != '\0') {
            return {path, name};
        }
    }
    return {};
}

}  // namespace

void use_ca_file(std::string path) {
    chosen_ca_file() = std::move(path);
}

std::string trusted_ca_file() {
    const CaFile file = ca_file();
    return file.path.empty() ? "" : file.path + " (" + file.from + ")";
}

Transfer::Transfer(std::uint64_t number, Request request, Handler handler)
    : number_(number),
      request_(std::move(request)),
      handler_(std::move(handler)),
      easy_(curl_easy_init()) {
    if (easy_ != nullptr) {
        set_up();
        set_up_tls();
        set_limits();
    }
}

Transfer::~Transfer() {
    if (easy_ != nullptr) {
        curl_easy_cleanup(easy_);
    }
    curl_slist_free_all(header_list_);
}

Transfer& Transfer::of(CURL* easy) {
    char* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    return *reinterpret_cast<Transfer*>(self);
}

void Transfer::set_up() {
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    // What is meant for this machine must not pass through a proxy of the environment.
    if (is_this_machine(request_.url)) {
        curl_easy_setopt(easy_, CURLOPT_PROXY, "");
    }
    curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    // A name server that hangs must not hold back the end of the program.
    curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy_, CURLOPT_USERAGENT, "palier");
    // Set at all, it makes libcurl unpack whatever a server compressed unasked.
    curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "identity");
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    if (request_.method == "POST") {
        curl_easy_setopt(easy_, CURLOPT_POST, 1L);
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
        curl_easy_setopt(
            easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        // Without it curl waits up to a second for "100 Continue" before it sends a larger body.
        header_list_ = curl_slist_append(header_list_, "Expect:");
    }
    for (const auto& [name, value] : request_.headers) {
        header_list_ = curl_slist_append(header_list_, (name + ": " + value).c_str());
    }
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, header_list_);
}

void Transfer::set_up_tls() {
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
    if (const CaFile file = ca_file(); !file.path.empty()) {
        curl_easy_setopt(easy_, CURLOPT_CAINFO, file.path.c_str());
    }
    if (const char* folder = std::getenv("SSL_CERT_DIR"); folder != nullptr && *folder != '\0') {
        curl_easy_setopt(easy_, CURLOPT_CAPATH, folder);
    }
}

void Transfer::set_limits() {
    if (request_.connect_timeout > Nanoseconds{0}) {
        curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, limit_ms(request_.connect_timeout));
    }
    if (request_.total_timeout > Nanoseconds{0}) {
        curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, limit_ms(request_.total_timeout));
    }
}

std::chrono::steady_clock::time_point Transfer::silent_from() const {
    if (anything_came_ || request_.first_byte_timeout <= Nanoseconds{0}) {
        return std::chrono::steady_clock::time_point::max();
    }
    return started_ + request_.first_byte_timeout;
}

std::optional<Failure> Transfer::failure_of(CURLcode code) const {
    if (stopped_by_us_) {
        return stopped_by_us_;
    }
    switch (code) {
        case CURLE_OK:
            return std::nullopt;
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return Failure::BadUrl;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
        case CURLE_PROXY:
            return Failure::NotConnected;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return Failure::Tls;
        case CURLE_OPERATION_TIMEDOUT: {
            // Zero until the connection, with TLS, stands; a reused one counts as standing.
            curl_off_t ready = 0;
            curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &ready);
            return ready > 0 ? Failure::Deadline : Failure::NotConnected;
        }
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return Failure::Dropped;
        default:
            return Failure::Other;
    }
}

std::string Transfer::reason_of(CURLcode code) const {
    if (stopped_by_us_ == Failure::TooLarge) {
        return "the answer is longer than " + std::to_string(request_.max_response_bytes) +
               " bytes";
    }
    if (code == CURLE_OK) {
        return {};
    }
    const std::string_view detail = trim(error_.data());
    return std::string(detail.empty() ? std::string_view(curl_easy_strerror(code)) : detail);
}

void Transfer::end(std::optional<Failure> failure, std::string reason) {
    outcome_.failure = failure;
    outcome_.reason = std::move(reason);
    if (handler_.on_end) {
        handler_.on_end(std::move(outcome_));
    }
}

std::size_t Transfer::take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(bytes, size * count);
    return static_cast<Transfer*>(self)->add_header_line(line) ? line.size() : 0;
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::string_view part(bytes, size * count);
    return static_cast<Transfer*>(self)->add_body(part) ? part.size() : CURL_WRITEFUNC_ERROR;
}

bool Transfer::add_header_line(std::string_view line) {
    anything_came_ = true;
    received_ += line.size();
    if (received_ > request_.max_response_bytes) {
        stopped_by_us_ = Failure::TooLarge;
        return false;
    }
    if (line.starts_with("HTTP/")) {
        // A further head replaces the one before ("100 Continue").
        outcome_.headers.clear();
        long status = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        outcome_.status = static_cast<int>(status);
        return true;
    }
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        outcome_.headers.emplace_back(to_lower(trim(line.substr(0, colon))),
                                      trim(line.substr(colon + 1)));
    }
    return true;
}

bool Transfer::add_body(std::string_view bytes) {
    anything_came_ = true;
    received_ += bytes.size();
    if (received_ > request_.max_response_bytes) {
        stopped_by_us_ = Failure::TooLarge;
        return false;
    }
    if (handler_.on_head && !head_given_) {
        head_given_ = true;
        if (!handler_.on_head(outcome_)) {
            stopped_by_us_ = Failure::Cancelled;
            return false;
        }
    }
    if (!handler_.on_body) {
        outcome_.body.append(bytes);
        return true;
    }
    if (!handler_.on_body(outcome_.status, bytes)) {
        stopped_by_us_ = Failure::Cancelled;
        return false;
    }
    return true;
}

}  // namespace palier::http
