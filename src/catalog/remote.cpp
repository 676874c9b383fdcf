#include "catalog/remote.h"

#include "base/text.h"
#include "catalog/codes.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <mutex>

namespace palier::catalog {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int k_redirects_max = 5;
// Headers and the body of an answer that is no range.
constexpr std::size_t k_extra_bytes = 256U << 10U;
// For a bounded range, however slowly it trickles.
constexpr auto k_block_time = std::chrono::minutes(10);
constexpr auto k_look_again = std::chrono::milliseconds(50);

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

// "bytes 0-99/1000" (RFC 9110 section 14.4), into the head.
bool read_content_range(std::string_view text, RangeHead& head) {
    if (!text.starts_with("bytes ")) {
        return false;
    }
    text.remove_prefix(6);
    const std::size_t dash = text.find('-');
    const std::size_t slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) {
        return false;
    }
    const auto first = number_in(text.substr(0, dash));
    head.last = number_in(text.substr(dash + 1, slash - dash - 1));
    head.total = number_in(text.substr(slash + 1));
    head.first = first.value_or(0);
    return first && head.last && head.total && *first <= *head.last && *head.last < *head.total;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What a hub's answer, mostly a redirect, states about the file behind it. The first that states
// something counts: it is the one that was asked.
void note_hub(const http::Outcome& answer, RangeHead& head) {
    const std::string* size = answer.header("x-linked-size");
    if (size != nullptr && !head.hub_bytes) {
        head.hub_bytes = number_in(*size);
    }
    const std::string* etag = answer.header("x-linked-etag");
    if (etag == nullptr || !head.sha256.empty()) {
        return;
    }
    std::string text = to_lower(*etag);
    std::erase(text, '"');
    if (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos) {
        head.sha256 = text;
    }
}

// One hop of a request: waits for its end, notices silence and Ctrl-C.
class Hop {
   public:
    Hop(http::Client& client, const RangeRequest& request, const RangeSink& sink)
        : client_(client), request_(request), sink_(sink) {}

    http::Outcome run(const std::string& url, RangeHead& head) {
        http::Request http_request;
        http_request.url = url;
        http_request.headers.emplace_back(
            "Range",
            "bytes=" + std::to_string(request_.first) + "-" +
                (request_.last ? std::to_string(*request_.last) : std::string()));
        if (!request_.if_range.empty()) {
            http_request.headers.emplace_back("If-Range", request_.if_range);
        }
        http_request.connect_timeout = request_.patience.connect;
        http_request.max_response_bytes = SIZE_MAX;
        if (request_.last) {
            http_request.max_response_bytes = *request_.last - request_.first + k_extra_bytes;
            http_request.total_timeout = k_block_time;
        }
        head_ = &head;
        last_sign_ = Steady::now();
        const std::uint64_t transfer = client_.start(
            std::move(http_request),
            {.on_body = [this](int, std::string_view bytes) { return taken(bytes); },
             .on_end =
                 [this](http::Outcome outcome) {
                     const std::lock_guard lock(mutex_);
                     outcome_ = std::move(outcome);
                     ended_.notify_one();
                 },
             .on_head = [this](const http::Outcome& answer) { return begun(answer); }});
        wait(transfer);
        return std::move(*outcome_);
    }

    // Why it ended before its end; to be asked after run().
    [[nodiscard]] bool silent() const { return silent_; }
    [[nodiscard]] bool interrupted() const { return cancelled_ || sink_stopped_; }
    [[nodiscard]] const std::string& contradiction() const { return contradiction_; }
    [[nodiscard]] bool ignores_ranges() const { return ignores_ranges_; }
    // The range ended before its announced last byte.
    [[nodiscard]] bool fell_short() const {
        return head_->last && received_ < *head_->last - head_->first + 1;
    }

   private:
    void wait(std::uint64_t transfer) {
        std::unique_lock lock(mutex_);
        while (!ended_.wait_for(lock, k_look_again, [&] { return outcome_.has_value(); })) {
            cancelled_ = request_.interrupted != nullptr && *request_.interrupted;
            silent_ = Steady::now() - last_sign_ > request_.patience.silence;
            if (cancelled_ || silent_) {
                client_.cancel(transfer);
            }
        }
    }

    void sign() {
        const std::lock_guard lock(mutex_);
        last_sign_ = Steady::now();
    }

    // Redirects and refusals have bodies that nobody wants.
    bool begun(const http::Outcome& answer) {
        sign();
        note_hub(answer, *head_);
        return (answer.status == 200 || answer.status == 206) && read_head(answer, *head_) &&
               begin_sink();
    }
    bool begin_sink() {
        sink_stopped_ = sink_.on_head && !sink_.on_head(*head_);
        return !sink_stopped_;
    }

    bool taken(std::string_view bytes) {
        sign();
        received_ += bytes.size();
        const std::uint64_t promised =
            head_->last ? *head_->last - head_->first + 1 : std::uint64_t{1} << 62U;
        if (received_ > promised) {
            contradiction_ = "more bytes came than the answer announced";
            return false;
        }
        sink_stopped_ = !sink_.on_bytes(bytes);
        return !sink_stopped_;
    }

    bool read_head(const http::Outcome& answer, RangeHead& head) {
        const std::string* encoding = answer.header("content-encoding");
        if (encoding != nullptr && *encoding != "identity") {
            contradiction_ = "the bytes come encoded as " + shortened(*encoding, 40);
            return false;
        }
        const std::string* etag = answer.header("etag");
        head.etag = etag != nullptr ? *etag : "";
        head.partial = answer.status == 206;
        if (!head.partial) {
            ignores_ranges_ = !request_.whole_is_fine;
            const std::string* length = answer.header("content-length");
            head.total = length != nullptr ? number_in(*length) : std::nullopt;
            head.last =
                head.total && *head.total > 0 ? std::optional(*head.total - 1) : std::nullopt;
        } else {
            const std::string* range = answer.header("content-range");
            if (range == nullptr || !read_content_range(*range, head)) {
                contradiction_ = range == nullptr ? "Content-Range is missing"
                                                  : "Content-Range is " + shortened(*range, 60);
            } else if (head.first != request_.first ||
                       (request_.last && *head.last > *request_.last)) {
                contradiction_ = "bytes " + std::to_string(request_.first) +
                                 "- were asked for and " + shortened(*range, 60) + " came";
            }
        }
        if (head.hub_bytes && head.total && *head.hub_bytes != *head.total) {
            contradiction_ = "the hub states " + std::to_string(*head.hub_bytes) +
                             " bytes and the server " + std::to_string(*head.total);
        }
        return contradiction_.empty() && !ignores_ranges_;
    }

    http::Client& client_;
    const RangeRequest& request_;
    const RangeSink& sink_;
    RangeHead* head_ = nullptr;
    // Of the waiting thread.
    bool silent_ = false;
    bool cancelled_ = false;
    // Of the client's thread until the transfer has ended.
    std::uint64_t received_ = 0;
    bool sink_stopped_ = false;
    bool ignores_ranges_ = false;
    std::string contradiction_;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::optional<http::Outcome> outcome_;
    Steady::time_point last_sign_;
};

std::string host_of(const std::string& url) {
    const auto parsed = http::parse_url(url);
    return parsed ? parsed->host : shortened(url, 60);
}

// Without the query: it may be a signature.
std::string shown(const std::string& url) {
    return url.substr(0, url.find_first_of("?#"));
}

Error refused(const std::string& url, int status) {
    const int code = status == 404 || status == 410                    ? codes::not_at_hub
                     : status == 401 || status == 403 || status == 407 ? codes::hub_refuses
                                                                       : codes::hub_status;
    return Error(code,
                 {{"url", shown(url)}, {"host", host_of(url)}, {"status", std::to_string(status)}});
}

Result<void> usable(const std::string& url) {
    const auto parsed = http::parse_url(url);
    if (!parsed || parsed->has_credentials) {
        return Error(codes::unusable_url,
                     {{"url", parsed ? parsed->scheme + "://" + parsed->host : shown(url)}});
    }
    return {};
}

// What is wrong with how a hop ended; nothing is wrong with a whole answer.
Result<void> judged(const std::string& url, const Hop& hop, const http::Outcome& outcome) {
    const std::string host = host_of(url);
    if (!hop.contradiction().empty()) {
        return Error(codes::hub_contradicts, {{"host", host}, {"what", hop.contradiction()}});
    }
    if (hop.ignores_ranges()) {
        return Error(codes::hub_without_ranges, {{"host", host}});
    }
    if (hop.silent()) {
        return Error(codes::transfer_broke_off,
                     {{"host", host}, {"reason", "no byte came in time"}});
    }
    if (outcome.status == 0) {
        return Error(codes::hub_unreachable, {{"host", host}, {"reason", outcome.reason}});
    }
    if (outcome.status != 200 && outcome.status != 206) {
        return refused(url, outcome.status);
    }
    if (outcome.failure || hop.fell_short()) {
        const char* short_of = "fewer bytes came than the answer announced";
        return Error(codes::transfer_broke_off,
                     {{"host", host}, {"reason", outcome.failure ? outcome.reason : short_of}});
    }
    return {};
}

// Keeps one block of the file; each miss fetches the next, larger one.
class RangedSource final : public gguf::ByteSource {
   public:
    RangedSource(http::Client& client,
                 std::string url,
                 Patience patience,
                 const std::atomic<bool>* interrupted)
        : client_(client), url_(std::move(url)), patience_(patience), interrupted_(interrupted) {}

    Result<void> open() { return fetch(0); }
    [[nodiscard]] const RangeHead& head() const { return head_; }
    [[nodiscard]] std::uint64_t size() const override { return *head_.total; }

    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t position,
                                              char* out,
                                              std::size_t count) override {
        if (position < start_ || position - start_ >= block_.size()) {
            PALIER_TRY(fetch(position));
        }
        const auto within = static_cast<std::size_t>(position - start_);
        const std::size_t read = std::min(count, block_.size() - within);
        std::memcpy(out, block_.data() + within, read);
        return read;
    }

   private:
    Result<void> fetch(std::uint64_t position) {
        if (fetched_ > gguf::k_header_bytes) {
            return Error(codes::header_too_long, {{"host", host_of(url_)}});
        }
        std::string block;
        RangeRequest request;
        request.url = url_;
        request.first = position;
        request.last = position + next_bytes_ - 1;
        request.patience = patience_;
        request.interrupted = interrupted_;
        const auto end = get_range(client_, request, {{}, [&](std::string_view bytes) {
                                                          block.append(bytes);
                                                          return true;
                                                      }});
        PALIER_TRY(end);
        if (block.empty() || end->interrupted) {
            const char* reason = end->interrupted ? "interrupted" : "the answer is empty";
            return Error(codes::transfer_broke_off, {{"host", host_of(url_)}, {"reason", reason}});
        }
        if (fetched_ > 0 && (end->head.total != head_.total || end->head.etag != head_.etag)) {
            return Error(codes::changed_while_read, {{"host", host_of(url_)}});
        }
        if (fetched_ == 0) {
            head_ = end->head;
        }
        fetched_ += block.size();
        next_bytes_ = std::min(next_bytes_ * 2, k_block_bytes_max);
        block_ = std::move(block);
        start_ = position;
        return {};
    }

    static constexpr std::uint64_t k_block_bytes_max = 4U << 20U;
    http::Client& client_;
    std::string url_;
    Patience patience_;
    const std::atomic<bool>* interrupted_;
    RangeHead head_;
    std::string block_;
    std::uint64_t start_ = 0;
    std::uint64_t fetched_ = 0;
    std::uint64_t next_bytes_ = 256U << 10U;
};

}  // namespace

std::optional<std::string> redirected(const std::string& base, std::string_view location) {
    const auto from = http::parse_url(base);
    if (!from || location.empty()) {
        return std::nullopt;
    }
    std::string url(location);
    const std::string origin = from->scheme + "://" + from->host;
    if (location.starts_with("//")) {
        url = from->scheme + ":" + url;
    } else if (location.front() == '/') {
        url = origin + url;
    } else if (location.find("://") == std::string_view::npos ||
               location.find("://") > location.find_first_of("/?#")) {
        url = origin + from->path.substr(0, from->path.rfind('/') + 1) + url;
        if (from->path.empty()) {
            url = origin + "/" + std::string(location);
        }
    }
    const auto to = http::parse_url(url);
    if (!to || to->has_credentials || (from->scheme == "https" && to->scheme != "https")) {
        return std::nullopt;
    }
    return url;
}

Result<RangeEnd> get_range(http::Client& client,
                           const RangeRequest& request,
                           const RangeSink& sink) {
    PALIER_TRY(usable(request.url));
    std::string url = request.url;
    RangeEnd end;
    for (int hops = 0; hops <= k_redirects_max; ++hops) {
        Hop hop(client, request, sink);
        const http::Outcome outcome = hop.run(url, end.head);
        if (hop.interrupted()) {
            end.interrupted = true;
            return end;
        }
        if (is_redirect(outcome.status)) {
            note_hub(outcome, end.head);
            const std::string* location = outcome.header("location");
            const auto next =
                redirected(url, location != nullptr ? std::string_view(*location) : "");
            if (!next) {
                return Error(
                    codes::hub_redirects,
                    {{"host", host_of(url)},
                     {"what",
                      location != nullptr ? shortened(shown(*location), 80) : std::string("-")}});
            }
            url = *next;
            continue;
        }
        PALIER_TRY(judged(url, hop, outcome));
        return end;
    }
    return Error(codes::hub_redirects,
                 {{"host", host_of(request.url)}, {"what", shortened(shown(url), 80)}});
}

Result<RemoteHeader> read_remote_header(http::Client& client,
                                        const std::string& url,
                                        const Patience& patience,
                                        const std::atomic<bool>* interrupted) {
    RangedSource source(client, url, patience, interrupted);
    PALIER_TRY(source.open());
    auto header = gguf::read(source, shown(url));
    PALIER_TRY(header);
    return RemoteHeader{std::move(*header), source.head()};
}

}  // namespace palier::catalog
