// Puts files into the program.
#pragma once

#include <cstddef>

// WEIR_INCBIN(NAME, "FILE"): the bytes of a file, read-only and aligned to 64 bytes, from
// NAME_begin to before NAME_end. In a source, outside of namespaces; whoever builds it makes
// the object file depend on FILE.
#define WEIR_INCBIN(NAME, FILE)          \
  asm(".pushsection .rodata." #NAME      \
      ", \"a\"\n"                        \
      ".balign 64\n"                     \
      ".globl " #NAME                    \
      "_begin\n"                         \
      ".hidden " #NAME "_begin\n" #NAME  \
      "_begin:\n"                        \
      ".incbin \"" FILE                  \
      "\"\n"                             \
      ".globl " #NAME                    \
      "_end\n"                           \
      ".hidden " #NAME "_end\n" #NAME    \
      "_end:\n"                          \
      ".popsection\n");                  \
  extern "C" {                           \
  extern const std::byte NAME##_begin[]; \
  extern const std::byte NAME##_end[];   \
  }                                      \
  static_assert(true)
