// The file: a line with its version and the SHA-256 of all that follows, a line of JSON for people,
// then the arrays, each as its length (8 bytes) and its numbers (4 or 8 bytes), little-endian.
#include "base/files.h"
#include "base/text.h"
#include "learn/codes.h"
#include "learn/learned.h"
#include "lib/hash/sha256.h"
#include "lib/json/json.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace palier::learn {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view k_begin = "palier-learned 1 ";

class Writer {
   public:
    template <class T>
    Writer& operator()(const std::vector<T>& numbers) {
        static_assert(std::is_arithmetic_v<T>);
        size(numbers.size());
        out_.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T));
        return *this;
    }
    Writer& operator()(const Sparse& sparse) {
        std::vector<std::uint32_t> pieces;
        std::vector<float> values;
        for (const auto& [piece, value] : sparse) {
            pieces.push_back(piece);
            values.push_back(value);
        }
        return (*this)(pieces)(values);
    }
    Writer& operator()(const std::vector<Sparse>& all) {
        size(all.size());
        for (const Sparse& sparse : all) {
            (*this)(sparse);
        }
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

   private:
    void size(std::uint64_t count) {
        out_.append(reinterpret_cast<const char*>(&count), sizeof count);
    }
    std::string out_;
};

// Reads what a Writer wrote; `failed` once it does not hold that.
class Reader {
   public:
    explicit Reader(std::string_view bytes) : left_(bytes) {}

    template <class T>
    Reader& operator()(std::vector<T>& numbers) {
        static_assert(std::is_arithmetic_v<T>);
        const std::uint64_t count = size(sizeof(T));
        numbers.resize(count);
        // Not memcpy: it takes no null, not even for nothing.
        const std::string_view bytes = left_.substr(0, count * sizeof(T));
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(numbers.data()));
        left_.remove_prefix(bytes.size());
        if constexpr (std::is_floating_point_v<T>) {
            for (const T number : numbers) {
                failed_ = failed_ || !std::isfinite(number);
            }
        }
        return *this;
    }
    Reader& operator()(Sparse& sparse) {
        std::vector<std::uint32_t> pieces;
        std::vector<float> values;
        (*this)(pieces)(values);
        failed_ = failed_ || pieces.size() != values.size();
        for (std::size_t i = 0; i < pieces.size() && !failed_; ++i) {
            failed_ = i > 0 && pieces[i] <= pieces[i - 1];
            sparse.emplace_back(pieces[i], values[i]);
        }
        return *this;
    }
    Reader& operator()(std::vector<Sparse>& all) {
        const std::uint64_t count = size(2 * sizeof(std::uint64_t));
        for (std::uint64_t i = 0; i < count && !failed_; ++i) {
            (*this)(all.emplace_back());
        }
        return *this;
    }
    [[nodiscard]] bool is_whole() const { return !failed_ && left_.empty(); }

   private:
    // How many elements of at least so many bytes follow; 0 where they cannot.
    std::uint64_t size(std::size_t element) {
        std::uint64_t count = 0;
        if (failed_ || left_.size() < sizeof count) {
            failed_ = true;
            return 0;
        }
        std::memcpy(&count, left_.data(), sizeof count);
        left_.remove_prefix(sizeof count);
        if (count > left_.size() / element) {
            failed_ = true;
            return 0;
        }
        return count;
    }
    std::string_view left_;
    bool failed_ = false;
};

void write(Writer& out, const Majority& how) {
    out(how.log_shares);
}
void write(Writer& out, const Nearest& how) {
    out(how.ngrams.rarities())(how.labels)(how.examples);
}
void write(Writer& out, const LinearText& how) {
    out(how.ngrams.rarities())(how.weights)(how.bias);
}
void write(Writer& out, const Head& how) {
    out(how.mean)(how.scale)(how.weights)(how.bias);
}

// nullopt: it does not hold what this method needs, for so many labels.
std::optional<Majority> majority(Reader& in, std::size_t labels) {
    Majority how;
    in(how.log_shares);
    return how.log_shares.size() == labels ? std::optional(how) : std::nullopt;
}

std::optional<Nearest> nearest(Reader& in, std::size_t labels) {
    Nearest how;
    Sparse rarities;
    in(rarities)(how.labels)(how.examples);
    how.ngrams = Ngrams(std::move(rarities));
    for (const std::uint32_t label : how.labels) {
        if (label >= labels) {
            return std::nullopt;
        }
    }
    return how.labels.size() == how.examples.size() ? std::optional(std::move(how)) : std::nullopt;
}

std::optional<LinearText> linear(Reader& in, std::size_t labels) {
    LinearText how;
    Sparse rarities;
    in(rarities)(how.weights)(how.bias);
    how.ngrams = Ngrams(std::move(rarities));
    const bool fits =
        how.bias.size() == labels && how.weights.size() == how.ngrams.rarities().size() * labels;
    return fits ? std::optional(std::move(how)) : std::nullopt;
}

std::optional<Head> head(Reader& in, std::size_t labels, const json::Value& about) {
    Head how;
    in(how.mean)(how.scale)(how.weights)(how.bias);
    how.model_identity = about["model"].as_string();
    const bool fits = !how.model_identity.empty() && how.scale.size() == how.mean.size() &&
                      how.bias.size() == labels && how.weights.size() == how.mean.size() * labels;
    return fits ? std::optional(std::move(how)) : std::nullopt;
}

template <class How>
bool take(Learned& learned, std::optional<How> how) {
    if (how) {
        learned.how = std::move(*how);
    }
    return how.has_value();
}

bool take_how(Learned& learned, const json::Value& about, Reader& in) {
    const std::string& method = about["method"].as_string();
    const std::size_t labels = learned.labels.size();
    return method == "majority"  ? take(learned, majority(in, labels))
           : method == "nearest" ? take(learned, nearest(in, labels))
           : method == "n-grams" ? take(learned, linear(in, labels))
           : method == "head"    ? take(learned, head(in, labels, about))
                                 : false;
}

}  // namespace

std::string bytes_of(const Learned& learned) {
    json::Value about(json::Object{});
    about.add("method", name_of(learned));
    json::Value labels(json::Array{});
    for (const std::string& label : learned.labels) {
        labels.push(label);
    }
    about.add("labels", std::move(labels));
    about.add("examples", learned.examples);
    about.add("examples_sha256", learned.examples_sha256);
    about.add("strength", learned.strength);
    if (const Head* const known = learned.head()) {
        about.add("model", known->model_identity);
    }
    Writer out;
    std::visit([&](const auto& known) { write(out, known); }, learned.how);
    const std::string body = json::write(about) + "\n" + out.take();
    return with_checksum(body);
}

std::string with_checksum(std::string_view body) {
    return std::string(k_begin) + hash::sha256_hex(body) + "\n" + std::string(body);
}

Result<Learned> learned_of(std::string_view bytes, const std::string& path) {
    const auto bad = [&](const std::string& why) {
        return Error(codes::not_learned, {{"path", path}, {"why", why}});
    };
    constexpr std::size_t k_hash = 64;
    const std::size_t head_line = k_begin.size() + k_hash;
    if (!bytes.starts_with(k_begin) || bytes.size() <= head_line || bytes[head_line] != '\n') {
        return bad("it does not begin with \"" + std::string(trim(k_begin)) + "\"");
    }
    const std::string_view body = bytes.substr(head_line + 1);
    if (hash::sha256_hex(body) != bytes.substr(k_begin.size(), k_hash)) {
        return bad("its checksum is another: it was cut or altered");
    }
    const std::size_t line = body.find('\n');
    if (line == std::string_view::npos) {
        return bad("it ends after its first line");
    }
    const auto parsed = json::parse(body.substr(0, line));
    const auto* about = std::get_if<json::Value>(&parsed);
    if (about == nullptr) {
        return bad("its second line is no JSON");
    }
    Learned learned;
    for (const json::Value& label : (*about)["labels"].as_array()) {
        learned.labels.push_back(label.as_string());
    }
    learned.examples = (*about)["examples"].as_int();
    learned.examples_sha256 = (*about)["examples_sha256"].as_string();
    learned.strength = (*about)["strength"].as_double();
    Reader in(body.substr(line + 1));
    if (learned.labels.empty() || !take_how(learned, *about, in) || !in.is_whole()) {
        return bad("its numbers are not those of the method that it names");
    }
    return learned;
}

Result<Learned> read_learned(const std::string& path) {
    auto bytes = read_file(path);
    PALIER_TRY(bytes);
    return learned_of(*bytes, path);
}

}  // namespace palier::learn
