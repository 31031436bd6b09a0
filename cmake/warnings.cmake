# Warnings are errors in our own code. Foreign headers are SYSTEM and stay silent.
add_library(zaitu_options INTERFACE)
target_compile_options(zaitu_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
# GCC 12 reports false positives of these inside the standard library's own headers at -O2.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(zaitu_options INTERFACE -Wno-null-dereference -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized -Wno-array-bounds)
endif()
if(ZAITU_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
# Results must not depend on the processor: no fused multiply-add, no fast-math.
add_compile_options(-ffp-contract=off)
