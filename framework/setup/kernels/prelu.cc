// PReLU of a sum: y = z where z = x + bias is positive, slope · z elsewhere, by channel (He et al., ICCV 2015, eq. 1).
#include "kernel.h"

namespace ablate {
namespace {

VECTORISED void bias_prelu(const float* __restrict x, const float* __restrict bias, const float* __restrict slope, float* __restrict y, int64_t rows, int64_t channels) {
  for (int64_t row = 0; row < rows; row++, x += channels, y += channels)
    for (int64_t c = 0; c < channels; c++) {
      const float z = x[c] + bias[c];
      y[c] = z > 0 ? z : slope[c] * z;
    }
}

VECTORISED void bias_prelu_gradient(const float* __restrict dy, const float* __restrict x, const float* __restrict bias, const float* __restrict slope, float* __restrict dx, float* __restrict dbias,
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
  const int64_t rows = size / channels, block = std::max<int64_t>(1, kGrain / channels);
  Pool::instance().run((rows + block - 1) / block, [&](int64_t part) {
    const int64_t first = part * block * channels;
    bias_prelu(data(x) + first, data(bias), data(slope), data(y) + first, std::min(block, rows - part * block), channels);
  });
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
  const int64_t rows = size / channels, block = std::max<int64_t>(1, kGrain / channels), parts = (rows + block - 1) / block;
  // Sums of each part by themselves, added up in the parts' order: the same bits whichever thread did which. Few rows at a time in single precision.
  std::vector<double> sums(2 * parts * channels, 0.0);
  Pool::instance().run(parts, [&](int64_t part) {
    double* own = sums.data() + 2 * part * channels;
    std::vector<float> few(2 * channels);
    const int64_t end = std::min(rows, (part + 1) * block);
    for (int64_t row = part * block; row < end; row += kRowsInSingle) {
      std::fill(few.begin(), few.end(), 0.0f);
      const int64_t first = row * channels;
      bias_prelu_gradient(data(dy) + first, data(x) + first, data(bias), data(slope), data(dx) + first, few.data(), few.data() + channels, std::min(kRowsInSingle, end - row), channels);
      for (int64_t c = 0; c < 2 * channels; c++) own[c] += few[c];
    }
  });
  for (int64_t c = 0; c < channels; c++) {
    double of_bias = 0, of_slope = 0;
    for (int64_t part = 0; part < parts; part++) {
      of_bias += sums[2 * part * channels + c];
      of_slope += sums[(2 * part + 1) * channels + c];
    }
    data(dbias)[c] = static_cast<float>(of_bias);
    data(dslope)[c] = static_cast<float>(of_slope);
  }
}

}  // namespace

bool register_prelu(TF_Status* status) {
  return define("AblateBiasPrelu", {}, {"x: float", "bias: float", "slope: float"}, {"y: float"}, compute_bias_prelu, status) &&
         define("AblateBiasPreluGrad", {}, {"dy: float", "x: float", "bias: float", "slope: float"}, {"dx: float", "dbias: float", "dslope: float"}, compute_bias_prelu_gradient, status);
}

}  // namespace ablate
