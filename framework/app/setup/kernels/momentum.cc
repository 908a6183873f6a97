// Gradient descent with momentum, of many variables at once.
#include "kernel.h"

namespace ablate {
namespace {

VECTORIZED void momentum_step(const float* __restrict w, const float* __restrict v, const float* __restrict g, float* __restrict next_w, float* __restrict next_v, int64_t size, float rate, float momentum, float decay,
                              bool nesterov) {
  const float own = nesterov ? 1.0f : 0.0f, ahead = nesterov ? momentum : 1.0f;
  for (int64_t i = 0; i < size; i++) {
    const float slope = g[i] + decay * w[i];
    const float speed = momentum * v[i] + slope;
    next_v[i] = speed;
    next_w[i] = w[i] - rate * (own * slope + ahead * speed);
  }
}

void compute_momentum_steps(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = (TF_NumInputs(context) - 1) / 3;
  TF_Tensor* numbers = call.input(3 * count);
  if (!call.good) return;
  call.require(TF_TensorElementCount(numbers) == 2 + 2 * count, "AblateMomentumSteps: numbers must be momentum, nesterov, then rate and decay of each variable");
  for (int index = 0; index < count && call.good; index++) {
    TF_Tensor *w = call.input(index), *v = call.input(count + index), *g = call.input(2 * count + index);
    if (!call.good) return;
    const int64_t size = TF_TensorElementCount(w);
    call.require(TF_TensorElementCount(v) == size && TF_TensorElementCount(g) == size, "AblateMomentumSteps: a velocity or gradient has not its variable's size");
    if (!call.good) return;
    TF_Tensor *next_w = call.output(index, shape_of(w)), *next_v = call.output(count + index, shape_of(w));
    if (!call.good) return;
    const float* setting = data(numbers);
    in_parts(size, 1, [&](int64_t first, int64_t many) {
      momentum_step(data(w) + first, data(v) + first, data(g) + first, data(next_w) + first, data(next_v) + first, many, setting[2 + 2 * index], setting[0], setting[3 + 2 * index], setting[1] != 0);
    });
  }
}

}  // namespace

bool register_momentum(TF_Status* status) {
  return define("AblateMomentumSteps", {"N: int >= 1"}, {"weights: N * float", "velocities: N * float", "gradients: N * float", "numbers: float"}, {"next_weights: N * float", "next_velocities: N * float"},
                compute_momentum_steps, status);
}

}  // namespace ablate
