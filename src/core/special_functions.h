// The special functions behind the intervals. Pure; relative error about 1e-13 or better.
#pragma once

namespace palier::core {

// ln Gamma(x), x > 0. The C library's lgamma writes a global variable; this one does not.
[[nodiscard]] double log_gamma(double x);
// Distribution function of the standard normal distribution.
[[nodiscard]] double normal_cdf(double x);
// Distribution function of the beta distribution: the regularised incomplete beta function
// I_x(a, b), a > 0, b > 0.
[[nodiscard]] double beta_cdf(double x, double a, double b);

}  // namespace palier::core
