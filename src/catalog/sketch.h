// A model drawn from the catalogue's figures alone, so that memory and speed can be estimated
// before any of its file is read: a transformer of the usual build with the layers, heads and
// vocabulary that the catalogue knows. An estimate of an estimate, and labelled so.
#pragma once

#include "catalog/known.h"
#include "catalog/shape.h"
#include "lib/gguf/gguf.h"

#include <optional>

namespace palier::catalog {

struct Sketch {
    gguf::Header header;  // tensors without offsets, no metadata
    Shape shape;
};

// Gated feed-forward of three matrices, its width found from what the other tensors leave of the
// parameters; output matrix tied to the embeddings. Of hybrid models only the layers that attend
// keep keys and values, spread evenly and the last of each group; the mixing of the others has
// matrices of the same size, and their states are not counted. Parameters beyond the effective ones
// are a second table of embeddings, in memory and not multiplied with. The matrices have the type
// that gives the quantisation its name ("Q4_K_M": Q4_K), the embeddings of a K-quant mix Q6_K.
// nullopt: the catalogue lacks a figure (parameters, layers, heads, hidden size or vocabulary), or
// the quantisation names no type.
[[nodiscard]] std::optional<Sketch> sketch_of(const Known& model, const KnownFile& file);

}  // namespace palier::catalog
