// Minimises a smooth convex function of many variables.
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace palier::learn {

// Value at x; writes the gradient, of the size of x.
using Function = std::function<double(std::span<const double> x, std::span<double> gradient)>;

// Limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.4) with ten
// pairs and backtracking to a sufficient decrease. Ends where no component of the gradient is over
// `tolerance`, or after `most` steps, whichever comes first. x: where to begin, and the result.
void minimise(const Function& function, std::vector<double>& x, double tolerance, int most);

}  // namespace palier::learn
