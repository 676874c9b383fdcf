#include "engine/llama/peak_process.h"

#include "base/text.h"
#include "engine/codes.h"
#include "engine/llama/llama.h"
#include "lib/json/json.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <ostream>

extern char** environ;

namespace palier::engine::llama {
namespace {

std::string name_of(Kind kind) {
    return kind == Kind::Score ? "score" : kind == Kind::State ? "state" : "generate";
}

// The parent is this same program: there are no other names.
Kind kind_of(const std::string& name) {
    return name == "score" ? Kind::Score : name == "state" ? Kind::State : Kind::Generate;
}

json::Value to_json(const Request& request) {
    json::Value messages = json::Array{};
    for (const Message& message : request.messages) {
        messages.push(json::Array{message.role, message.content});
    }
    json::Value labels = json::Array{};
    for (const std::string& label : request.labels) {
        labels.push(label);
    }
    json::Value value;
    value.add("kind", name_of(request.kind)).add("messages", std::move(messages));
    value.add("labels", std::move(labels)).add("max_tokens", request.sampling.max_tokens);
    return value;
}

Request request_of(const json::Value& value, std::uint64_t id) {
    Request request;
    request.id = id;
    request.kind = kind_of(value["kind"].as_string());
    for (const json::Value& pair : value["messages"].as_array()) {
        const json::Array& parts = pair.as_array();
        if (parts.size() == 2) {
            request.messages.push_back({parts[0].as_string(), parts[1].as_string()});
        }
    }
    for (const json::Value& label : value["labels"].as_array()) {
        request.labels.push_back(label.as_string());
    }
    request.sampling.max_tokens = static_cast<int>(value["max_tokens"].as_int(16));
    return request;
}

json::Value to_json(const OpenSpec& spec, const std::vector<Request>& sample) {
    json::Value value;
    value.add("path", spec.path).add("sha256", spec.file_sha256).add("weights", spec.weights);
    value.add("threads", spec.threads)
        .add("context", spec.context_tokens)
        .add("sequences", spec.sequences);
    json::Value requests = json::Array{};
    for (const Request& request : sample) {
        requests.push(to_json(request));
    }
    value.add("sample", std::move(requests));
    return value;
}

Error failed(std::string reason) {
    return Error(engine::codes::memory_unmeasured, {{"reason", std::move(reason)}});
}

// Runs `program` with `line` on its standard input and returns what it printed.
Result<std::string> run_child(const std::string& program, const std::string& line) {
    std::array<int, 2> to_child{};
    std::array<int, 2> from_child{};
    if (pipe2(to_child.data(), O_CLOEXEC) != 0 || pipe2(from_child.data(), O_CLOEXEC) != 0) {
        return failed(std::strerror(errno));
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_child[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from_child[1], STDOUT_FILENO);
    std::string name = program;
    std::string verb = k_peak_verb;
    std::array<char*, 3> arguments{name.data(), verb.data(), nullptr};
    pid_t child = 0;
    const int started =
        posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(to_child[0]);
    close(from_child[1]);
    if (started != 0) {
        close(to_child[1]);
        close(from_child[0]);
        return failed(std::strerror(started));
    }
    // A child that died early closes the pipe; its exit status tells, not this write.
    for (std::size_t sent = 0; sent < line.size();) {
        const ssize_t n = write(to_child[1], line.data() + sent, line.size() - sent);
        if (n <= 0) {
            break;
        }
        sent += static_cast<std::size_t>(n);
    }
    close(to_child[1]);
    std::string printed;
    std::array<char, 4096> block{};
    for (ssize_t n = 0; (n = read(from_child[0], block.data(), block.size())) > 0;) {
        printed.append(block.data(), static_cast<std::size_t>(n));
    }
    close(from_child[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        return failed("the measuring process ended by signal " + std::to_string(WTERMSIG(status)) +
                      (WTERMSIG(status) == 9 ? " (out of memory?)" : ""));
    }
    return printed;
}

Result<std::uint64_t> bytes_of(const std::string& program, const json::Value& question) {
    const auto printed = run_child(program, json::write(question) + "\n");
    if (!printed) {
        return printed.error();
    }
    const auto answer = json::parse_or_nothing(trim(*printed));
    if (!answer || !(*answer)["bytes"].is_int()) {
        return failed(answer ? (*answer)["error"].as_string() : shortened(*printed, 200));
    }
    return static_cast<std::uint64_t>((*answer)["bytes"].as_int());
}

}  // namespace

Result<std::uint64_t> peak_memory(const std::string& program,
                                  const OpenSpec& spec,
                                  const std::vector<Request>& sample) {
    const auto empty = bytes_of(program, json::Object{{"empty", true}});
    if (!empty) {
        return empty.error();
    }
    const auto loaded = bytes_of(program, to_json(spec, sample));
    if (!loaded) {
        return loaded.error();
    }
    return *loaded > *empty ? *loaded - *empty : 0;
}

int peak_child(std::istream& in, std::ostream& out) {
    std::string line;
    std::getline(in, line);
    const auto question = json::parse_or_nothing(line);
    if (!question) {
        out << R"({"error":"no question on standard input"})" << std::endl;
        return 2;
    }
    Result<std::uint64_t> bytes = std::uint64_t{0};
    if ((*question)["empty"].as_bool()) {
        bytes = peak_resident_bytes();
    } else {
        OpenSpec spec;
        spec.path = (*question)["path"].as_string();
        spec.file_sha256 = (*question)["sha256"].as_string();
        spec.weights = (*question)["weights"].as_string();
        spec.threads = static_cast<int>((*question)["threads"].as_int());
        spec.context_tokens = static_cast<int>((*question)["context"].as_int(4096));
        spec.sequences = static_cast<int>((*question)["sequences"].as_int(16));
        std::vector<Request> sample;
        for (const json::Value& request : (*question)["sample"].as_array()) {
            sample.push_back(request_of(request, sample.size() + 1));
        }
        bytes = peak_memory_here(spec, sample);
    }
    if (!bytes) {
        std::string why = "PAL-" + std::to_string(bytes.error().code);
        for (const auto& [name, value] : bytes.error().args) {
            why += " " + name + "=" + value;
        }
        out << json::write(json::Object{{"error", why}}) << std::endl;
        return 1;
    }
    out << json::write(json::Object{{"bytes", *bytes}}) << std::endl;
    return 0;
}

}  // namespace palier::engine::llama
