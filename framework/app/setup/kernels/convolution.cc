// Convolutions of images [batch, height, width, inputs] with weights [rows, columns, inputs, outputs], and their gradients, as products of
// matrices read where they lie. The native library lays the weights out anew at each call, which for small images takes longer than the
// arithmetic. For processors with AVX-512; elsewhere nothing is registered.
#include "kernel.h"

#include <cstring>
#include <memory>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define AVX512 __attribute__((target("arch=x86-64-v4")))

namespace ablate {
namespace {

typedef float Vector __attribute__((vector_size(64), aligned(4)));
constexpr int64_t kLanes = 16;
/** Columns of a tile: two registers. */
constexpr int64_t kWide = 2 * kLanes;
/** Rows of a tile: with two registers each they leave some for what is multiplied. */
constexpr int kTall = 14;
/** Parts into which a batch's weight gradient is cut, and numbers that their sums may take. */
constexpr int64_t kParts = 8, kSums = 1 << 20;
/** Pixels of small images that one tile of a weight gradient goes through, so that it is seldom put away and fetched again. */
constexpr int64_t kPixels = 512;
/** Steps ahead of which the right matrix is fetched from the second cache. */
constexpr int64_t kAhead = 12;

/** The way through two matrices whose product is wanted: `length` steps at a time, in `inner` runs, and those `outer` times. Distances in numbers. */
struct Walk {
  int64_t length, left_step, right_step;
  int64_t inner = 1, inner_left = 0, inner_right = 0;
  int64_t outer = 1, outer_left = 0, outer_right = 0;
};

/** C [Rows × 32] = or += the sum over all steps of left [Rows] × right [32]; rows of `left` lie `row` apart, side by side where Unit. */
template <int Rows, bool Unit>
AVX512 void tile(const Walk& walk, const float* left, int64_t left_row, const float* right, float* c, int64_t c_row, bool add) {
  Vector sum[Rows][2];
  const int64_t row = Unit ? 1 : left_row;
  for (int r = 0; r < Rows; r++) sum[r][0] = sum[r][1] = Vector{};
  for (int64_t outer = 0; outer < walk.outer; outer++)
    for (int64_t inner = 0; inner < walk.inner; inner++) {
      const float* b = right + outer * walk.outer_right + inner * walk.inner_right;
      // Three rows a pointer: the processor adds one or two strides by itself.
      const float* a[(Rows + 2) / 3];
#pragma GCC unroll 5
      for (int p = 0; p < (Rows + 2) / 3; p++) a[p] = left + outer * walk.outer_left + inner * walk.inner_left + 3 * p * row;
      for (int64_t k = 0; k < walk.length; k++) {
        const Vector b0 = *reinterpret_cast<const Vector*>(b), b1 = *reinterpret_cast<const Vector*>(b + kLanes);
        b += walk.right_step;
        __builtin_prefetch(b + kAhead * walk.right_step);
        __builtin_prefetch(b + kAhead * walk.right_step + kLanes);
#pragma GCC unroll 14
        for (int r = 0; r < Rows; r++) {
          const Vector x = _mm512_set1_ps(a[r / 3][(r % 3) * row]);
          sum[r][0] = _mm512_fmadd_ps(x, b0, sum[r][0]);
          sum[r][1] = _mm512_fmadd_ps(x, b1, sum[r][1]);
        }
#pragma GCC unroll 5
        for (int p = 0; p < (Rows + 2) / 3; p++) a[p] += walk.left_step;
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

using Tile = void (*)(const Walk&, const float*, int64_t, const float*, float*, int64_t, bool);

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
  int64_t padded_size() const { return padded_height() * padded_width() * inputs; }
  bool padded() const { return padded_height() != height || padded_width() != width; }
  /** Whether a pixel of many images makes better rows of a tile than many pixels of an image, and the border, of which small images have most, is left out. */
  bool small() const { return columns <= 8 && batch >= 8; }
  /** Numbers from one image to the next where `small`, kept off powers of two, which would share lines of the cache. */
  int64_t pitch() const { return height * width * inputs + kLanes; }
};

/** An image with its border of zeros; a border of less than nothing leaves pixels out. */
void pad_image(const Shape& s, const float* image, float* to) {
  const int64_t line = s.padded_width() * s.inputs, before = std::max<int64_t>(0, s.left) * s.inputs, skip = std::max<int64_t>(0, -s.left) * s.inputs, own = std::max<int64_t>(0, s.width * s.inputs - skip);
  for (int64_t y = 0; y < s.padded_height(); y++, to += line) {
    const int64_t from = y - s.top;
    if (from < 0 || from >= s.height) {
      std::memset(to, 0, line * sizeof(float));
      continue;
    }
    std::memset(to, 0, before * sizeof(float));
    std::memcpy(to + before, image + from * s.width * s.inputs + skip, own * sizeof(float));
    std::memset(to + before + own, 0, (line - before - own) * sizeof(float));
  }
}

/** What of a kernel's side lies in the image at a place: from which weight on, how many, and the pixel that the first meets. */
struct Reach {
  int64_t first, count, pixel;

  Reach(int64_t place, int64_t stride, int64_t border, int64_t kernel, int64_t side) {
    const int64_t start = place * stride - border;
    first = std::min(kernel, std::max<int64_t>(0, -start));
    count = std::max<int64_t>(0, std::min(kernel, side - start) - first);
    pixel = start + first;
  }
};

/** Of one axis, the places whose reach covers a weight: from which on, how many, and the pixel that the weight meets at the first. */
Reach covered(int64_t weight, int64_t stride, int64_t border, int64_t places, int64_t side) {
  Reach reach(0, 1, 0, 0, 0);
  reach.first = std::min(places, std::max<int64_t>(0, (border - weight + stride - 1) / stride));
  const int64_t last = side - 1 + border - weight;
  reach.count = last < 0 ? 0 : std::max<int64_t>(0, std::min(places, last / stride + 1) - reach.first);
  reach.pixel = reach.first * stride + weight - border;
  return reach;
}

/** A batch of small images, `pitch` numbers from one to the next. */
const float* apart(const Shape& s, const float* x) {
  static thread_local Scratch scratch;
  const int64_t size = s.height * s.width * s.inputs;
  float* to = scratch.get(s.batch * s.pitch());
  Pool::instance().run(s.batch, [&](int64_t index) { std::memcpy(to + index * s.pitch(), x + index * size, size * sizeof(float)); });
  return to;
}

/** A padded image in this thread's memory, or the image where it needs no border. */
const float* padded_image(const Shape& s, const float* x, int64_t index) {
  static thread_local Scratch scratch;
  const float* image = x + index * s.height * s.width * s.inputs;
  if (!s.padded()) return image;
  float* to = scratch.get(s.padded_size());
  pad_image(s, image, to);
  return to;
}

/** All padded images of a batch; the batch itself where they need no border. */
const float* all_padded(const Shape& s, const float* x) {
  if (!s.padded()) return x;
  static thread_local Scratch scratch;
  float* to = scratch.get(s.batch * s.padded_size());
  Pool::instance().run(s.batch, [&](int64_t index) { pad_image(s, x + index * s.height * s.width * s.inputs, to + index * s.padded_size()); });
  return to;
}

/** y [batch, rows, columns, outputs] of weights laid out as panels [outputs / 32][taps][32]. */
void convolve(const Shape& s, const float* x, const float* panels, float* y) {
  const int64_t widths = s.outputs / kWide;
  if (s.small()) {
    const float* images = apart(s, x);
    Pool::instance().run(widths * s.rows, [&](int64_t part) {
      const int64_t wide = part / s.rows, row = part % s.rows;
      const Reach down(row, s.stride, s.top, s.kernel_rows, s.height);
      for (int64_t column = 0; column < s.columns; column++) {
        const Reach across(column, s.stride, s.left, s.kernel_columns, s.width);
        const Walk walk = {across.count * s.inputs, 1, kWide, down.count, s.width * s.inputs, s.tap_row() * kWide};
        const float* from = images + (down.pixel * s.width + across.pixel) * s.inputs;
        const float* panel = panels + (wide * s.taps() + down.first * s.tap_row() + across.first * s.inputs) * kWide;
        float* to = y + (row * s.columns + column) * s.outputs + wide * kWide;
        each_tile(s.batch, [&](int64_t first, int64_t rows) { tile_of<false>(rows)(walk, from + first * s.pitch(), s.pitch(), panel, to + first * s.rows * s.columns * s.outputs, s.rows * s.columns * s.outputs, false); });
      }
    });
    return;
  }
  // Few images are cut into rows as well, so that every thread has some.
  const int64_t cuts = s.batch >= 8 ? 1 : std::min<int64_t>(s.rows, 4), line = s.padded_width() * s.inputs;
  const Walk walk = {s.tap_row(), 1, kWide, s.kernel_rows, line, s.tap_row() * kWide};
  Pool::instance().run(s.batch * cuts, [&](int64_t part) {
    const int64_t index = part / cuts, cut = part % cuts;
    const float* image = padded_image(s, x, index);
    for (int64_t wide = 0; wide < widths; wide++)
      for (int64_t row = s.rows * cut / cuts; row < s.rows * (cut + 1) / cuts; row++)
        each_tile(s.columns, [&](int64_t first, int64_t rows) {
          tile_of<false>(rows)(walk, image + row * s.stride * line + first * s.stride * s.inputs, s.stride * s.inputs, panels + wide * s.taps() * kWide,
                               y + ((index * s.rows + row) * s.columns + first) * s.outputs + wide * kWide, s.outputs, false);
        });
  });
}

/** Weights [taps, outputs] as panels [outputs / 32][taps][32]. */
const float* panels_of(const float* weights, int64_t taps, int64_t outputs) {
  static thread_local Scratch scratch;
  float* to = scratch.get(taps * outputs);
  in_parts(taps, outputs, [&](int64_t first, int64_t count) {
    for (int64_t tap = first; tap < first + count; tap++)
      for (int64_t wide = 0; wide < outputs / kWide; wide++) std::memcpy(to + (wide * taps + tap) * kWide, weights + tap * outputs + wide * kWide, kWide * sizeof(float));
  });
  return to;
}

/** Of one axis of the way back through a stride: the results at first, first + stride, … are a convolution of dy with every stride-th weight, turned round. */
struct Phase {
  int64_t first, count, taps, last, before;

  Phase(int64_t first, int64_t size, int64_t kernel, int64_t stride, int64_t border) : first(first), count((size - first + stride - 1) / stride) {
    const int64_t least = (first + border) % stride;
    taps = least < kernel ? (kernel - 1 - least) / stride + 1 : 0;
    last = least + (taps - 1) * stride;
    before = (last - first - border) / stride;
  }
};

/** The same of the weights [rows, width, …] that lead back in a phase: turned round, inputs and outputs changed places. `s` is that of the way back. */
const float* panels_back(const float* weights, const Shape& s, const Phase& down, const Phase& across, int64_t width, int64_t stride) {
  static thread_local Scratch scratch;
  float* to = scratch.get(s.taps() * s.outputs);
  const int64_t pixels = s.kernel_rows * s.kernel_columns;
  Pool::instance().run(pixels * (s.outputs / kWide), [&](int64_t part) {
    const int64_t pixel = part % pixels, wide = part / pixels, i = down.last - pixel / s.kernel_columns * stride, j = across.last - pixel % s.kernel_columns * stride;
    const float* from = weights + ((i * width + j) * s.outputs + wide * kWide) * s.inputs;
    float* panel = to + (wide * s.taps() + pixel * s.inputs) * kWide;
    // A line of the cache at a time.
    for (int64_t k = 0; k < s.inputs; k += kLanes)
      for (int64_t column = 0; column < kWide; column++)
        for (int64_t step = k; step < std::min(s.inputs, k + kLanes); step++) panel[step * kWide + column] = from[column * s.inputs + step];
  });
  return to;
}

/** dx [batch, height, width, inputs] of dy [batch, rows, columns, outputs]; the shape is that of the way there. */
void input_gradient(const Shape& there, const float* dy, const float* weights, float* dx) {
  const int64_t stride = there.stride, line = there.width * there.inputs;
  static thread_local Scratch scratch;
  for (int64_t row = 0; row < std::min(stride, there.height); row++)
    for (int64_t column = 0; column < std::min(stride, there.width); column++) {
      const Phase down(row, there.height, there.kernel_rows, stride, there.top), across(column, there.width, there.kernel_columns, stride, there.left);
      const bool none = down.taps == 0 || across.taps == 0;
      const Shape back = {there.batch, there.rows, there.columns, there.outputs, down.taps, across.taps, 1, down.before, across.before, down.count, across.count, there.inputs};
      float* own = stride == 1 ? dx : none ? nullptr : scratch.get(there.batch * down.count * across.count * there.inputs);
      if (!none) convolve(back, dy, panels_back(weights, back, down, across, there.kernel_columns, stride), own);
      if (stride == 1) return;
      Pool::instance().run(there.batch, [&](int64_t index) {
        for (int64_t y = 0; y < down.count; y++)
          for (int64_t x = 0; x < across.count; x++) {
            float* to = dx + (index * there.height + row + y * stride) * line + (column + x * stride) * there.inputs;
            if (none)
              std::memset(to, 0, there.inputs * sizeof(float));
            else
              std::memcpy(to, own + ((index * down.count + y) * across.count + x) * there.inputs, there.inputs * sizeof(float));
          }
      });
    }
}

/** dw [taps, outputs]. */
void weight_gradient(const Shape& s, const float* x, const float* dy, float* dw) {
  const int64_t widths = s.outputs / kWide, size = s.taps() * s.outputs;
  if (s.small() && s.rows * s.columns < kLanes * 4) {
    const float* images = apart(s, x);
    Pool::instance().run(widths * s.kernel_rows * s.kernel_columns, [&](int64_t part) {
      const int64_t wide = part % widths, i = part / widths / s.kernel_columns, j = part / widths % s.kernel_columns;
      // The places whose reach covers this weight.
      const Reach down = covered(i, s.stride, s.top, s.rows, s.height), across = covered(j, s.stride, s.left, s.columns, s.width);
      const Walk walk = {s.batch, s.pitch(), s.rows * s.columns * s.outputs, across.count, s.stride * s.inputs, s.outputs, down.count, s.stride * s.width * s.inputs, s.columns * s.outputs};
      const float* from = images + (down.pixel * s.width + across.pixel) * s.inputs;
      const float* slope = dy + (down.first * s.columns + across.first) * s.outputs + wide * kWide;
      float* to = dw + (i * s.kernel_columns + j) * s.inputs * s.outputs + wide * kWide;
      each_tile(s.inputs, [&](int64_t first, int64_t rows) { tile_of<true>(rows)(walk, from + first, 1, slope, to + first * s.outputs, s.outputs, false); });
    });
    return;
  }
  // Shares of the batch have sums of their own, added up in order; how many does not depend on the threads. Large weights are shared out instead.
  const int64_t shares = std::max<int64_t>(1, std::min({s.batch, kParts, kSums / size})), groups = std::min(widths, (kParts + shares - 1) / shares), line = s.padded_width() * s.inputs;
  const int64_t pixels = s.rows * s.columns, together = std::max<int64_t>(1, kPixels / pixels);
  const float* images = all_padded(s, x);
  static thread_local Scratch scratch;
  float* sums = shares > 1 ? scratch.get(shares * size) : dw;
  Pool::instance().run(shares * groups, [&](int64_t part) {
    const int64_t share = part / groups, group = part % groups;
    float* own = sums + share * size;
    const int64_t begin = s.batch * share / shares, end = s.batch * (share + 1) / shares;
    for (int64_t index = begin; index < end; index += together) {
      const float* image = images + index * s.padded_size();
      const Walk walk = {s.columns, s.stride * s.inputs, s.outputs, s.rows, s.stride * line, s.columns * s.outputs, std::min(together, end - index), s.padded_size(), pixels * s.outputs};
      for (int64_t wide = widths * group / groups; wide < widths * (group + 1) / groups; wide++)
        for (int64_t i = 0; i < s.kernel_rows; i++)
          each_tile(s.tap_row(), [&](int64_t first, int64_t rows) {
            tile_of<true>(rows)(walk, image + i * line + first, 1, dy + index * pixels * s.outputs + wide * kWide, own + (i * s.tap_row() + first) * s.outputs + wide * kWide, s.outputs, index > begin);
          });
    }
  });
  if (shares == 1) return;
  in_parts(size, 1, [&](int64_t first, int64_t count) {
    for (int64_t index = first; index < first + count; index++) {
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
  return create_settings<Settings>(construction, {{"stride", &Settings::stride}, {"top", &Settings::top}, {"left", &Settings::left}, {"rows", &Settings::rows}, {"columns", &Settings::columns}});
}

/** One of the three: what it wants of its two tensors, their shape together, and its result. */
struct Way {
  const char* wanted;
  bool (*fits)(const TF_Tensor* one, const TF_Tensor* other);
  Shape (*shape)(const Settings& set, const TF_Tensor* one, const TF_Tensor* other);
  std::vector<int64_t> (*sides)(const Shape& s);
  void (*work)(const Shape& s, const float* one, const float* other, float* result);
};

/** `rows` and `columns` are those of y. */
constexpr Way forward = {
    "AblateConv2D: x [batch, height, width, inputs], weights [rows, columns, inputs, outputs], outputs a multiple of 32",
    [](const TF_Tensor* x, const TF_Tensor* w) { return TF_Dim(x, 3) == TF_Dim(w, 2) && TF_Dim(w, 3) % kWide == 0; },
    [](const Settings& set, const TF_Tensor* x, const TF_Tensor* w) -> Shape {
      return {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3), TF_Dim(w, 0), TF_Dim(w, 1), set.stride, set.top, set.left, set.rows, set.columns, TF_Dim(w, 3)};
    },
    [](const Shape& s) -> std::vector<int64_t> { return {s.batch, s.rows, s.columns, s.outputs}; },
    [](const Shape& s, const float* x, const float* w, float* y) { convolve(s, x, panels_of(w, s.taps(), s.outputs), y); },
};

/** `rows` and `columns` are those of x. */
constexpr Way to_input = {
    "AblateConv2DInputGrad: dy and weights do not fit, or inputs is no multiple of 32",
    [](const TF_Tensor* dy, const TF_Tensor* w) { return TF_Dim(dy, 3) == TF_Dim(w, 3) && TF_Dim(w, 2) % kWide == 0; },
    [](const Settings& set, const TF_Tensor* dy, const TF_Tensor* w) -> Shape {
      return {TF_Dim(dy, 0), set.rows, set.columns, TF_Dim(w, 2), TF_Dim(w, 0), TF_Dim(w, 1), set.stride, set.top, set.left, TF_Dim(dy, 1), TF_Dim(dy, 2), TF_Dim(dy, 3)};
    },
    [](const Shape& s) -> std::vector<int64_t> { return {s.batch, s.height, s.width, s.inputs}; },
    input_gradient,
};

/** `rows` and `columns` are those of the weights. */
constexpr Way to_weights = {
    "AblateConv2DWeightGrad: x and dy do not fit, or outputs is no multiple of 32",
    [](const TF_Tensor* x, const TF_Tensor* dy) { return TF_Dim(x, 0) == TF_Dim(dy, 0) && TF_Dim(dy, 3) % kWide == 0; },
    [](const Settings& set, const TF_Tensor* x, const TF_Tensor* dy) -> Shape {
      return {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3), set.rows, set.columns, set.stride, set.top, set.left, TF_Dim(dy, 1), TF_Dim(dy, 2), TF_Dim(dy, 3)};
    },
    [](const Shape& s) -> std::vector<int64_t> { return {s.kernel_rows, s.kernel_columns, s.inputs, s.outputs}; },
    weight_gradient,
};

template <const Way& way>
void compute(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *one = call.input(0), *other = call.input(1);
  if (!call.good) return;
  call.require(TF_NumDims(one) == 4 && TF_NumDims(other) == 4 && way.fits(one, other), way.wanted);
  if (!call.good) return;
  const Shape shape = way.shape(*static_cast<Settings*>(kernel), one, other);
  TF_Tensor* result = call.output(0, way.sides(shape));
  if (call.good) way.work(shape, data(one), data(other), data(result));
}

}  // namespace

bool register_convolution(TF_Status* status) {
  if (!__builtin_cpu_supports("x86-64-v4")) return false;
  const std::vector<const char*> attributes = {"stride: int", "top: int", "left: int", "rows: int", "columns: int"};
  return define("AblateConv2D", attributes, {"x: float", "weights: float"}, {"y: float"}, compute<forward>, status, create, delete_settings<Settings>) &&
         define("AblateConv2DInputGrad", attributes, {"dy: float", "weights: float"}, {"dx: float"}, compute<to_input>, status, create, delete_settings<Settings>) &&
         define("AblateConv2DWeightGrad", attributes, {"x: float", "dy: float"}, {"dw: float"}, compute<to_weights>, status, create, delete_settings<Settings>);
}

}  // namespace ablate

#else
namespace ablate {
bool register_convolution(TF_Status*) { return false; }
}  // namespace ablate
#endif
