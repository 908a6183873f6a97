// Adam (Kingma and Ba, ICLR 2015, algorithm 1), of many variables at once.
#include <cmath>

#include "kernel.h"

namespace ablate {
namespace {

/** What variables share: decays of the moments, ε · √(1 − β₂ᵗ); then of each the rate by both corrections. */
constexpr int kShared = 3;

VECTORIZED void adam_step(const float* __restrict w, const float* __restrict m, const float* __restrict v, const float* __restrict g, float* __restrict next_w, float* __restrict next_m, float* __restrict next_v, int64_t size,
                          float beta1, float beta2, float epsilon, float rate) {
  for (int64_t i = 0; i < size; i++) {
    const float first = m[i] + (g[i] - m[i]) * (1.0f - beta1), second = v[i] + (g[i] * g[i] - v[i]) * (1.0f - beta2);
    next_m[i] = first;
    next_v[i] = second;
    next_w[i] = w[i] - rate * first / (std::sqrt(second) + epsilon);
  }
}

void compute_adam_steps(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = (TF_NumInputs(context) - 1) / 4;
  TF_Tensor* numbers = call.input(4 * count);
  if (!call.good) return;
  call.require(TF_TensorElementCount(numbers) == kShared + count, "AblateAdamSteps: numbers must be both decays, epsilon, then the rate of each variable");
  for (int index = 0; index < count && call.good; index++) {
    TF_Tensor* from[4];
    for (int kind = 0; kind < 4; kind++) from[kind] = call.input(kind * count + index);
    if (!call.good) return;
    const int64_t size = TF_TensorElementCount(from[0]);
    for (int kind = 1; kind < 4; kind++) call.require(TF_TensorElementCount(from[kind]) == size, "AblateAdamSteps: a moment or gradient has not its variable's size");
    if (!call.good) return;
    TF_Tensor* to[3];
    for (int kind = 0; kind < 3; kind++) to[kind] = call.output(kind * count + index, shape_of(from[0]));
    if (!call.good) return;
    const float* setting = data(numbers);
    in_parts(size, 1, [&](int64_t first, int64_t many) {
      adam_step(data(from[0]) + first, data(from[1]) + first, data(from[2]) + first, data(from[3]) + first, data(to[0]) + first, data(to[1]) + first, data(to[2]) + first, many, setting[0], setting[1], setting[2],
                setting[kShared + index]);
    });
  }
}

}  // namespace

bool register_adam(TF_Status* status) {
  return define("AblateAdamSteps", {"N: int >= 1"}, {"weights: N * float", "first: N * float", "second: N * float", "gradients: N * float", "numbers: float"},
                {"next_weights: N * float", "next_first: N * float", "next_second: N * float"}, compute_adam_steps, status);
}

}  // namespace ablate
