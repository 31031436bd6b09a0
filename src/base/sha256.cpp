#include "base/sha256.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

namespace zaitu::base {

namespace {

using Words = std::array<std::uint32_t, 64>;
__extension__ using Wide = unsigned __int128;

// The standard defines its constants as the first 32 bits of the fractional parts of the square and cube roots of the
// first primes; an integer root search gives them exactly.
std::uint32_t root_fraction(std::uint64_t prime, int degree) {
  // Largest r with (r / 2^32)^degree <= prime; the fraction is r mod 2^32.
  Wide low = 0;
  Wide high = static_cast<Wide>(20) << 32;  // sqrt(311) < 18, cbrt(311) < 7
  const auto not_above = [&](Wide r) {
    if (degree == 2) return r * r <= (static_cast<Wide>(prime) << 64);
    // r^3 <= prime * 2^96, with r < 2^35: compare r * r with floor(prime * 2^96 / r) in two steps of division.
    const Wide numerator = static_cast<Wide>(prime) << 96;
    return r == 0 || r * r <= numerator / r;
  };
  while (low < high) {
    const Wide middle = (low + high + 1) / 2;
    if (not_above(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return static_cast<std::uint32_t>(low);
}

struct Constants {
  std::array<std::uint32_t, 8> start{};
  Words round{};
  Constants() {
    std::size_t found = 0;
    for (std::uint64_t n = 2; found < round.size(); ++n) {
      bool prime = true;
      for (std::uint64_t d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
      if (!prime) continue;
      if (found < start.size()) start[found] = root_fraction(n, 2);
      round[found] = root_fraction(n, 3);
      ++found;
    }
  }
};

const Constants& constants() {
  static const Constants values;
  return values;
}

}  // namespace

Sha256::Sha256() : m_state(constants().start) {}

void Sha256::add(std::string_view bytes) {
  m_size += bytes.size();
  while (!bytes.empty()) {
    const std::size_t step = std::min(bytes.size(), m_block.size() - m_filled);
    std::memcpy(m_block.data() + m_filled, bytes.data(), step);
    m_filled += step;
    bytes.remove_prefix(step);
    if (m_filled == m_block.size()) {
      compress();
      m_filled = 0;
    }
  }
}

std::string Sha256::finish() {
  const std::uint64_t bits = m_size * 8;
  std::string end(1, static_cast<char>(0x80));
  end.append((120 - 1 - m_filled) % 64, '\0');
  for (unsigned i = 0; i < 8; ++i) end += static_cast<char>((bits >> (56 - 8 * i)) & 0xFFu);
  add(end);
  std::string text;
  for (const std::uint32_t word : m_state) text += fmt::format("{:08x}", word);
  return text;
}

void Sha256::compress() {
  const Words& k = constants().round;
  Words w{};
  for (std::size_t i = 0; i < 16; ++i) {
    for (std::size_t b = 0; b < 4; ++b) w[i] = (w[i] << 8) | static_cast<unsigned char>(m_block[i * 4 + b]);
  }
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
    const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = m_state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const std::array<std::uint32_t, 8> sums{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) m_state[i] += sums[i];
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

std::string sha256_of_file(const std::filesystem::path& file, const std::function<bool(std::uint64_t)>& go_on) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return "";
  Sha256 hash;
  std::uint64_t taken = 0;
  std::vector<char> buffer(1 << 18);
  while (in) {
    if (!go_on(taken)) return "";
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
    taken += static_cast<std::uint64_t>(in.gcount());
  }
  return hash.finish();
}

}  // namespace zaitu::base
