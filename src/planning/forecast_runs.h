// The inner loop of the forecast: in which runs a phase is completed, and on which day it counts in them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "planning/triangular.h"

namespace zaitu::planning {

inline constexpr int far_day = 36525;      // a century: what comes later is not told apart
inline constexpr std::size_t block = 512;  // runs at a time: their numbers stay in the processor's nearest cache

// One stage's duration, ready to be drawn: the inverse of its distribution function with what is constant worked out.
struct StageDraw {
  std::uint64_t key = 0;  // of its stream of random numbers
  double min = 0, max = 0, left = 0, right = 0, at_mode = 0;
  double from = 0;  // probability of what is ruled out: the time already spent

  StageDraw(std::uint64_t stream, const Triangular& days, double spent_days);
};

// A phase that is drawn. All days are counted from the as-of date.
struct Drawn {
  std::size_t result = 0;  // row of Forecast::phases
  std::int64_t units = 0;  // what it adds
  std::uint64_t completed_key = 0;
  double conversion = 0;
  double start_day = 0;           // 0, or that of a forecast date
  double spent_days = 0;          // taken off the first duration
  std::vector<StageDraw> stages;  // in order; none: it counts on start_day
  int latest_day = far_day;       // by the forecast dates of later stages

  // No run puts it later when the common factor is at most `slowest`.
  int last_day(double slowest) const;
};

struct Block {
  std::array<std::uint32_t, block> lanes;  // runs in which the phase is completed, from the block's first run
  std::array<std::int32_t, block> days;    // when it counts in them, from 1
  std::array<double, block> numbers, times;
  std::size_t count = 0;
};

// The runs [first, first + runs) of one phase; runs <= block. `delay`: the factor by run; nullptr: none.
void draw(const Drawn& phase, std::size_t first, std::size_t runs, const double* delay, Block& out);

}  // namespace zaitu::planning
