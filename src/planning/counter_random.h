// Random numbers that are a function of what they are for, so that any thread may draw any of them in any order: the
// k-th number of a stream is SplitMix64's k-th output from the stream's key (G. L. Steele, D. Lea, C. H. Flood: Fast
// splittable pseudorandom number generators, OOPSLA 2014; its finaliser is Stafford's variant 13).
#pragma once

#include <bit>
#include <cstdint>

namespace zaitu::planning {

constexpr std::uint64_t scrambled(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

constexpr std::uint64_t golden_step = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio, odd

// The key of a stream from what it belongs to; chain it: stream_key(stream_key(seed, phase), stage).
constexpr std::uint64_t stream_key(std::uint64_t parent, std::uint64_t name) {
  return scrambled(scrambled(parent + golden_step) ^ (name * golden_step + golden_step));
}

// Number `index` of the stream, uniform in [0, 1) in steps of 2^-52.
inline double uniform(std::uint64_t key, std::uint64_t index) {
  // The bits become the fraction of a double in [1, 2): compilers do this for several numbers at once.
  constexpr std::uint64_t one = 0x3FF0000000000000ULL;
  return std::bit_cast<double>((scrambled(key + (index + 1) * golden_step) >> 12U) | one) - 1.0;
}

}  // namespace zaitu::planning
