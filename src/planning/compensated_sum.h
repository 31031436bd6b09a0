// Neumaier's improved Kahan-Babuska summation (1974): the rounding errors of a sum are gathered beside it, so that the
// same addends, summed in any grouping, give the same total to far below a square millimetre.
#pragma once

#include <cmath>

namespace zaitu::planning {

class CompensatedSum {
 public:
  void add(double value) {
    const double sum = m_sum + value;
    m_error += std::abs(m_sum) >= std::abs(value) ? (m_sum - sum) + value : (value - sum) + m_sum;
    m_sum = sum;
  }
  double value() const { return m_sum + m_error; }

 private:
  double m_sum = 0, m_error = 0;
};

}  // namespace zaitu::planning
