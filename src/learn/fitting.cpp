#include "learn/fitting.h"

#include "base/check.h"
#include "core/calibration.h"
#include "learn/logistic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace palier::learn {
namespace {

constexpr std::size_t k_folds = 5;
// C for examples of length about 1; a factor of about three apart.
constexpr std::array<double, 8> k_strengths{0.1, 0.3, 1, 3, 10, 30, 100, 300};
constexpr std::array<std::int64_t, 4> k_curve{25, 50, 100, 200};

using Places = std::vector<std::size_t>;
using Scores = std::vector<double>;

// Standardised by the examples learned from; divided by the root of their number of dimensions, so
// that they have about length 1.
struct Standard {
    std::vector<float> mean, scale;
    explicit Standard(const std::vector<std::vector<float>>& states) {
        const std::size_t dimensions = states.front().size();
        const auto n = static_cast<double>(states.size());
        for (std::size_t d = 0; d < dimensions; ++d) {
            double sum = 0;
            double squares = 0;
            for (const std::vector<float>& state : states) {
                sum += static_cast<double>(state[d]);
                squares += static_cast<double>(state[d]) * static_cast<double>(state[d]);
            }
            const double centre = sum / n;
            const double variance = std::max(squares / n - centre * centre, 0.0);
            const double spread = std::sqrt(variance * static_cast<double>(dimensions));
            mean.push_back(static_cast<float>(centre));
            scale.push_back(static_cast<float>(spread > 1e-9 ? 1 / spread : 0));
        }
    }
    [[nodiscard]] std::vector<float> of(const std::vector<float>& state) const {
        std::vector<float> out(state.size());
        for (std::size_t d = 0; d < state.size(); ++d) {
            out[d] = (state[d] - mean[d]) * scale[d];
        }
        return out;
    }
};

double inner(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

double inner(const Sparse& a, const Sparse& b) {
    return product(a, b);
}

template <class Row>
Gram gram_of(const std::vector<Row>& rows) {
    Gram gram(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            gram.set(i, j, inner(rows[i], rows[j]));
        }
    }
    return gram;
}

double loss_of(const Scores& scores, std::size_t right) {
    return -core::log_softmax(scores)[right];
}

bool is_right(const Scores& scores, std::size_t right) {
    return static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin()) == right;
}

Places all_of(std::size_t count) {
    Places places(count);
    std::iota(places.begin(), places.end(), 0U);
    return places;
}

struct Fold {
    Places learned_from, held_out;
};

// Of `count` examples the last `always` are learned from in each.
std::vector<Fold> folds_of(std::size_t count, std::size_t always) {
    const std::size_t held_out = count - always;
    const std::size_t folds = std::min(k_folds, held_out);
    std::vector<Fold> out(folds);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t fold = 0; fold < folds; ++fold) {
            const bool out_of_it = i < held_out && i % folds == fold;
            (out_of_it ? out[fold].held_out : out[fold].learned_from).push_back(i);
        }
    }
    return out;
}

// Regressions on rows with inner products, whatever the rows are.
class Regression {
   public:
    Regression(Gram gram, const Examples& examples)
        : gram_(std::move(gram)),
          right_(examples.right),
          classes_(examples.labels.size()),
          held_out_(right_.size() - examples.always) {}

    // Fills held_out, curve and the strength that held-out examples prefer; the layer that all
    // examples then teach.
    Layer fit(Fitted& fitted) const {
        const double strength = validate(fitted);
        fitted.learned.strength = strength;
        return layers(all_of(right_.size()), std::span(&strength, 1)).front();
    }

   private:
    [[nodiscard]] std::vector<Layer> layers(const Places& from,
                                            std::span<const double> strengths) const {
        std::vector<std::size_t> right;
        for (const std::size_t place : from) {
            right.push_back(right_[place]);
        }
        return fit_layers(gram_.of(from), right, classes_, strengths);
    }
    [[nodiscard]] Scores scores(const Layer& layer, const Places& from, std::size_t of) const {
        Scores products;
        for (const std::size_t place : from) {
            products.push_back(gram_.at(of, place));
        }
        return layer.scores(products);
    }

    // Fills held_out and curve; the strength that held-out examples prefer.
    double validate(Fitted& fitted) const {
        const std::vector<Fold> folds = folds_of(right_.size(), right_.size() - held_out_);
        std::array<double, k_strengths.size()> losses{};
        std::vector<std::array<Scores, k_strengths.size()>> scored(held_out_);
        for (const Fold& fold : folds) {
            if (fold.learned_from.empty()) {
                fitted.held_out.assign(held_out_, Scores(classes_, 0.0));
                return 1;
            }
            const std::vector<Layer> tried = layers(fold.learned_from, k_strengths);
            for (const std::size_t place : fold.held_out) {
                for (std::size_t s = 0; s < tried.size(); ++s) {
                    scored[place][s] = scores(tried[s], fold.learned_from, place);
                    losses[s] += loss_of(scored[place][s], right_[place]);
                }
            }
        }
        const auto best =
            static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin());
        for (auto& of_case : scored) {
            fitted.held_out.push_back(std::move(of_case[best]));
        }
        const double strength = k_strengths[best];
        add_curve(folds, strength, fitted);
        return strength;
    }

    void add_curve(const std::vector<Fold>& folds, double strength, Fitted& fitted) const {
        const std::size_t most = folds.front().learned_from.size();
        for (const std::int64_t size : k_curve) {
            if (static_cast<std::size_t>(size) < most) {
                fitted.curve.push_back({size, accuracy(folds, strength, size)});
            }
        }
        std::int64_t right = 0;
        for (std::size_t i = 0; i < held_out_; ++i) {
            right += is_right(fitted.held_out[i], right_[i]) ? 1 : 0;
        }
        fitted.curve.push_back({static_cast<std::int64_t>(most),
                                static_cast<double>(right) / static_cast<double>(held_out_)});
    }

    [[nodiscard]] double accuracy(const std::vector<Fold>& folds,
                                  double strength,
                                  std::int64_t size) const {
        std::int64_t right = 0;
        for (const Fold& fold : folds) {
            Places from = fold.learned_from;
            from.resize(static_cast<std::size_t>(size));
            const Layer layer = layers(from, std::span(&strength, 1)).front();
            for (const std::size_t place : fold.held_out) {
                right += is_right(scores(layer, from, place), right_[place]) ? 1 : 0;
            }
        }
        return static_cast<double>(right) / static_cast<double>(held_out_);
    }

    const Gram gram_;
    const std::vector<std::size_t> right_;
    const std::size_t classes_, held_out_;
};

std::vector<float> floats(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

Majority majority_of(const Examples& examples, const Places& from) {
    std::vector<double> shares(examples.labels.size(), 0.5);
    for (const std::size_t place : from) {
        shares[examples.right[place]] += 1;
    }
    Majority how;
    for (const double share : shares) {
        how.log_shares.push_back(std::log(share));
    }
    how.log_shares = core::log_softmax(how.log_shares);
    return how;
}

std::vector<std::string> texts_at(const Examples& examples, const Places& from) {
    std::vector<std::string> texts;
    for (const std::size_t place : from) {
        texts.push_back(examples.texts[place]);
    }
    return texts;
}

Nearest nearest_of(const Examples& examples, const Places& from) {
    Nearest how;
    how.ngrams = Ngrams(texts_at(examples, from));
    for (const std::size_t place : from) {
        how.examples.push_back(how.ngrams.of(examples.texts[place]));
        how.labels.push_back(static_cast<std::uint32_t>(examples.right[place]));
    }
    return how;
}

// Of a method without a strength.
template <class Make>
void fit_plain(const Examples& examples, const Make& make, Fitted& fitted) {
    fitted.held_out.resize(examples.right.size() - examples.always);
    for (const Fold& fold : folds_of(examples.right.size(), examples.always)) {
        Learned part;
        part.labels = examples.labels;
        part.how = make(examples, fold.learned_from);
        for (const std::size_t place : fold.held_out) {
            fitted.held_out[place] = part.scores(examples.texts[place]);
        }
    }
    fitted.learned.how = make(examples, all_of(examples.right.size()));
}

// How rare a piece is comes from all texts, folds that are held out too: it knows no label.
void fit_linear_text(const Examples& examples, Fitted& fitted) {
    const std::size_t classes = examples.labels.size();
    LinearText how;
    how.ngrams = Ngrams(examples.texts);
    std::vector<Sparse> rows;
    rows.reserve(examples.texts.size());
    for (const std::string& text : examples.texts) {
        rows.push_back(how.ngrams.of(text));
    }
    const Regression regression(gram_of(rows), examples);
    const Layer layer = regression.fit(fitted);
    const Sparse& rarities = how.ngrams.rarities();
    std::vector<double> weights(rarities.size() * classes, 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const auto& [piece, value] : rows[i]) {
            const auto known =
                std::ranges::lower_bound(rarities, piece, {}, &Sparse::value_type::first);
            const auto row = static_cast<std::size_t>(known - rarities.begin()) * classes;
            for (std::size_t k = 0; k < classes; ++k) {
                weights[row + k] +=
                    static_cast<double>(value) * layer.coefficients[i * classes + k];
            }
        }
    }
    how.weights = floats(weights);
    how.bias = floats(layer.bias);
    fitted.learned.how = std::move(how);
}

void fit_head(const Examples& examples, const std::string& model_identity, Fitted& fitted) {
    const std::size_t classes = examples.labels.size();
    const Standard standard(examples.states);
    std::vector<std::vector<float>> rows;
    rows.reserve(examples.states.size());
    for (const std::vector<float>& state : examples.states) {
        rows.push_back(standard.of(state));
    }
    const Regression regression(gram_of(rows), examples);
    const Layer layer = regression.fit(fitted);
    const std::size_t dimensions = standard.mean.size();
    std::vector<double> weights(classes * dimensions, 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t k = 0; k < classes; ++k) {
            const double factor = layer.coefficients[i * classes + k];
            for (std::size_t d = 0; d < dimensions; ++d) {
                weights[k * dimensions + d] += factor * static_cast<double>(rows[i][d]);
            }
        }
    }
    Head how;
    how.model_identity = model_identity;
    how.mean = standard.mean;
    how.scale = standard.scale;
    how.weights = floats(weights);
    how.bias = floats(layer.bias);
    fitted.learned.how = std::move(how);
}

}  // namespace

Fitted fit(const Examples& examples, Method method, const std::string& model_identity) {
    PALIER_CHECK(examples.right.size() > examples.always && !examples.labels.empty(),
                 "something to learn from, and to hold out");
    Fitted fitted;
    fitted.learned.labels = examples.labels;
    fitted.learned.examples = static_cast<std::int64_t>(examples.right.size());
    fitted.learned.examples_sha256 = examples.sha256;
    switch (method) {
        case Method::Majority:
            fit_plain(examples, majority_of, fitted);
            break;
        case Method::Nearest:
            fit_plain(examples, nearest_of, fitted);
            break;
        case Method::LinearText:
            fit_linear_text(examples, fitted);
            break;
        case Method::Head:
            fit_head(examples, model_identity, fitted);
            break;
    }
    return fitted;
}

}  // namespace palier::learn
