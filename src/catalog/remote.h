// A file behind an http(s) address, read by byte ranges, so that a model is judged before it is
// downloaded. Nothing that a server says is trusted: ranges, lengths and redirects are checked.
//
// Redirects are followed by hand, at most five, only to http and https, never from https down to
// http, and with nothing of one host's handed to the next. Proxies are those of the environment.
//
// Errors of all functions: 4040 no connection, 4041 an HTTP status, 4042 no such file, 4043 access
// refused, 4044 no ranges, 4045 an answer that contradicts itself, 4046 a redirect, 4047 broken
// off, 4050 more than a header asked for, 4051 another file than at first, 4052 no usable address.
#pragma once

#include "lib/gguf/gguf.h"
#include "lib/http/client.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace palier::catalog {

struct Patience {
    Nanoseconds connect = std::chrono::seconds(10);
    Nanoseconds silence = std::chrono::seconds(30);  // without a byte, before and within an answer
};

// What the server says about the file before its bytes come.
struct RangeHead {
    bool partial = false;                    // false: the whole file comes, whatever was asked
    std::uint64_t first = 0;                 // byte that comes first
    std::optional<std::uint64_t> last;       // byte that comes last; always known when partial
    std::optional<std::uint64_t> total;      // bytes of the whole file; always known when partial
    std::string etag;                        // of the server that gives the bytes; "" without
    std::string sha256;                      // that a hub states (X-Linked-Etag); "" without
    std::optional<std::uint64_t> hub_bytes;  // that a hub states (X-Linked-Size)
};

struct RangeRequest {
    std::string url;
    std::uint64_t first = 0;
    std::optional<std::uint64_t> last;  // nullopt: to the end
    std::string if_range;               // ETag: another file comes whole instead
    bool whole_is_fine = false;         // else a server that ignores the range is error 4044
    Patience patience;
    const std::atomic<bool>* interrupted = nullptr;
};

struct RangeEnd {
    RangeHead head;
    bool interrupted = false;
};

// Both are called on the client's thread, on_head once before the bytes; false ends the transfer,
// which then counts as interrupted.
struct RangeSink {
    std::function<bool(const RangeHead&)> on_head;
    std::function<bool(std::string_view)> on_bytes;
};

// Waits until the range has come.
[[nodiscard]] Result<RangeEnd> get_range(http::Client& client,
                                         const RangeRequest& request,
                                         const RangeSink& sink);

// A header and what its server says about the file.
struct RemoteHeader {
    gguf::Header header;
    RangeHead file;  // of the first range; total is known
};

// Reads no more of the file than its header, in ranges of 256 KiB to 4 MiB, at most 68 MiB
// together. Errors of gguf::read besides; interrupted, it is 4047.
[[nodiscard]] Result<RemoteHeader> read_remote_header(
    http::Client& client,
    const std::string& url,
    const Patience& patience = {},
    const std::atomic<bool>* interrupted = nullptr);

// Where a redirect leads: `location` as seen from `base`; nullopt: nowhere that may be followed.
[[nodiscard]] std::optional<std::string> redirected(const std::string& base,
                                                    std::string_view location);

}  // namespace palier::catalog
