#include "catalog/pull.h"

#include "catalog/codes.h"
#include "catalog/test_gguf.h"
#include "lib/gguf/codes.h"
#include "lib/hash/sha256.h"
#include "lib/http/scripted_server.h"

#include <doctest/doctest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace palier::catalog {
namespace {

namespace fs = std::filesystem;
using http::answer;
using http::ScriptedServer;
using http::Seen;
using http::Steps;
using std::chrono::milliseconds;

class Folder {
   public:
    Folder() : path_(fs::temp_directory_path() / ("palier-pull-" + std::to_string(getpid()))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return (path_ / name).string();
    }
    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
    }

   private:
    fs::path path_;
};

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

// A model of one file, on a server that plays its hub.
struct Hub {
    std::string file = test_gguf(600'000);
    Known model;
    KnownFile known;
    Folder folder;
    std::atomic<bool> interrupted{false};

    Hub() {
        known.quantisation = "Q4_K_M";
        known.file = "small.gguf";
        known.repository = "somebody/small";
        known.bytes = file.size();
        known.sha256 = hash::sha256_hex(file);
        model.name = "small";
        model.files = {known};
    }
    Result<Pulled> pull_from(const ScriptedServer& server, PullEvents events = {}) {
        PullOptions options;
        options.models_dir = folder.path();
        options.hub = server.url();
        options.interrupted = &interrupted;
        options.patience = {milliseconds(1000), milliseconds(300)};
        options.pause = milliseconds(1);
        options.tries = 3;
        options.events = std::move(events);
        return pull(model, known, options);
    }
    Steps serve(const Seen& seen) const { return {ranged(file, seen)}; }
    // The head of an answer with the whole range, then `bytes` of it, then the end of the
    // connection.
    [[nodiscard]] Steps break_off(const Seen& seen, std::size_t bytes) const {
        const std::string whole = ranged(file, seen).bytes;
        const std::size_t body = whole.find("\r\n\r\n") + 4;
        return {http::send(whole.substr(0, body + bytes)), http::close()};
    }
};

// Requests of the download itself, which has no end of its range.
bool is_download(const Seen& seen) {
    return seen.headers.count("range") != 0 && seen.headers.at("range").ends_with('-');
}

TEST_CASE("a file comes whole, is compared with the catalogue and is in the index") {
    Hub hub;
    const ScriptedServer server([&](const Seen& seen) { return hub.serve(seen); });
    bool judged = false;
    std::uint64_t last = 0;
    PullEvents events;
    events.on_judged = [&](const RemoteHeader& read) {
        judged = read.header.architecture() == "llama";
    };
    events.on_progress = [&](std::uint64_t done, std::uint64_t) { last = done; };
    const auto pulled = hub.pull_from(server, events);
    REQUIRE(pulled);
    CHECK(judged);
    CHECK(last == hub.file.size());
    CHECK(pulled->compared_with == Judge::Catalogue);
    CHECK(content(hub.folder / "small.gguf") == hub.file);
    CHECK(hub.folder.files() == 2);  // the file and the index
    const auto index = read_index(hub.folder.path());
    REQUIRE(index);
    REQUIRE(index->size() == 1);
    CHECK(index->front().name == "small");
    CHECK(index->front().sha256 == hub.known.sha256);
    CHECK(server.requests().front().path == "/somebody/small/resolve/main/small.gguf");

    const std::size_t before = server.requests().size();
    const auto again = hub.pull_from(server);
    REQUIRE(again);
    CHECK(again->already_there);
    CHECK(server.requests().size() == before);
}

TEST_CASE("a transfer that breaks off goes on where it stopped") {
    Hub hub;
    std::atomic<int> downloads{0};
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (is_download(seen) && ++downloads < 4) {
            return hub.break_off(seen, 100'000);
        }
        return hub.serve(seen);
    });
    int retries = 0;
    PullEvents events;
    events.on_retry = [&](const Error&, int) { ++retries; };
    const auto pulled = hub.pull_from(server, events);
    REQUIRE(pulled);
    CHECK(retries == 3);
    CHECK(content(hub.folder / "small.gguf") == hub.file);
    const Seen last = server.requests().back();
    CHECK(last.headers.at("range") == "bytes=300000-");
    CHECK(last.headers.at("if-range") == "\"one\"");
}

TEST_CASE("what an earlier call brought is used, if the file is still the same") {
    Hub hub;
    std::atomic<bool> breaks{true};
    std::string etag = "\"one\"";
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (is_download(seen) && breaks) {
            return seen.headers.at("range") == "bytes=0-" ? hub.break_off(seen, 200'000)
                                                          : Steps{http::close()};
        }
        return {ranged(hub.file, seen, etag)};
    });
    REQUIRE(hub.pull_from(server).error().code / 10 == 404);
    CHECK(fs::file_size(hub.folder / "small.gguf.part") == 200'000);
    CHECK_FALSE(fs::exists(hub.folder / "small.gguf"));

    breaks = false;
    std::uint64_t resumed = 0;
    PullEvents events;
    events.on_resumed = [&](std::uint64_t have) { resumed = have; };
    SUBCASE("the same file") {
        REQUIRE(hub.pull_from(server, events));
        CHECK(resumed == 200'000);
        CHECK(server.requests().back().headers.at("range") == "bytes=200000-");
    }
    SUBCASE("another ETag: it comes whole") {
        etag = "\"two\"";
        REQUIRE(hub.pull_from(server, events));
    }
    SUBCASE("a part that nobody explains begins anew") {
        fs::remove(hub.folder / "small.gguf.part.json");
        REQUIRE(hub.pull_from(server, events));
        CHECK(resumed == 0);
    }
    SUBCASE("a part with a broken note begins anew") {
        write(hub.folder / "small.gguf.part.json", "{\"etag\": 3, ");
        REQUIRE(hub.pull_from(server, events));
        CHECK(resumed == 0);
    }
    CHECK(content(hub.folder / "small.gguf") == hub.file);
}

TEST_CASE("bytes that differ are deleted, whoever stated the checksum") {
    Hub hub;
    std::string stated;
    std::string sent = hub.file;
    sent[sent.size() - 5] = 'X';  // in the weights: the header is in order
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (!stated.empty() && seen.path.find("/cdn") != 0) {
            return {answer(302, "", "Location: /cdn\r\nX-Linked-Etag: \"" + stated + "\"\r\n")};
        }
        return {ranged(sent, seen)};
    });
    SUBCASE("the catalogue's") {}
    SUBCASE("the hub's") {
        hub.known.sha256.clear();
        stated = hash::sha256_hex(hub.file);
    }
    const auto pulled = hub.pull_from(server);
    REQUIRE_FALSE(pulled);
    CHECK(pulled.error().code == codes::wrong_checksum);
    CHECK(hub.folder.files() == 0);
}

TEST_CASE("who stated the checksum is told") {
    Hub hub;
    hub.known.sha256.clear();
    std::string stated;
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (!stated.empty() && seen.path != "/cdn") {
            return {answer(302, "", "Location: /cdn\r\nX-Linked-Etag: \"" + stated + "\"\r\n")};
        }
        return hub.serve(seen);
    });
    SUBCASE("nobody") {
        CHECK(hub.pull_from(server)->compared_with == Judge::Nobody);
    }
    SUBCASE("the hub") {
        stated = hash::sha256_hex(hub.file);
        CHECK(hub.pull_from(server)->compared_with == Judge::Hub);
    }
}

TEST_CASE("a hub that states other bytes is refused before anything is downloaded") {
    Hub hub;
    std::string stated = std::string(64, 'a');
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (seen.path != "/cdn") {
            return {answer(302, "", "Location: /cdn\r\nX-Linked-Etag: \"" + stated + "\"\r\n")};
        }
        return hub.serve(seen);
    });
    SUBCASE("another checksum") {}
    SUBCASE("another size") {
        stated = hub.known.sha256;
        hub.known.bytes = hub.file.size() + 1;
    }
    CHECK(hub.pull_from(server).error().code == codes::other_model_at_hub);
    CHECK(hub.folder.files() == 0);
    for (const Seen& seen : server.requests()) {
        CHECK_FALSE(is_download(seen));
    }
}

TEST_CASE("what is no model is refused before it is downloaded") {
    Hub hub;
    const ScriptedServer server(
        [&](const Seen& seen) -> Steps { return {ranged("<html>Log in</html>", seen)}; });
    CHECK(hub.pull_from(server).error().code == gguf::codes::no_gguf);
    CHECK(hub.folder.files() == 0);
}

TEST_CASE("a server without ranges is told, and its file is judged at the end") {
    Hub hub;
    const ScriptedServer server([&](const Seen&) -> Steps { return {answer(200, hub.file)}; });
    bool told = false;
    PullEvents events;
    events.on_not_judged = [&] { told = true; };
    SUBCASE("the right file") {
        REQUIRE(hub.pull_from(server, events));
        CHECK(content(hub.folder / "small.gguf") == hub.file);
    }
    SUBCASE("text, and no checksum to tell") {
        hub.file = "<html>Log in</html>";
        hub.known.sha256.clear();
        CHECK(hub.pull_from(server, events).error().code == gguf::codes::no_gguf);
        CHECK(hub.folder.files() == 0);
    }
    SUBCASE("without ranges, a part begins anew") {
        write(hub.folder / "small.gguf.part", "old");
        write(hub.folder / "small.gguf.part.json",
              "{\"etag\":\"\",\"sha256\":\"" + hub.known.sha256 + "\",\"total\":600500}");
        REQUIRE(hub.pull_from(server, events));
        CHECK(content(hub.folder / "small.gguf") == hub.file);
    }
    CHECK(told);
}

TEST_CASE("a server that sends without an end is stopped") {
    Hub hub;
    const ScriptedServer server([&](const Seen&) -> Steps {
        return {http::send("HTTP/1.1 200 x\r\n\r\n" + hub.file + hub.file), http::close()};
    });
    CHECK(hub.pull_from(server).error().code == codes::other_model_at_hub);
    CHECK_FALSE(fs::exists(hub.folder / "small.gguf"));
}

TEST_CASE("an interrupted download keeps its part, and says so") {
    Hub hub;
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        if (is_download(seen)) {
            Steps steps = hub.break_off(seen, 150'000);
            steps.back() = http::hang();
            return steps;
        }
        return hub.serve(seen);
    });
    PullEvents events;
    events.on_progress = [&](std::uint64_t done, std::uint64_t) {
        hub.interrupted = done >= 150'000;
    };
    const auto pulled = hub.pull_from(server, events);
    REQUIRE(pulled);
    CHECK(pulled->interrupted);
    CHECK(fs::file_size(hub.folder / "small.gguf.part") == 150'000);
    CHECK_FALSE(fs::exists(hub.folder / "small.gguf"));
}

TEST_CASE("a disk that becomes full is an error of its own, and the part is kept") {
    Hub hub;
    const ScriptedServer server([&](const Seen& seen) { return hub.serve(seen); });
    // A limit on the size of files stands for the full disk.
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto old = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{250'000, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto pulled = hub.pull_from(server);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old);
    REQUIRE_FALSE(pulled);
    CHECK(pulled.error().code == codes::disk_full_while_writing);
    CHECK(fs::file_size(hub.folder / "small.gguf.part") == 250'000);
    // With room again, it goes on.
    REQUIRE(hub.pull_from(server));
    CHECK(server.requests().back().headers.at("range") == "bytes=250000-");
    CHECK(content(hub.folder / "small.gguf") == hub.file);
}

TEST_CASE("a file that nobody has room for is refused before it is downloaded") {
    Hub hub;
    hub.known.bytes.reset();
    hub.known.sha256.clear();
    const std::uint64_t huge = std::uint64_t{1} << 60U;
    const ScriptedServer server([&](const Seen& seen) -> Steps {
        const auto [first, last] = range_of(seen, hub.file.size());
        return {answer(206,
                       hub.file.substr(first, last - first + 1),
                       "Content-Range: bytes " + std::to_string(first) + "-" +
                           std::to_string(last) + "/" + std::to_string(huge) + "\r\n")};
    });
    CHECK(hub.pull_from(server).error().code == codes::no_room);
    CHECK(check_room(hub.folder.path(), 1'000).has_value());
    CHECK(check_room(hub.folder.path(), huge).error().code == codes::no_room);
}

TEST_CASE("two downloads of one file do not write over each other") {
    Hub hub;
    const ScriptedServer server([&](const Seen& seen) { return hub.serve(seen); });
    const int other = ::open((hub.folder / "small.gguf.part").c_str(), O_RDWR | O_CREAT, 0644);
    REQUIRE(flock(other, LOCK_EX) == 0);
    CHECK(hub.pull_from(server).error().code == codes::being_written);
    ::close(other);
    CHECK(hub.pull_from(server).has_value());
}

TEST_CASE("another file under the same name is not overwritten") {
    Hub hub;
    write(hub.folder / "small.gguf", "somebody's");
    const ScriptedServer server([&](const Seen& seen) { return hub.serve(seen); });
    CHECK(hub.pull_from(server).error().code == codes::other_file);
    CHECK(content(hub.folder / "small.gguf") == "somebody's");
}

TEST_CASE("a file that is on no hub is said to be") {
    Hub hub;
    hub.known.repository = "ollama:small";
    const ScriptedServer server([&](const Seen& seen) { return hub.serve(seen); });
    CHECK(hub.pull_from(server).error().code == codes::not_on_hub);
}

}  // namespace
}  // namespace palier::catalog
