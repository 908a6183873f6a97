// Batch normalization over all but the channels, with its running statistics, and a PReLU behind it: z = γ (x − μ) / √(σ² + ε) + β, y = z
// where positive, slope · z elsewhere (Ioffe and Szegedy, ICML 2015, algorithm 1). A slope of 1 is no rectifier, one of 0 is ReLU.
#include "kernel.h"

#include <cmath>

namespace ablate {
namespace {

/** Adds x − shift and its square up by channel: [2][channels]. */
VECTORIZED void add_moments(const float* __restrict x, const float* __restrict shift, float* __restrict sum, float* __restrict square, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, x += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float d = x[c] - shift[c];
      sum[c] += d;
      square[c] += d * d;
    }
}

VECTORIZED void normalize(const float* __restrict x, const float* __restrict factor, const float* __restrict term, const float* __restrict slope, float* __restrict y, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, x += channels, y += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float z = x[c] * factor[c] + term[c];
      y[c] = z > 0 ? z : slope[c] * z;
    }
}

/** Adds up by channel what the gradients need: dz, dz · x̂, and that of the slope: [3][channels]. */
VECTORIZED void add_gradients(const float* __restrict dy, const float* __restrict x, const float* __restrict factor, const float* __restrict term, const float* __restrict mean, const float* __restrict inverse,
                              const float* __restrict slope, float* __restrict sum, float* __restrict product, float* __restrict of_slope, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, dy += channels, x += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float z = x[c] * factor[c] + term[c], d = z > 0 ? dy[c] : slope[c] * dy[c];
      sum[c] += d;
      product[c] += d * ((x[c] - mean[c]) * inverse[c]);
      of_slope[c] += z > 0 ? 0.0f : z * dy[c];
    }
}

/** dx = γ / √(σ² + ε) · (dz − mean of dz − x̂ · mean of dz · x̂). */
VECTORIZED void lead_back(const float* __restrict dy, const float* __restrict x, const float* __restrict factor, const float* __restrict term, const float* __restrict mean, const float* __restrict inverse,
                          const float* __restrict slope, const float* __restrict sum, const float* __restrict product, float* __restrict dx, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, dy += channels, x += channels, dx += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float z = x[c] * factor[c] + term[c], d = z > 0 ? dy[c] : slope[c] * dy[c];
      dx[c] = factor[c] * (d - sum[c] - (x[c] - mean[c]) * inverse[c] * product[c]);
    }
}

void compute(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.input(0), *gain = call.input(1), *offset = call.input(2), *slope = call.input(3), *running_mean = call.input(4), *running_variance = call.input(5), *numbers = call.input(6);
  if (!call.good) return;
  const int64_t size = TF_TensorElementCount(x), channels = TF_TensorElementCount(gain);
  bool fits = channels > 0 && size > 0 && size % channels == 0 && TF_TensorElementCount(numbers) == 2;
  for (TF_Tensor* one : {offset, slope, running_mean, running_variance}) fits = fits && TF_TensorElementCount(one) == channels;
  call.require(fits, "AblateBatchNorm: x [..., channels], five tensors [channels], and momentum and epsilon are wanted");
  if (!call.good) return;
  TF_Tensor *y = call.output(0, shape_of(x)), *next_mean = call.output(1, {channels}), *next_variance = call.output(2, {channels}), *mean = call.output(3, {channels}), *inverse = call.output(4, {channels});
  if (!call.good) return;
  const int64_t rows = size / channels;
  const float momentum = data(numbers)[0], epsilon = data(numbers)[1];
  // Numbers near the mean square without loss: the first row is in their midst.
  const std::vector<double> sums = sums_by_channel(rows, channels, 2, [&](int64_t row, int64_t count, float* to) { add_moments(data(x) + row * channels, data(x), to, to + channels, count, channels); });
  std::vector<float> factor(channels), term(channels);
  for (int64_t c = 0; c < channels; c++) {
    const double apart = sums[c] / rows, variance = std::max(0.0, sums[channels + c] / rows - apart * apart), found = data(x)[c] + apart;
    data(mean)[c] = static_cast<float>(found);
    data(inverse)[c] = static_cast<float>(1 / std::sqrt(variance + epsilon));
    data(next_mean)[c] = momentum * data(running_mean)[c] + (1 - momentum) * static_cast<float>(found);
    data(next_variance)[c] = momentum * data(running_variance)[c] + (1 - momentum) * static_cast<float>(variance * rows / std::max<int64_t>(1, rows - 1));
    factor[c] = data(inverse)[c] * data(gain)[c];
    term[c] = data(offset)[c] - data(mean)[c] * factor[c];
  }
  in_parts(rows, channels, [&](int64_t row, int64_t count) { normalize(data(x) + row * channels, factor.data(), term.data(), data(slope), data(y) + row * channels, count, channels); });
}

void compute_gradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *dy = call.input(0), *x = call.input(1), *gain = call.input(2), *offset = call.input(3), *slope = call.input(4), *mean = call.input(5), *inverse = call.input(6);
  if (!call.good) return;
  const int64_t size = TF_TensorElementCount(x), channels = TF_TensorElementCount(gain);
  call.require(channels > 0 && size % channels == 0 && TF_TensorElementCount(dy) == size, "AblateBatchNormGrad: dy and x [..., channels] must be alike");
  if (!call.good) return;
  TF_Tensor *dx = call.output(0, shape_of(x)), *dgain = call.output(1, {channels}), *doffset = call.output(2, {channels}), *dslope = call.output(3, {channels});
  if (!call.good) return;
  const int64_t rows = size / channels;
  std::vector<float> factor(channels), term(channels), sum(channels), product(channels);
  for (int64_t c = 0; c < channels; c++) {
    factor[c] = data(inverse)[c] * data(gain)[c];
    term[c] = data(offset)[c] - data(mean)[c] * factor[c];
  }
  const std::vector<double> sums = sums_by_channel(rows, channels, 3, [&](int64_t row, int64_t count, float* to) {
    const int64_t first = row * channels;
    add_gradients(data(dy) + first, data(x) + first, factor.data(), term.data(), data(mean), data(inverse), data(slope), to, to + channels, to + 2 * channels, count, channels);
  });
  for (int64_t c = 0; c < channels; c++) {
    data(doffset)[c] = static_cast<float>(sums[c]);
    data(dgain)[c] = static_cast<float>(sums[channels + c]);
    data(dslope)[c] = static_cast<float>(sums[2 * channels + c]);
    sum[c] = static_cast<float>(sums[c] / rows);
    product[c] = static_cast<float>(sums[channels + c] / rows);
  }
  in_parts(rows, channels, [&](int64_t row, int64_t count) {
    const int64_t first = row * channels;
    lead_back(data(dy) + first, data(x) + first, factor.data(), term.data(), data(mean), data(inverse), data(slope), sum.data(), product.data(), data(dx) + first, count, channels);
  });
}

}  // namespace

bool register_batch_norm(TF_Status* status) {
  return define("AblateBatchNorm", {}, {"x: float", "gain: float", "offset: float", "slope: float", "running_mean: float", "running_variance: float", "numbers: float"},
                {"y: float", "next_mean: float", "next_variance: float", "mean: float", "inverse: float"}, compute, status) &&
         define("AblateBatchNormGrad", {}, {"dy: float", "x: float", "gain: float", "offset: float", "slope: float", "mean: float", "inverse: float"}, {"dx: float", "dgain: float", "doffset: float", "dslope: float"}, compute_gradient,
                status);
}

}  // namespace ablate
