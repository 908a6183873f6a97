// Convolutions of images [batch, height, width, inputs] with weights [rows, columns, inputs, outputs], and their gradients, as products of
// matrices read where they lie. The native library lays the weights out anew at each call, which for small images takes longer than the
// arithmetic. For processors with AVX-512; elsewhere nothing is registered.
#include "kernel.h"
#include <cstring>
#include <memory>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define AVX512 __attribute__((target("arch=x86-64-v4")))

namespace ablate {
namespace {

typedef float Vector __attribute__((vector_size(64), aligned(4)));
constexpr int64_t kLanes = 16;
/** Columns of a tile: two registers. */
constexpr int64_t kWide = 2 * kLanes;
/** Rows of a tile: with two registers each they leave some for what is multiplied. */
constexpr int kTall = 14;
/** Steps ahead of which the right matrix is fetched from the second cache. */
constexpr int64_t kAhead = 12;

/** Where the left matrix of a product lies: `count` runs of `length` steps, one row every `row` numbers, one step every `step`. */
struct Left {
  const float* start;
  int64_t row, step, count, length, run;
};

/** C [Rows × 32] = or += the sum over steps of left [Rows] × right [32]. */
template <int Rows, bool Unit>
AVX512 void tile(const Left& left, const float* right, int64_t right_step, float* c, int64_t c_row, bool add) {
  Vector sum[Rows][2];
  const int64_t row = Unit ? 1 : left.row;
  for (int r = 0; r < Rows; r++) sum[r][0] = sum[r][1] = Vector{};
  for (int64_t run = 0; run < left.count; run++) {
    // Three rows a pointer: the processor adds one or two strides by itself.
    const float* a[(Rows + 2) / 3];
#pragma GCC unroll 5
    for (int p = 0; p < (Rows + 2) / 3; p++) a[p] = left.start + run * left.run + 3 * p * row;
    for (int64_t k = 0; k < left.length; k++) {
      const Vector b0 = *reinterpret_cast<const Vector*>(right), b1 = *reinterpret_cast<const Vector*>(right + kLanes);
      right += right_step;
      __builtin_prefetch(right + kAhead * right_step);
      __builtin_prefetch(right + kAhead * right_step + kLanes);
#pragma GCC unroll 14
      for (int r = 0; r < Rows; r++) {
        const float x = a[r / 3][(r % 3) * row];
        sum[r][0] += x * b0;
        sum[r][1] += x * b1;
      }
#pragma GCC unroll 5
      for (int p = 0; p < (Rows + 2) / 3; p++) a[p] += left.step;
    }
  }
#pragma GCC unroll 14
  for (int r = 0; r < Rows; r++) {
    Vector* to = reinterpret_cast<Vector*>(c + r * c_row);
    Vector* then = reinterpret_cast<Vector*>(c + r * c_row + kLanes);
    *to = add ? *to + sum[r][0] : sum[r][0];
    *then = add ? *then + sum[r][1] : sum[r][1];
  }
}

using Tile = void (*)(const Left&, const float*, int64_t, float*, int64_t, bool);

template <bool Unit>
Tile tile_of(int64_t rows) {
  static const Tile tiles[] = {nullptr,          tile<1, Unit>,  tile<2, Unit>,  tile<3, Unit>,  tile<4, Unit>,  tile<5, Unit>,  tile<6, Unit>, tile<7, Unit>,
                               tile<8, Unit>,    tile<9, Unit>,  tile<10, Unit>, tile<11, Unit>, tile<12, Unit>, tile<13, Unit>, tile<14, Unit>};
  return tiles[rows];
}

/** Cuts `total` rows into tiles of nearly equal height and calls visit(first, rows) for each. */
template <typename Visit>
void each_tile(int64_t total, Visit visit) {
  const int64_t count = (total + kTall - 1) / kTall;
  for (int64_t index = 0, first = 0; index < count; index++) {
    const int64_t rows = (total - first) / (count - index);
    visit(first, rows);
    first += rows;
  }
}

/** Memory that a thread keeps for its next calls, since fresh memory costs as much as filling it. */
class Scratch {
 public:
  float* get(int64_t size) {
    if (size > size_) {
      memory_.reset(new float[size]);
      size_ = size;
    }
    return memory_.get();
  }

 private:
  std::unique_ptr<float[]> memory_;
  int64_t size_ = 0;
};

struct Shape {
  int64_t batch, height, width, inputs;
  int64_t kernel_rows, kernel_columns, stride, top, left;
  int64_t rows, columns, outputs;

  int64_t taps() const { return kernel_rows * kernel_columns * inputs; }
  int64_t tap_row() const { return kernel_columns * inputs; }
  int64_t padded_height() const { return std::max((rows - 1) * stride + kernel_rows, top + height); }
  int64_t padded_width() const { return std::max((columns - 1) * stride + kernel_columns, left + width); }
  bool padded() const { return padded_height() != height || padded_width() != width; }
  /** Rows of an image too short for tall tiles: the pixels' neighbourhoods are laid out one after the other then. */
  bool narrow() const { return columns < 7; }
  /** Numbers from one neighbourhood to the next, kept off powers of two, which would share lines of the cache. */
  int64_t pitch() const { return taps() + 16; }
};

/** An image with its border of zeros. */
void pad_image(const Shape& s, const float* image, float* to) {
  const int64_t line = s.padded_width() * s.inputs, own = s.width * s.inputs, before = s.left * s.inputs;
  for (int64_t y = 0; y < s.padded_height(); y++, to += line) {
    const int64_t from = y - s.top;
    if (from < 0 || from >= s.height) {
      std::memset(to, 0, line * sizeof(float));
      continue;
    }
    std::memset(to, 0, before * sizeof(float));
    std::memcpy(to + before, image + from * own, own * sizeof(float));
    std::memset(to + before + own, 0, (line - before - own) * sizeof(float));
  }
}

/** Neighbourhoods [rows · columns, taps] of an image. */
void neighbourhoods(const Shape& s, const float* image, float* to) {
  for (int64_t y = 0; y < s.rows; y++)
    for (int64_t x = 0; x < s.columns; x++, to += s.pitch())
      for (int64_t i = 0; i < s.kernel_rows; i++) {
        float* line = to + i * s.tap_row();
        const int64_t row = y * s.stride + i - s.top, first = x * s.stride - s.left;
        if (row < 0 || row >= s.height) {
          std::memset(line, 0, s.tap_row() * sizeof(float));
          continue;
        }
        const int64_t skip = std::min(std::max<int64_t>(0, -first), s.kernel_columns), end = std::max(skip, std::min(s.kernel_columns, s.width - first));
        std::memset(line, 0, skip * s.inputs * sizeof(float));
        std::memcpy(line + skip * s.inputs, image + (row * s.width + first + skip) * s.inputs, (end - skip) * s.inputs * sizeof(float));
        std::memset(line + end * s.inputs, 0, (s.kernel_columns - end) * s.inputs * sizeof(float));
      }
}

/** All neighbourhoods of a batch. */
const float* all_neighbourhoods(const Shape& s, const float* x) {
  static thread_local Scratch scratch;
  float* to = scratch.get(s.batch * s.rows * s.columns * s.pitch());
  Pool::instance().run(s.batch, [&](int64_t index) { neighbourhoods(s, x + index * s.height * s.width * s.inputs, to + index * s.rows * s.columns * s.pitch()); });
  return to;
}

/** A padded image in this thread's memory, or the image where it needs no border. */
const float* padded_image(const Shape& s, const float* x, int64_t index) {
  static thread_local Scratch scratch;
  const float* image = x + index * s.height * s.width * s.inputs;
  if (!s.padded()) return image;
  float* to = scratch.get(s.padded_height() * s.padded_width() * s.inputs);
  pad_image(s, image, to);
  return to;
}

/** y [batch, rows, columns, outputs] of weights laid out as panels [outputs / 32][taps][32]. */
void convolve(const Shape& s, const float* x, const float* panels, float* y) {
  const int64_t widths = s.outputs / kWide;
  if (s.narrow()) {
    const float* left = all_neighbourhoods(s, x);
    const int64_t pixels = s.batch * s.rows * s.columns, block = 8 * kTall, blocks = (pixels + block - 1) / block;
    Pool::instance().run(blocks * widths, [&](int64_t part) {
      const int64_t wide = part / blocks, from = part % blocks * block;
      each_tile(std::min(block, pixels - from), [&](int64_t first, int64_t rows) {
        const int64_t pixel = from + first;
        tile_of<false>(rows)({left + pixel * s.pitch(), s.pitch(), 1, 1, s.taps(), 0}, panels + wide * s.taps() * kWide, kWide, y + pixel * s.outputs + wide * kWide, s.outputs, false);
      });
    });
    return;
  }
  // Few images are cut into rows as well, so that every thread has some.
  const int64_t cuts = s.batch >= 8 ? 1 : std::min<int64_t>(s.rows, 4), line = s.padded_width() * s.inputs;
  Pool::instance().run(s.batch * cuts, [&](int64_t part) {
    const int64_t index = part / cuts, cut = part % cuts;
    const float* image = padded_image(s, x, index);
    for (int64_t wide = 0; wide < widths; wide++)
      for (int64_t row = s.rows * cut / cuts; row < s.rows * (cut + 1) / cuts; row++)
        each_tile(s.columns, [&](int64_t first, int64_t rows) {
          const Left left = {image + row * s.stride * line + first * s.stride * s.inputs, s.stride * s.inputs, 1, s.kernel_rows, s.tap_row(), line};
          tile_of<false>(rows)(left, panels + wide * s.taps() * kWide, kWide, y + ((index * s.rows + row) * s.columns + first) * s.outputs + wide * kWide, s.outputs, false);
        });
  });
}

/** Weights [taps, outputs] as panels [outputs / 32][taps][32]. */
const float* panels_of(const float* weights, int64_t taps, int64_t outputs) {
  static thread_local Scratch scratch;
  float* to = scratch.get(taps * outputs);
  const int64_t block = std::max<int64_t>(1, kGrain / outputs);
  Pool::instance().run((taps + block - 1) / block, [&](int64_t part) {
    for (int64_t tap = part * block; tap < std::min(taps, (part + 1) * block); tap++)
      for (int64_t wide = 0; wide < outputs / kWide; wide++) std::memcpy(to + (wide * taps + tap) * kWide, weights + tap * outputs + wide * kWide, kWide * sizeof(float));
  });
  return to;
}

/** The same of the weights that lead back: turned by half a turn, inputs and outputs changed places. `s` is that of the way back. */
const float* panels_back(const float* weights, const Shape& s) {
  static thread_local Scratch scratch;
  float* to = scratch.get(s.taps() * s.outputs);
  const int64_t pixels = s.kernel_rows * s.kernel_columns;
  Pool::instance().run(pixels * (s.outputs / kWide), [&](int64_t part) {
    const int64_t pixel = part % pixels, wide = part / pixels;
    const float* from = weights + ((pixels - 1 - pixel) * s.outputs + wide * kWide) * s.inputs;
    float* panel = to + (wide * s.taps() + pixel * s.inputs) * kWide;
    // A line of the cache at a time.
    for (int64_t k = 0; k < s.inputs; k += kLanes)
      for (int64_t column = 0; column < kWide; column++)
        for (int64_t step = k; step < std::min(s.inputs, k + kLanes); step++) panel[step * kWide + column] = from[column * s.inputs + step];
  });
  return to;
}

/** dw [taps, outputs]. */
void weight_gradient(const Shape& s, const float* x, const float* dy, float* dw) {
  const int64_t widths = s.outputs / kWide, size = s.taps() * s.outputs;
  if (s.narrow()) {
    const float* left = all_neighbourhoods(s, x);
    const int64_t pixels = s.batch * s.rows * s.columns, block = 8 * kTall, blocks = (s.taps() + block - 1) / block;
    Pool::instance().run(blocks, [&](int64_t part) {
      const int64_t from = part * block;
      each_tile(std::min(block, s.taps() - from), [&](int64_t first, int64_t rows) {
        for (int64_t wide = 0; wide < widths; wide++)
          tile_of<true>(rows)({left + from + first, 1, s.pitch(), 1, pixels, 0}, dy + wide * kWide, s.outputs, dw + (from + first) * s.outputs + wide * kWide, s.outputs, false);
      });
    });
    return;
  }
  // Shares of the batch have sums of their own, added up in order; how many does not depend on the threads.
  const int64_t shares = std::min<int64_t>(s.batch, 8), line = s.padded_width() * s.inputs;
  static thread_local Scratch scratch;
  float* sums = scratch.get(shares * size);
  Pool::instance().run(shares, [&](int64_t share) {
    float* own = sums + share * size;
    for (int64_t index = s.batch * share / shares; index < s.batch * (share + 1) / shares; index++) {
      const float* image = padded_image(s, x, index);
      const bool add = index > s.batch * share / shares;
      for (int64_t wide = 0; wide < widths; wide++)
        for (int64_t i = 0; i < s.kernel_rows; i++)
          each_tile(s.tap_row(), [&](int64_t first, int64_t rows) {
            const Left left = {image + i * line + first, 1, s.stride * s.inputs, s.rows, s.columns, s.stride * line};
            tile_of<true>(rows)(left, dy + index * s.rows * s.columns * s.outputs + wide * kWide, s.outputs, own + (i * s.tap_row() + first) * s.outputs + wide * kWide, s.outputs, add);
          });
    }
  });
  Pool::instance().run((size + kGrain - 1) / kGrain, [&](int64_t part) {
    for (int64_t index = part * kGrain; index < std::min(size, (part + 1) * kGrain); index++) {
      float sum = sums[index];
      for (int64_t share = 1; share < shares; share++) sum += sums[share * size + index];
      dw[index] = sum;
    }
  });
}

/** What a call does not see from its tensors: stride, border, and two sides of the result. */
struct Settings {
  int64_t stride, top, left, rows, columns;
};

void* create(TF_OpKernelConstruction* construction) {
  Settings* settings = new Settings();
  TF_Status* status = TF_NewStatus();
  const std::pair<const char*, int64_t*> attributes[] = {{"stride", &settings->stride}, {"top", &settings->top}, {"left", &settings->left}, {"rows", &settings->rows}, {"columns", &settings->columns}};
  for (const auto& [name, value] : attributes) {
    if (TF_GetCode(status) == TF_OK) TF_OpKernelConstruction_GetAttrInt64(construction, name, value, status);
  }
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return settings;
}

void destroy(void* settings) { delete static_cast<Settings*>(settings); }

/** `rows` and `columns` are those of y. */
void compute(void* kernel, TF_OpKernelContext* context) {
  const Settings& set = *static_cast<Settings*>(kernel);
  Call call(context);
  TF_Tensor *x = call.input(0), *w = call.input(1);
  if (!call.good) return;
  call.require(TF_NumDims(x) == 4 && TF_NumDims(w) == 4 && TF_Dim(x, 3) == TF_Dim(w, 2) && TF_Dim(w, 3) % kWide == 0, "AblateConv2D: x [batch, height, width, inputs], weights [rows, columns, inputs, outputs], outputs a multiple of 32");
  if (!call.good) return;
  const Shape shape = {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3), TF_Dim(w, 0), TF_Dim(w, 1), set.stride, set.top, set.left, set.rows, set.columns, TF_Dim(w, 3)};
  TF_Tensor* y = call.output(0, {shape.batch, shape.rows, shape.columns, shape.outputs});
  if (!call.good) return;
  convolve(shape, data(x), panels_of(data(w), shape.taps(), shape.outputs), data(y));
}

/** `rows` and `columns` are those of x; the border is that of the way there, and the stride must be 1. */
void compute_input_gradient(void* kernel, TF_OpKernelContext* context) {
  const Settings& set = *static_cast<Settings*>(kernel);
  Call call(context);
  TF_Tensor *dy = call.input(0), *w = call.input(1);
  if (!call.good) return;
  call.require(set.stride == 1 && TF_NumDims(dy) == 4 && TF_NumDims(w) == 4 && TF_Dim(dy, 3) == TF_Dim(w, 3) && TF_Dim(w, 2) % kWide == 0, "AblateConv2DInputGrad: dy and weights do not fit, or inputs is no multiple of 32");
  if (!call.good) return;
  const Shape shape = {TF_Dim(dy, 0), TF_Dim(dy, 1), TF_Dim(dy, 2), TF_Dim(dy, 3), TF_Dim(w, 0), TF_Dim(w, 1), 1, TF_Dim(w, 0) - 1 - set.top, TF_Dim(w, 1) - 1 - set.left, set.rows, set.columns, TF_Dim(w, 2)};
  call.require(shape.top >= 0 && shape.left >= 0, "AblateConv2DInputGrad: the border is wider than the weights");
  if (!call.good) return;
  TF_Tensor* dx = call.output(0, {shape.batch, shape.rows, shape.columns, shape.outputs});
  if (!call.good) return;
  convolve(shape, data(dy), panels_back(data(w), shape), data(dx));
}

/** `rows` and `columns` are those of the weights. */
void compute_weight_gradient(void* kernel, TF_OpKernelContext* context) {
  const Settings& set = *static_cast<Settings*>(kernel);
  Call call(context);
  TF_Tensor *x = call.input(0), *dy = call.input(1);
  if (!call.good) return;
  call.require(TF_NumDims(x) == 4 && TF_NumDims(dy) == 4 && TF_Dim(x, 0) == TF_Dim(dy, 0) && TF_Dim(dy, 3) % kWide == 0, "AblateConv2DWeightGrad: x and dy do not fit, or outputs is no multiple of 32");
  if (!call.good) return;
  const Shape shape = {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3), set.rows, set.columns, set.stride, set.top, set.left, TF_Dim(dy, 1), TF_Dim(dy, 2), TF_Dim(dy, 3)};
  TF_Tensor* dw = call.output(0, {shape.kernel_rows, shape.kernel_columns, shape.inputs, shape.outputs});
  if (!call.good) return;
  weight_gradient(shape, data(x), data(dy), data(dw));
}

}  // namespace

bool register_convolution(TF_Status* status) {
  if (!__builtin_cpu_supports("x86-64-v4")) return false;
  const std::vector<const char*> attributes = {"stride: int", "top: int", "left: int", "rows: int", "columns: int"};
  return define("AblateConv2D", attributes, {"x: float", "weights: float"}, {"y: float"}, compute, status, create, destroy) &&
         define("AblateConv2DInputGrad", attributes, {"dy: float", "weights: float"}, {"dx: float"}, compute_input_gradient, status, create, destroy) &&
         define("AblateConv2DWeightGrad", attributes, {"x: float", "dy: float"}, {"dw: float"}, compute_weight_gradient, status, create, destroy);
}

}  // namespace ablate

#else
namespace ablate {
bool register_convolution(TF_Status*) { return false; }
}  // namespace ablate
#endif
