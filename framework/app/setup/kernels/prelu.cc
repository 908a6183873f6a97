// PReLU of a sum: y = z where z = x + bias is positive, slope · z elsewhere, by channel (He et al., ICCV 2015, eq. 1).
#include "kernel.h"

namespace ablate {
namespace {

VECTORIZED void bias_prelu(const float* __restrict x, const float* __restrict bias, const float* __restrict slope, float* __restrict y, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, x += channels, y += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float z = x[c] + bias[c];
      y[c] = z > 0 ? z : slope[c] * z;
    }
}

VECTORIZED void bias_prelu_gradient(const float* __restrict dy, const float* __restrict x, const float* __restrict bias, const float* __restrict slope, float* __restrict dx, float* __restrict dbias,
                                    float* __restrict dslope, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, dy += channels, x += channels, dx += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float z = x[c] + bias[c];
      const float d = z > 0 ? dy[c] : slope[c] * dy[c];
      dx[c] = d;
      dbias[c] += d;
      dslope[c] += z > 0 ? 0.0f : z * dy[c];
    }
}

void compute_bias_prelu(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.input(0), *bias = call.input(1), *slope = call.input(2);
  if (!call.good) return;
  const int64_t size = TF_TensorElementCount(x), channels = TF_TensorElementCount(bias);
  call.require(channels > 0 && TF_TensorElementCount(slope) == channels && size % channels == 0, "AblateBiasPrelu: bias and slope must have a number for each channel of x");
  if (!call.good) return;
  TF_Tensor* y = call.output(0, shape_of(x));
  if (!call.good) return;
  in_parts(size / channels, channels, [&](int64_t row, int64_t count) { bias_prelu(data(x) + row * channels, data(bias), data(slope), data(y) + row * channels, count, channels); });
}

void compute_bias_prelu_gradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *dy = call.input(0), *x = call.input(1), *bias = call.input(2), *slope = call.input(3);
  if (!call.good) return;
  const int64_t size = TF_TensorElementCount(x), channels = TF_TensorElementCount(bias);
  call.require(channels > 0 && TF_TensorElementCount(slope) == channels && size % channels == 0 && TF_TensorElementCount(dy) == size, "AblateBiasPreluGrad: dy, x, bias and slope do not fit each other");
  if (!call.good) return;
  TF_Tensor *dx = call.output(0, shape_of(x)), *dbias = call.output(1, {channels}), *dslope = call.output(2, {channels});
  if (!call.good) return;
  const std::vector<double> sums = sums_by_channel(size / channels, channels, 2, [&](int64_t row, int64_t count, float* to) {
    const int64_t first = row * channels;
    bias_prelu_gradient(data(dy) + first, data(x) + first, data(bias), data(slope), data(dx) + first, to, to + channels, count, channels);
  });
  for (int64_t c = 0; c < channels; c++) {
    data(dbias)[c] = static_cast<float>(sums[c]);
    data(dslope)[c] = static_cast<float>(sums[channels + c]);
  }
}

}  // namespace

bool register_prelu(TF_Status* status) {
  return define("AblateBiasPrelu", {}, {"x: float", "bias: float", "slope: float"}, {"y: float"}, compute_bias_prelu, status) &&
         define("AblateBiasPreluGrad", {}, {"dy: float", "x: float", "bias: float", "slope: float"}, {"dx: float", "dbias: float", "dslope: float"}, compute_bias_prelu_gradient, status);
}

}  // namespace ablate
