// One request under way: its libcurl handle, its limits and what has arrived. For client.cpp; the
// worker thread alone uses it.
#pragma once

#include "lib/http/client.h"

#include <curl/curl.h>

#include <array>
#include <chrono>

namespace palier::http {

class Transfer {
   public:
    Transfer(std::uint64_t number, Request request, Handler handler);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    static Transfer& of(CURL* easy);

    [[nodiscard]] CURL* easy() const { return easy_; }  // nullptr: no memory
    [[nodiscard]] std::uint64_t number() const { return number_; }

    // When it counts as silent if no byte comes before; the far future without such a limit.
    [[nodiscard]] std::chrono::steady_clock::time_point silent_from() const;
    [[nodiscard]] bool is_silent_at(std::chrono::steady_clock::time_point now) const {
        return silent_from() <= now;
    }
    [[nodiscard]] std::optional<Failure> failure_of(CURLcode code) const;
    [[nodiscard]] std::string reason_of(CURLcode code) const;
    // Hands the outcome over; the last call.
    void end(std::optional<Failure> failure, std::string reason);

   private:
    void set_up();
    void set_up_tls();
    void set_limits();
    static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
    bool add_header_line(std::string_view line);
    bool add_body(std::string_view bytes);

    std::uint64_t number_;
    Request request_;
    Handler handler_;
    CURL* easy_;
    curl_slist* header_list_ = nullptr;
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    Outcome outcome_;
    std::size_t received_ = 0;
    bool anything_came_ = false;
    bool head_given_ = false;  // to on_head
    std::optional<Failure> stopped_by_us_;
};

}  // namespace palier::http
