#include "base/plain_vector.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace zaitu::base {

namespace {

constexpr std::size_t own_pages_from = 1U << 20;
constexpr std::size_t page = 65536;  // a multiple of every page size in use
constexpr std::size_t large_page = 2U << 20;

bool in_own_pages(std::size_t bytes) { return bytes >= own_pages_from; }
std::size_t whole_pages(std::size_t bytes) { return (bytes + page - 1) & ~(page - 1); }

// In large pages the kernel hands out and clears hundreds of megabytes much faster. Only a wish.
void* with_large_pages(void* start, std::size_t bytes) {
  if (bytes >= large_page) madvise(start, whole_pages(bytes), MADV_HUGEPAGE);
  return start;
}

// Begins at the start of a large page where it can hold one.
void* new_pages(std::size_t bytes) {
  const std::size_t length = whole_pages(bytes);
  const std::size_t slack = length >= large_page ? large_page : 0;
  void* const got = mmap(nullptr, length + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) throw std::bad_alloc();
  if (slack == 0) return got;
  char* const from = static_cast<char*>(got);
  const std::size_t before = (large_page - reinterpret_cast<std::uintptr_t>(got) % large_page) % large_page;
  if (before > 0) munmap(from, before);
  if (before < slack) munmap(from + before + length, slack - before);
  return with_large_pages(from + before, length);
}

void* new_block(std::size_t bytes) {
  if (in_own_pages(bytes)) return new_pages(bytes);
  void* const block = std::malloc(bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

void* change_block(void* block, std::size_t old_bytes, std::size_t bytes, std::size_t kept) {
  if (block == nullptr) return new_block(bytes);
  if (in_own_pages(old_bytes) && in_own_pages(bytes)) {
    void* const moved = mremap(block, whole_pages(old_bytes), whole_pages(bytes), MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) throw std::bad_alloc();
    return with_large_pages(moved, bytes);
  }
  if (!in_own_pages(old_bytes) && !in_own_pages(bytes)) {
    void* const moved = std::realloc(block, bytes);
    if (moved == nullptr) throw std::bad_alloc();
    return moved;
  }
  void* const moved = new_block(bytes);
  std::memcpy(moved, block, std::min(kept, bytes));
  free_block(block, old_bytes);
  return moved;
}

void provide(void* data, std::size_t bytes) noexcept {
  if (bytes < page) return;
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(data), step = static_cast<std::uintptr_t>(page);
  const std::uintptr_t from = (address + step - 1) / step * step, to = (address + bytes) / step * step;
#ifdef MADV_POPULATE_WRITE
  if (to > from) madvise(static_cast<char*>(data) + (from - address), to - from, MADV_POPULATE_WRITE);
#else
  static_cast<void>(from < to);
#endif
}

void free_block(void* block, std::size_t bytes) noexcept {
  if (in_own_pages(bytes)) {
    munmap(block, whole_pages(bytes));
  } else {
    std::free(block);
  }
}

}  // namespace zaitu::base
