// The largest of each window of an image [batch, height, width, channels], and its place in the window.
#include "kernel.h"
#include <cstring>

namespace ablate {
namespace {

struct Pooling {
  int64_t size, stride, same;
};

void* create_pooling(TF_OpKernelConstruction* construction) {
  return create_settings<Pooling>(construction, {{"size", &Pooling::size}, {"stride", &Pooling::stride}, {"same", &Pooling::same}}, [](const Pooling& pooling) -> const char* {
    return pooling.size < 1 || pooling.size > 15 || pooling.stride < 1 ? "AblateMaxPool: size must be 1 to 15, stride at least 1" : nullptr;
  });
}

/** How many windows there are along a side, and how many pixels the first one begins before the image. */
int64_t windows_along(int64_t side, const Pooling& pooling, int64_t* before) {
  *before = 0;
  if (!pooling.same) return side < pooling.size ? 0 : (side - pooling.size) / pooling.stride + 1;
  const int64_t count = (side + pooling.stride - 1) / pooling.stride;
  *before = std::max<int64_t>(0, (count - 1) * pooling.stride + pooling.size - side) / 2;
  return count;
}

VECTORIZED void first_of_window(const float* __restrict x, float* __restrict best, uint8_t* __restrict place, int64_t channels, uint8_t tap) {
  for (int64_t c = 0; c < channels; c++) {
    best[c] = x[c];
    place[c] = tap;
  }
}

VECTORIZED void next_of_window(const float* __restrict x, float* __restrict best, uint8_t* __restrict place, int64_t channels, uint8_t tap) {
  for (int64_t c = 0; c < channels; c++) {
    // NaN takes the place and keeps it.
    const bool larger = x[c] > best[c] || x[c] != x[c];
    best[c] = larger ? x[c] : best[c];
    place[c] = larger ? tap : place[c];
  }
}

VECTORIZED void give_to_tap(const float* __restrict dy, const uint8_t* __restrict place, float* __restrict dx, int64_t channels, uint8_t tap) {
  for (int64_t c = 0; c < channels; c++) dx[c] = place[c] == tap ? dy[c] : 0.0f;
}

VECTORIZED void add_to_tap(const float* __restrict dy, const uint8_t* __restrict place, float* __restrict dx, int64_t channels, uint8_t tap) {
  for (int64_t c = 0; c < channels; c++) dx[c] += place[c] == tap ? dy[c] : 0.0f;
}

/** Calls visit(tap, row, column) for the pixels of a window that lie in the image. */
template <typename Visit>
void each_tap(const Pooling& pooling, int64_t top, int64_t left, int64_t height, int64_t width, Visit visit) {
  for (int64_t i = 0; i < pooling.size; i++)
    for (int64_t j = 0; j < pooling.size; j++)
      if (top + i >= 0 && top + i < height && left + j >= 0 && left + j < width) visit(static_cast<uint8_t>(i * pooling.size + j), top + i, left + j);
}

void compute_max_pool(void* kernel, TF_OpKernelContext* context) {
  const Pooling& pooling = *static_cast<Pooling*>(kernel);
  Call call(context);
  TF_Tensor* x = call.input(0);
  if (!call.good) return;
  call.require(TF_NumDims(x) == 4, "AblateMaxPool: x must be [batch, height, width, channels]");
  if (!call.good) return;
  const std::vector<int64_t> shape = shape_of(x);
  const int64_t height = shape[1], width = shape[2], channels = shape[3];
  int64_t above, before;
  const int64_t rows = windows_along(height, pooling, &above), columns = windows_along(width, pooling, &before);
  TF_Tensor *y = call.output(0, {shape[0], rows, columns, channels}), *places = call.output(1, {shape[0], rows, columns, channels}, TF_UINT8);
  if (!call.good) return;
  const int64_t work = shape[0] * rows, block = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width * channels));
  Pool::instance().run((work + block - 1) / block, [&](int64_t part) {
    for (int64_t index = part * block; index < std::min(work, (part + 1) * block); index++) {
      const float* image = data(x) + index / rows * height * width * channels;
      for (int64_t column = 0; column < columns; column++) {
        const int64_t to = (index * columns + column) * channels;
        bool first = true;
        each_tap(pooling, index % rows * pooling.stride - above, column * pooling.stride - before, height, width, [&](uint8_t tap, int64_t i, int64_t j) {
          (first ? first_of_window : next_of_window)(image + (i * width + j) * channels, data(y) + to, data<uint8_t>(places) + to, channels, tap);
          first = false;
        });
      }
    }
  });
}

void compute_max_pool_gradient(void* kernel, TF_OpKernelContext* context) {
  const Pooling& pooling = *static_cast<Pooling*>(kernel);
  Call call(context);
  TF_Tensor *dy = call.input(0), *places = call.input(1), *sides = call.input(2);
  if (!call.good) return;
  call.require(TF_NumDims(dy) == 4 && TF_TensorElementCount(places) == TF_TensorElementCount(dy) && TF_TensorElementCount(sides) == 2, "AblateMaxPoolGrad: dy and places must be alike, sides two numbers");
  if (!call.good) return;
  const std::vector<int64_t> shape = shape_of(dy);
  const int64_t height = data<int32_t>(sides)[0], width = data<int32_t>(sides)[1], rows = shape[1], columns = shape[2], channels = shape[3];
  int64_t above, before;
  call.require(windows_along(height, pooling, &above) == rows && windows_along(width, pooling, &before) == columns, "AblateMaxPoolGrad: dy is not of an image of these sides");
  if (!call.good) return;
  TF_Tensor* dx = call.output(0, {shape[0], height, width, channels});
  if (!call.good) return;
  // Windows that cover the image once give every pixel its number; others add to what is 0 first.
  const bool tiles = pooling.size == pooling.stride && !pooling.same && rows * pooling.size == height && columns * pooling.size == width;
  const int64_t image = height * width * channels, block = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, image));
  Pool::instance().run((shape[0] + block - 1) / block, [&](int64_t part) {
    for (int64_t index = part * block; index < std::min(shape[0], (part + 1) * block); index++) {
      float* to = data(dx) + index * image;
      if (!tiles) std::memset(to, 0, image * sizeof(float));
      for (int64_t row = 0; row < rows; row++)
        for (int64_t column = 0; column < columns; column++) {
          const int64_t from = ((index * rows + row) * columns + column) * channels;
          each_tap(pooling, row * pooling.stride - above, column * pooling.stride - before, height, width, [&](uint8_t tap, int64_t i, int64_t j) {
            (tiles ? give_to_tap : add_to_tap)(data(dy) + from, data<uint8_t>(places) + from, to + (i * width + j) * channels, channels, tap);
          });
        }
    }
  });
}

}  // namespace

bool register_max_pool(TF_Status* status) {
  const std::vector<const char*> attributes = {"size: int", "stride: int", "same: int"};
  return define("AblateMaxPool", attributes, {"x: float"}, {"y: float", "places: uint8"}, compute_max_pool, status, create_pooling, delete_settings<Pooling>) &&
         define("AblateMaxPoolGrad", attributes, {"dy: float", "places: uint8", "sides: int32"}, {"dx: float"}, compute_max_pool_gradient, status, create_pooling, delete_settings<Pooling>);
}

}  // namespace ablate
