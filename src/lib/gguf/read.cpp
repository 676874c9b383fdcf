// How a header is read: magic and version, metadata, tensor descriptions, then the checks that need
// all of them (alignment, overlap, end of file). A length that goes past the end of the file is
// reported as truncation, anything that no length of file could mend as corruption.
#include "lib/gguf/bytes.h"
#include "lib/gguf/codes.h"
#include "lib/gguf/gguf.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace palier::gguf {
namespace {

constexpr std::uint64_t k_pairs_max = 65'536;
constexpr std::uint64_t k_tensors_max = 65'536;
constexpr std::uint64_t k_key_bytes_max = 65'535;  // the format's own limit
constexpr std::uint64_t k_name_bytes_max = 64;     // the format's own limit
constexpr std::uint64_t k_text_bytes_max = 4U << 20U;
constexpr std::uint32_t k_dims_max = 4;
constexpr int k_nesting_max = 4;
constexpr std::uint64_t k_alignment_max = 1U << 20U;

enum class Type : std::uint32_t {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    String,
    Array,
    U64,
    I64,
    F64
};

// Bytes of a value of fixed size; 0 for strings, arrays and numbers that are no type.
std::uint64_t width_of(std::uint32_t type) {
    constexpr std::array<std::uint64_t, 13> k_widths{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return type < k_widths.size() ? k_widths[type] : 0;
}

std::string printable(const std::array<char, 4>& bytes) {
    std::string shown;
    for (const char byte : bytes) {
        const auto code = static_cast<unsigned char>(byte);
        shown += code < 128 && std::isprint(code) != 0 ? byte : '?';
    }
    return shown;
}

class Reader {
   public:
    Reader(std::string path, ByteSource& source) : path_(std::move(path)), bytes_(source) {}

    Result<Header> run() {
        PALIER_TRY(start());
        for (std::uint64_t i = 0; i < pairs_; ++i) {
            PALIER_TRY(pair());
            PALIER_TRY(within_limit());
        }
        PALIER_TRY(settings());
        for (std::uint64_t i = 0; i < tensors_; ++i) {
            PALIER_TRY(tensor());
        }
        PALIER_TRY(within_limit());
        PALIER_TRY(place_data());
        return std::move(header_);
    }

   private:
    [[nodiscard]] Error truncated(const std::string& what) const {
        if (bytes_.failure()) {
            return *bytes_.failure();
        }
        return Error(codes::cut_short,
                     {{"path", path_},
                      {"what", what},
                      {"where", std::to_string(bytes_.position())},
                      {"size", std::to_string(bytes_.size())}});
    }
    [[nodiscard]] Error corrupted(const std::string& what) const {
        return Error(
            codes::damaged,
            {{"path", path_}, {"what", what}, {"where", std::to_string(bytes_.position())}});
    }

    Result<void> within_limit() const;
    Result<void> start();
    Result<void> pair();
    Result<void> settings();
    Result<void> tensor();
    Result<void> shape(Tensor& tensor);
    Result<void> place_data();
    Result<std::string> text(std::uint64_t limit, const std::string& what);
    Result<Value> value(std::uint32_t type, const std::string& key);
    Result<ArrayShape> array(const std::string& key, int depth);
    [[nodiscard]] bool token(std::uint64_t id, std::uint64_t bytes);
    Result<ArrayShape> kept_array(std::uint32_t type, std::uint64_t length, const std::string& key);

    template <class T>
    Result<T> number(const std::string& what) {
        const std::optional<T> read = bytes_.number<T>();
        if (!read) {
            return truncated(what);
        }
        return *read;
    }

    std::string path_;
    Bytes bytes_;
    Header header_;
    std::uint64_t pairs_ = 0;
    std::uint64_t tensors_ = 0;
    std::uint64_t kept_ = 0;  // bytes of names and texts so far
    std::set<std::string, std::less<>> seen_;
};

Result<void> Reader::within_limit() const {
    if (bytes_.position() > k_header_bytes) {
        return corrupted("its header is longer than " + std::to_string(k_header_bytes) + " bytes");
    }
    return {};
}

Result<void> Reader::start() {
    std::array<char, 4> magic{};
    if (!bytes_.take(magic.data(), magic.size())) {
        if (bytes_.failure()) {
            return *bytes_.failure();
        }
        return Error(codes::no_gguf, {{"path", path_}, {"found", "fewer than 4 bytes"}});
    }
    if (std::string_view(magic.data(), magic.size()) != "GGUF") {
        return Error(codes::no_gguf, {{"path", path_}, {"found", "\"" + printable(magic) + "\""}});
    }
    const auto version = number<std::uint32_t>("version");
    PALIER_TRY(version);
    constexpr std::uint32_t k_two_swapped = 0x0200'0000, k_three_swapped = 0x0300'0000;
    if (*version == k_two_swapped || *version == k_three_swapped) {
        return Error(codes::big_endian, {{"path", path_}});
    }
    if (*version != 2 && *version != 3) {
        return Error(codes::unknown_version,
                     {{"path", path_}, {"version", std::to_string(*version)}});
    }
    header_.version = *version;
    header_.file_bytes = bytes_.size();
    const auto tensors = number<std::uint64_t>("number of tensors");
    PALIER_TRY(tensors);
    const auto pairs = number<std::uint64_t>("number of metadata entries");
    PALIER_TRY(pairs);
    tensors_ = *tensors;
    pairs_ = *pairs;
    if (tensors_ > k_tensors_max || pairs_ > k_pairs_max) {
        return corrupted("it claims " + std::to_string(tensors_) + " tensors and " +
                         std::to_string(pairs_) + " metadata entries");
    }
    return {};
}

Result<std::string> Reader::text(std::uint64_t limit, const std::string& what) {
    const auto length = number<std::uint64_t>("length of " + what);
    PALIER_TRY(length);
    if (*length > limit) {
        return corrupted(what + " claims to be " + std::to_string(*length) + " bytes long");
    }
    if (*length > bytes_.left()) {
        return truncated(what);
    }
    kept_ += *length + sizeof(Tensor);
    if (kept_ > k_kept_bytes) {
        return corrupted("names and texts take more than " + std::to_string(k_kept_bytes) +
                         " bytes");
    }
    std::string read(static_cast<std::size_t>(*length), '\0');
    if (!bytes_.take(read.data(), read.size())) {
        return truncated(what);
    }
    return read;
}

Result<void> Reader::pair() {
    auto key = text(k_key_bytes_max, "a metadata key");
    PALIER_TRY(key);
    if (key->empty()) {
        return corrupted("a metadata key is empty");
    }
    if (!seen_.insert(*key).second) {
        return corrupted("metadata key \"" + *key + "\" stands twice");
    }
    const auto type = number<std::uint32_t>("type of " + *key);
    PALIER_TRY(type);
    auto read = value(*type, *key);
    PALIER_TRY(read);
    header_.metadata.emplace_back(std::move(*key), std::move(*read));
    return {};
}

Result<Value> Reader::value(std::uint32_t type, const std::string& key) {
    const auto as = [&]<class Stored, class Kept>(Stored, Kept) -> Result<Value> {
        const auto read = number<Stored>(key);
        PALIER_TRY(read);
        return Value(static_cast<Kept>(*read));
    };
    switch (static_cast<Type>(type)) {
        case Type::U8:
            return as(std::uint8_t{}, std::uint64_t{});
        case Type::U16:
            return as(std::uint16_t{}, std::uint64_t{});
        case Type::U32:
            return as(std::uint32_t{}, std::uint64_t{});
        case Type::U64:
            return as(std::uint64_t{}, std::uint64_t{});
        case Type::I8:
            return as(std::int8_t{}, std::int64_t{});
        case Type::I16:
            return as(std::int16_t{}, std::int64_t{});
        case Type::I32:
            return as(std::int32_t{}, std::int64_t{});
        case Type::I64:
            return as(std::int64_t{}, std::int64_t{});
        case Type::F32:
            return as(float{}, double{});
        case Type::F64:
            return as(double{}, double{});
        case Type::Bool: {
            const auto read = number<std::uint8_t>(key);
            PALIER_TRY(read);
            return Value(*read != 0);
        }
        case Type::String: {
            auto read = text(k_text_bytes_max, key);
            PALIER_TRY(read);
            return Value(std::move(*read));
        }
        case Type::Array: {
            const auto read = array(key, 1);
            PALIER_TRY(read);
            return Value(*read);
        }
    }
    return corrupted("metadata entry \"" + key + "\" has type " + std::to_string(type) +
                     ", which does not exist");
}

Result<ArrayShape> Reader::array(const std::string& key, int depth) {
    const auto type = number<std::uint32_t>("element type of " + key);
    PALIER_TRY(type);
    const auto length = number<std::uint64_t>("length of " + key);
    PALIER_TRY(length);
    const std::uint64_t width = width_of(*type);
    if (width > 0) {
        const bool real = *type == static_cast<std::uint32_t>(Type::F32) ||
                          *type == static_cast<std::uint32_t>(Type::F64);
        if (depth == 1 && !real && *length <= k_kept_elements) {
            return kept_array(*type, *length, key);
        }
        // Divided, not multiplied: the product may not fit.
        if (*length > bytes_.left() / width || !bytes_.skip(*length * width)) {
            return truncated("the " + std::to_string(*length) + " elements of " + key);
        }
        return ArrayShape{*length, {}};
    }
    const bool strings = *type == static_cast<std::uint32_t>(Type::String);
    if (!strings && *type != static_cast<std::uint32_t>(Type::Array)) {
        return corrupted("array \"" + key + "\" has elements of type " + std::to_string(*type) +
                         ", which does not exist");
    }
    if (!strings && depth >= k_nesting_max) {
        return corrupted("array \"" + key + "\" is nested too deeply");
    }
    if (*length > bytes_.left() / sizeof(std::uint64_t)) {
        return truncated("the " + std::to_string(*length) + " elements of " + key);
    }
    for (std::uint64_t i = 0; i < *length; ++i) {
        if (!strings) {
            PALIER_TRY(array(key, depth + 1));
            PALIER_TRY(within_limit());
            continue;
        }
        const std::optional<std::uint64_t> bytes = bytes_.number<std::uint64_t>();
        const bool kept = bytes && depth == 1 && key == "tokenizer.ggml.tokens" &&
                          *bytes <= k_mark_bytes && header_.marks.size() < k_kept_marks;
        if (!bytes || !(kept ? token(i, *bytes) : bytes_.skip(*bytes))) {
            return truncated("element " + std::to_string(i) + " of " + key);
        }
        PALIER_TRY(within_limit());
    }
    return ArrayShape{*length, {}};
}

// False: the file ends before the token does.
bool Reader::token(std::uint64_t id, std::uint64_t bytes) {
    std::string text(static_cast<std::size_t>(bytes), '\0');
    if (!bytes_.take(text.data(), text.size())) {
        return false;
    }
    const bool angled = text.starts_with('<') && text.ends_with('>') && !text.starts_with("<0x");
    const bool square = text.starts_with('[') && text.ends_with(']');
    if (text.size() > 2 && (angled || square)) {
        header_.marks.push_back({id, std::move(text)});
    }
    return true;
}

Result<ArrayShape> Reader::kept_array(std::uint32_t type,
                                      std::uint64_t length,
                                      const std::string& key) {
    kept_ += length * sizeof(std::int64_t);
    if (kept_ > k_kept_bytes) {
        return corrupted("names and texts take more than " + std::to_string(k_kept_bytes) +
                         " bytes");
    }
    ArrayShape shape{length, {}};
    shape.integers.reserve(static_cast<std::size_t>(length));
    for (std::uint64_t i = 0; i < length; ++i) {
        const auto element = value(type, key);
        PALIER_TRY(element);
        if (const auto* held = std::get_if<std::int64_t>(&*element)) {
            shape.integers.push_back(*held);
        } else if (const auto* truth = std::get_if<bool>(&*element)) {
            shape.integers.push_back(*truth ? 1 : 0);
        } else {
            // A number past the largest signed one becomes negative, which no reader accepts.
            shape.integers.push_back(static_cast<std::int64_t>(std::get<std::uint64_t>(*element)));
        }
    }
    return shape;
}

Result<void> Reader::settings() {
    seen_.clear();
    if (header_.find("general.alignment") != nullptr) {
        const auto stated = header_.integer("general.alignment").value_or(0);
        const auto alignment = static_cast<std::uint64_t>(stated);
        if (stated <= 0 || alignment > k_alignment_max || (alignment & (alignment - 1)) != 0) {
            return corrupted("general.alignment is not a power of two");
        }
        header_.alignment = alignment;
    }
    const std::int64_t parts = header_.integer("split.count").value_or(1);
    if (parts > 1) {
        return Error(codes::one_part_of_several,
                     {{"path", path_}, {"parts", std::to_string(parts)}});
    }
    return {};
}

Result<void> Reader::tensor() {
    Tensor tensor;
    auto name = text(k_name_bytes_max, "a tensor name");
    PALIER_TRY(name);
    tensor.name = std::move(*name);
    if (!seen_.insert(tensor.name).second) {
        return corrupted("tensor \"" + tensor.name + "\" stands twice");
    }
    PALIER_TRY(shape(tensor));
    const auto offset = number<std::uint64_t>("offset of " + tensor.name);
    PALIER_TRY(offset);
    if (*offset % header_.alignment != 0) {
        return corrupted("tensor \"" + tensor.name + "\" is not aligned to " +
                         std::to_string(header_.alignment) + " bytes");
    }
    tensor.offset = *offset;  // place_data() adds where the data starts
    header_.tensors.push_back(std::move(tensor));
    return {};
}

Result<void> Reader::shape(Tensor& tensor) {
    const auto count = number<std::uint32_t>("dimensions of " + tensor.name);
    PALIER_TRY(count);
    if (*count > k_dims_max) {
        return corrupted("tensor \"" + tensor.name + "\" claims " + std::to_string(*count) +
                         " dimensions");
    }
    std::uint64_t elements = 1;
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto dim = number<std::uint64_t>("dimensions of " + tensor.name);
        PALIER_TRY(dim);
        if (*dim == 0 || __builtin_mul_overflow(elements, *dim, &elements) ||
            elements > (std::uint64_t{1} << 60U)) {
            return corrupted("tensor \"" + tensor.name + "\" has an impossible shape");
        }
        tensor.dims.push_back(*dim);
    }
    const auto type = number<std::uint32_t>("type of " + tensor.name);
    PALIER_TRY(type);
    const std::optional<TypeLayout> layout = layout_of(*type);
    if (!layout) {
        return Error(codes::unknown_tensor_type,
                     {{"path", path_}, {"tensor", tensor.name}, {"type", std::to_string(*type)}});
    }
    const std::uint64_t row = tensor.dims.empty() ? 1 : tensor.dims.front();
    if (row % layout->block_elements != 0) {
        return corrupted("tensor \"" + tensor.name + "\" has rows of " + std::to_string(row) +
                         " elements, not a multiple of its block");
    }
    tensor.type = *type;
    tensor.type_name = layout->name;
    // At most 2^60 elements of at most 8 bytes: fits.
    tensor.bytes = elements / layout->block_elements * layout->block_bytes;
    return {};
}

Result<void> Reader::place_data() {
    const std::uint64_t padding =
        (header_.alignment - bytes_.position() % header_.alignment) % header_.alignment;
    header_.data_offset = bytes_.position() + padding;
    std::vector<const Tensor*> by_offset;
    by_offset.reserve(header_.tensors.size());
    for (Tensor& tensor : header_.tensors) {
        std::uint64_t end = 0;
        if (__builtin_add_overflow(tensor.offset, header_.data_offset, &tensor.offset) ||
            __builtin_add_overflow(tensor.offset, tensor.bytes, &end)) {
            return corrupted("tensor \"" + tensor.name + "\" has an impossible offset");
        }
        if (end > bytes_.size()) {
            return truncated("tensor \"" + tensor.name + "\", which ends at byte " +
                             std::to_string(end) + ",");
        }
        by_offset.push_back(&tensor);
    }
    std::sort(by_offset.begin(), by_offset.end(), [](const Tensor* a, const Tensor* b) {
        return a->offset < b->offset;
    });
    for (std::size_t i = 1; i < by_offset.size(); ++i) {
        const Tensor& before = *by_offset[i - 1];
        if (before.offset + before.bytes > by_offset[i]->offset) {
            return corrupted("tensors \"" + before.name + "\" and \"" + by_offset[i]->name +
                             "\" overlap");
        }
    }
    return {};
}

}  // namespace

Result<Header> read(const std::string& path) {
    auto source = FileSource::open(path);
    PALIER_TRY(source);
    return read(*source, path);
}

Result<Header> read(ByteSource& source, const std::string& name) {
    return Reader(name, source).run();
}

}  // namespace palier::gguf
