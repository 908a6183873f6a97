#include "convolution-tiles.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#define WITHIN static inline __attribute__((always_inline)) TARGET

namespace ablate {
namespace {

/** Numbers in a line of the cache, and steps ahead of which the right matrix is fetched from the second cache. */
constexpr int64_t kLine = 16, kAhead = 12;

// The sums of a tile take most of the registers, and leave some for what is multiplied.
#if defined(__x86_64__)
namespace avx512 {
#define TARGET __attribute__((target("avx512f")))
using Vector = __m512;
constexpr int kLanes = 16, kAcross = 2, kTall = 14;
WITHIN Vector load(const float* from) { return _mm512_loadu_ps(from); }
WITHIN void store(float* to, Vector x) { _mm512_storeu_ps(to, x); }
WITHIN Vector spread(float x) { return _mm512_set1_ps(x); }
WITHIN Vector add(Vector x, Vector y) { return _mm512_add_ps(x, y); }
WITHIN Vector add_product(Vector x, Vector y, Vector sum) { return _mm512_fmadd_ps(x, y, sum); }
#include "convolution-tile.h"
#undef TARGET
}  // namespace avx512

namespace avx2 {
#define TARGET __attribute__((target("avx2,fma")))
using Vector = __m256;
constexpr int kLanes = 8, kAcross = 2, kTall = 6;
WITHIN Vector load(const float* from) { return _mm256_loadu_ps(from); }
WITHIN void store(float* to, Vector x) { _mm256_storeu_ps(to, x); }
WITHIN Vector spread(float x) { return _mm256_set1_ps(x); }
WITHIN Vector add(Vector x, Vector y) { return _mm256_add_ps(x, y); }
WITHIN Vector add_product(Vector x, Vector y, Vector sum) { return _mm256_fmadd_ps(x, y, sum); }
#include "convolution-tile.h"
#undef TARGET
}  // namespace avx2
#elif defined(__aarch64__)
namespace neon {
#define TARGET
using Vector = float32x4_t;
constexpr int kLanes = 4, kAcross = 4, kTall = 6;
WITHIN Vector load(const float* from) { return vld1q_f32(from); }
WITHIN void store(float* to, Vector x) { vst1q_f32(to, x); }
WITHIN Vector spread(float x) { return vdupq_n_f32(x); }
WITHIN Vector add(Vector x, Vector y) { return vaddq_f32(x, y); }
WITHIN Vector add_product(Vector x, Vector y, Vector sum) { return vfmaq_f32(sum, x, y); }
#include "convolution-tile.h"
#undef TARGET
}  // namespace neon
#endif

}  // namespace

const Tiles* tiles_of_processor() {
#if defined(__x86_64__)
  const char* most = std::getenv("ABLATE_KERNELS");
  if (__builtin_cpu_supports("avx512f") && !(most && std::strcmp(most, "avx2") == 0)) return avx512::tiles("avx512");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::tiles("avx2");
  return nullptr;
#elif defined(__aarch64__)
  return neon::tiles("neon");
#else
  return nullptr;
#endif
}

}  // namespace ablate
