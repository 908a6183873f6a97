// What cosines of class weights need of each row of a matrix, in one pass.
#include <cmath>

#include "kernel.h"

namespace ablate {
namespace {

/** Partial sums of a row, so that their order is the same whatever the width of the processor's vectors. */
constexpr int64_t kLanes = 16;

VECTORIZED void inverse_norms(const float* __restrict x, float* __restrict y, int64_t rows, int64_t dim) {
  for (int64_t row = 0; row < rows; row++, x += dim) {
    float part[kLanes] = {};
    int64_t c = 0;
    for (; c + kLanes <= dim; c += kLanes)
      for (int64_t lane = 0; lane < kLanes; lane++) part[lane] += x[c + lane] * x[c + lane];
    for (; c < dim; c++) part[c % kLanes] += x[c] * x[c];
    float sum = 0;
    for (int64_t lane = 0; lane < kLanes; lane++) sum += part[lane];
    y[row] = sum > 0 ? 1.0f / std::sqrt(sum) : 0.0f;
  }
}

VECTORIZED void less_rows(const float* __restrict x, const float* __restrict y, const float* __restrict factor, float* __restrict z, int64_t rows, int64_t dim) {
  for (int64_t row = 0; row < rows; row++, x += dim, y += dim, z += dim) {
    const float share = factor[row];
    for (int64_t c = 0; c < dim; c++) z[c] = x[c] - y[c] * share;
  }
}

void compute_inverse_norms(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* x = call.input(0);
  if (!call.good) return;
  call.require(TF_NumDims(x) == 2, "AblateInverseNorms: x must be a matrix");
  if (!call.good) return;
  const int64_t rows = TF_Dim(x, 0), dim = TF_Dim(x, 1);
  TF_Tensor* y = call.output(0, {rows});
  if (!call.good) return;
  in_parts(rows, std::max<int64_t>(1, dim), [&](int64_t row, int64_t count) { inverse_norms(data(x) + row * dim, data(y) + row, count, dim); });
}

void compute_less_rows(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.input(0), *y = call.input(1), *factor = call.input(2);
  if (!call.good) return;
  call.require(TF_NumDims(x) == 2 && shape_of(x) == shape_of(y) && TF_TensorElementCount(factor) == TF_Dim(x, 0), "AblateLessRows: x and y must be matrices of one shape, with a factor for each row");
  if (!call.good) return;
  const int64_t rows = TF_Dim(x, 0), dim = TF_Dim(x, 1);
  TF_Tensor* z = call.output(0, {rows, dim});
  if (!call.good) return;
  in_parts(rows, std::max<int64_t>(1, dim), [&](int64_t row, int64_t count) { less_rows(data(x) + row * dim, data(y) + row * dim, data(factor) + row, data(z) + row * dim, count, dim); });
}

}  // namespace

bool register_rows(TF_Status* status) {
  return define("AblateInverseNorms", {}, {"x: float"}, {"y: float"}, compute_inverse_norms, status) && define("AblateLessRows", {}, {"x: float", "y: float", "factor: float"}, {"z: float"}, compute_less_rows, status);
}

}  // namespace ablate
