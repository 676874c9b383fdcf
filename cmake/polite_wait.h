// Included before every C unit of llama.cpp by scripts/llama. Its computing threads wait for each
// other by spinning; where another program has taken a core from one of them, the others burn
// theirs until it comes back. With this, who spins for longer than a barrier takes on a quiet
// machine gives its core away (docs/adr/0011-polite-waiting.md). No result depends on it.
#pragma once
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#include <immintrin.h>
#include <sched.h>
#include <time.h>

// Cycles of the time-stamp counter, 2 to 4 of which are a nanosecond.
enum {
    palier_gap = 3000,          // since the last pause: another wait begins
    palier_spin_for = 100000,   // 25 to 50 us
    palier_yield_for = 1000000  // 250 to 500 us; then sleep
};

static __thread unsigned long long palier_wait_began, palier_last_pause;

static inline void palier_pause(void) {
    unsigned long long now = __builtin_ia32_rdtsc();
    if (now - palier_last_pause > palier_gap) {
        palier_wait_began = now;
    }
    if (now - palier_wait_began < palier_spin_for) {
        __builtin_ia32_pause();
    } else if (now - palier_wait_began < palier_yield_for) {
        sched_yield();
        now = __builtin_ia32_rdtsc();  // however long others had the core, it is the same wait
    } else {
        // Asleep, it leaves a core on which the kernel can put the thread that all wait for.
        const struct timespec shortly = {0, 20000};
        nanosleep(&shortly, 0);
        now = __builtin_ia32_rdtsc();
    }
    palier_last_pause = now;
}
#define _mm_pause palier_pause
#endif
