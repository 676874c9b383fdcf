// Included before every C++ unit of llama.cpp by scripts/llama. GCC 12's _tile_loadconfig tells the
// compiler that it reads 8 of the 64 bytes, so the rest of a configuration may never be stored and
// the first matrix product on a processor with AMX crashes (docs/adr/0007-amx-and-gcc-12.md).
#pragma once
#if defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#include <immintrin.h>
#undef _tile_loadconfig
#define _tile_loadconfig(config) \
    __asm__ volatile("ldtilecfg\t%X0" ::"m"(*(const char(*)[64])(config)) : "memory")
#endif
