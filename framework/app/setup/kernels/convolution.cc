// Convolutions of images [batch, height, width, inputs] with weights [rows, columns, inputs, outputs], and their gradients, as products of
// matrices read where they lie. The native library lays the weights out anew at each call, which for small images takes longer than the
// arithmetic. Where there are no tiles for the processor nothing is registered.
#include "convolution-tiles.h"
#include "kernel.h"

#include <cstring>
#include <memory>

namespace ablate {
namespace {

/** What the products are made of; set where the kernels are registered. */
const Tiles* tiles = nullptr;
/** Numbers in a line of the cache; a tile is so many times as wide. */
constexpr int64_t kLine = 16;
/** Parts into which a batch's weight gradient is cut, and numbers that their sums may take. */
constexpr int64_t kParts = 8, kSums = 1 << 20;
/** Taps from which on a tile's columns of dy are worth laying out side by side. */
constexpr int64_t kManyTaps = 64;
/** Pixels of an image up to which its weight gradient goes through a pixel of many images instead. */
constexpr int64_t kFewPixels = 16;
/** Pixels of small images that one tile of a weight gradient goes through, so that it is seldom put away and fetched again. */
constexpr int64_t kPixels = 512;

/** Cuts `total` rows into tiles of nearly equal height and calls visit(first, rows) for each. */
template <typename Visit>
void each_tile(int64_t total, Visit visit) {
  const int64_t count = (total + tiles->tall - 1) / tiles->tall;
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
  int64_t padded_width() const { return std::max((columns - 1) * stride + kernel_columns, left + width); }
  int64_t padded_size() const { return height * padded_width() * inputs; }
  bool padded() const { return padded_width() != width; }
  /** Whether a pixel of many images makes better rows of a tile than many pixels of an image, and the border, of which small images have most, is left out. */
  bool small() const { return columns <= 8 && batch >= 8; }
  /** Numbers from one image to the next where `small`, kept off powers of two, which would share lines of the cache. */
  int64_t pitch() const { return height * width * inputs + kLine; }
};

/** An image with zeros left and right of its lines; a border of less than nothing leaves pixels out. Weights above and below it are left out. */
void pad_image(const Shape& s, const float* image, float* to) {
  const int64_t line = s.padded_width() * s.inputs, before = std::max<int64_t>(0, s.left) * s.inputs, skip = std::max<int64_t>(0, -s.left) * s.inputs, own = std::max<int64_t>(0, s.width * s.inputs - skip);
  for (int64_t y = 0; y < s.height; y++, to += line) {
    std::memset(to, 0, before * sizeof(float));
    std::memcpy(to + before, image + y * s.width * s.inputs + skip, own * sizeof(float));
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

/** y [batch, rows, columns, outputs] of weights laid out as panels [outputs / wide][taps][wide]. */
void convolve(const Shape& s, const float* x, const float* panels, float* y) {
  const int64_t widths = s.outputs / tiles->wide;
  if (s.small()) {
    const float* images = apart(s, x);
    Pool::instance().run(widths * s.rows, [&](int64_t part) {
      const int64_t wide = part / s.rows, row = part % s.rows;
      const Reach down(row, s.stride, s.top, s.kernel_rows, s.height);
      for (int64_t column = 0; column < s.columns; column++) {
        const Reach across(column, s.stride, s.left, s.kernel_columns, s.width);
        const Walk walk = {across.count * s.inputs, 1, tiles->wide, down.count, s.width * s.inputs, s.tap_row() * tiles->wide};
        const float* from = images + (down.pixel * s.width + across.pixel) * s.inputs;
        const float* panel = panels + (wide * s.taps() + down.first * s.tap_row() + across.first * s.inputs) * tiles->wide;
        float* to = y + (row * s.columns + column) * s.outputs + wide * tiles->wide;
        each_tile(s.batch, [&](int64_t first, int64_t rows) { tiles->apart[rows - 1](walk, from + first * s.pitch(), s.pitch(), panel, to + first * s.rows * s.columns * s.outputs, s.rows * s.columns * s.outputs, false); });
      }
    });
    return;
  }
  // Few images are cut into rows as well, so that every thread has some.
  const int64_t cuts = s.batch >= 8 ? 1 : std::min<int64_t>(s.rows, 4), line = s.padded_width() * s.inputs;
  Pool::instance().run(s.batch * cuts, [&](int64_t part) {
    const int64_t index = part / cuts, cut = part % cuts;
    const float* image = padded_image(s, x, index);
    for (int64_t wide = 0; wide < widths; wide++)
      for (int64_t row = s.rows * cut / cuts; row < s.rows * (cut + 1) / cuts; row++) {
        const Reach down(row, s.stride, s.top, s.kernel_rows, s.height);
        const Walk walk = {s.tap_row(), 1, tiles->wide, down.count, line, s.tap_row() * tiles->wide};
        const float* panel = panels + (wide * s.taps() + down.first * s.tap_row()) * tiles->wide;
        each_tile(s.columns, [&](int64_t first, int64_t rows) {
          tiles->apart[rows - 1](walk, image + down.pixel * line + first * s.stride * s.inputs, s.stride * s.inputs, panel,
                                 y + ((index * s.rows + row) * s.columns + first) * s.outputs + wide * tiles->wide, s.outputs, false);
        });
      }
  });
}

/** Weights [taps, outputs] as panels [outputs / wide][taps][wide]. */
const float* panels_of(const float* weights, int64_t taps, int64_t outputs) {
  static thread_local Scratch scratch;
  float* to = scratch.get(taps * outputs);
  in_parts(taps, outputs, [&](int64_t first, int64_t count) {
    for (int64_t tap = first; tap < first + count; tap++)
      for (int64_t column = 0; column < outputs; column += kLine)
        std::memcpy(to + (column - column % tiles->wide) * taps + tap * tiles->wide + column % tiles->wide, weights + tap * outputs + column, kLine * sizeof(float));
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
  Pool::instance().run(pixels * (s.outputs / tiles->wide), [&](int64_t part) {
    const int64_t pixel = part % pixels, wide = part / pixels, i = down.last - pixel / s.kernel_columns * stride, j = across.last - pixel % s.kernel_columns * stride;
    const float* from = weights + ((i * width + j) * s.outputs + wide * tiles->wide) * s.inputs;
    float* panel = to + (wide * s.taps() + pixel * s.inputs) * tiles->wide;
    // A line of the cache at a time.
    for (int64_t k = 0; k < s.inputs; k += kLine)
      for (int64_t column = 0; column < tiles->wide; column++)
        for (int64_t step = k; step < std::min(s.inputs, k + kLine); step++) panel[step * tiles->wide + column] = from[column * s.inputs + step];
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

/** A tile's columns of `count` rows that lie `step` apart, side by side, so that they fill neighboring lines of the cache. */
void panel_of(const float* from, int64_t count, int64_t step, float* to) {
  for (int64_t row = 0; row < count; row++, from += step, to += tiles->wide)
    for (int64_t column = 0; column < tiles->wide; column += kLine) std::memcpy(to + column, from + column, kLine * sizeof(float));
}

/** dw [taps, outputs]. */
void weight_gradient(const Shape& s, const float* x, const float* dy, float* dw) {
  const int64_t widths = s.outputs / tiles->wide, size = s.taps() * s.outputs, pixels = s.rows * s.columns;
  if (s.small() && pixels <= kFewPixels) {
    const float* images = apart(s, x);
    static thread_local Scratch scratch;
    float* panels = scratch.get(s.batch * pixels * s.outputs);
    // Of a pixel, all images.
    Pool::instance().run(widths * pixels, [&](int64_t part) {
      const int64_t wide = part / pixels, pixel = part % pixels;
      panel_of(dy + pixel * s.outputs + wide * tiles->wide, s.batch, pixels * s.outputs, panels + part * s.batch * tiles->wide);
    });
    Pool::instance().run(widths * s.kernel_rows * s.kernel_columns, [&](int64_t part) {
      const int64_t wide = part % widths, i = part / widths / s.kernel_columns, j = part / widths % s.kernel_columns;
      // The places whose reach covers this weight.
      const Reach down = covered(i, s.stride, s.top, s.rows, s.height), across = covered(j, s.stride, s.left, s.columns, s.width);
      const int64_t pixel = s.batch * tiles->wide;
      const Walk walk = {s.batch, s.pitch(), tiles->wide, across.count, s.stride * s.inputs, pixel, down.count, s.stride * s.width * s.inputs, s.columns * pixel};
      const float* from = images + (down.pixel * s.width + across.pixel) * s.inputs;
      const float* panel = panels + (wide * pixels + down.first * s.columns + across.first) * pixel;
      float* to = dw + (i * s.kernel_columns + j) * s.inputs * s.outputs + wide * tiles->wide;
      each_tile(s.inputs, [&](int64_t first, int64_t rows) { tiles->together[rows - 1](walk, from + first, 1, panel, to + first * s.outputs, s.outputs, false); });
    });
    return;
  }
  // Shares of the batch have sums of their own, added up in order; how many does not depend on the threads. Large weights are shared out instead.
  const int64_t shares = std::max<int64_t>(1, std::min({s.batch, kParts, kSums / size})), groups = std::min(widths, (kParts + shares - 1) / shares), line = s.padded_width() * s.inputs;
  const int64_t together = std::max<int64_t>(1, kPixels / pixels);
  const bool packed = s.taps() >= kManyTaps && widths > 1;
  const int64_t pixel = packed ? tiles->wide : s.outputs;
  const float* images = all_padded(s, x);
  static thread_local Scratch scratch;
  float* sums = shares > 1 ? scratch.get(shares * size) : dw;
  Pool::instance().run(shares * groups, [&](int64_t part) {
    static thread_local Scratch panel;
    const int64_t share = part / groups, group = part % groups;
    float* own = sums + share * size;
    const int64_t begin = s.batch * share / shares, end = s.batch * (share + 1) / shares;
    for (int64_t index = begin; index < end; index += together) {
      const float* image = images + index * s.padded_size();
      const int64_t count = std::min(together, end - index);
      float* own_panel = packed ? panel.get(count * pixels * tiles->wide) : nullptr;
      for (int64_t wide = widths * group / groups; wide < widths * (group + 1) / groups; wide++) {
        const float* slopes = dy + index * pixels * s.outputs + wide * tiles->wide;
        if (packed) {
          panel_of(slopes, count * pixels, s.outputs, own_panel);
          slopes = own_panel;
        }
        for (int64_t i = 0; i < s.kernel_rows; i++) {
          const Reach down = covered(i, s.stride, s.top, s.rows, s.height);
          const Walk walk = {s.columns, s.stride * s.inputs, pixel, down.count, s.stride * line, s.columns * pixel, count, s.padded_size(), pixels * pixel};
          each_tile(s.tap_row(), [&](int64_t first, int64_t rows) {
            tiles->together[rows - 1](walk, image + down.pixel * line + first, 1, slopes + down.first * s.columns * pixel, own + (i * s.tap_row() + first) * s.outputs + wide * tiles->wide, s.outputs, index > begin);
          });
        }
      }
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
    "AblateConv2D: x [batch, height, width, inputs], weights [rows, columns, inputs, outputs], outputs a multiple of a tile's width",
    [](const TF_Tensor* x, const TF_Tensor* w) { return TF_Dim(x, 3) == TF_Dim(w, 2) && TF_Dim(w, 3) % tiles->wide == 0; },
    [](const Settings& set, const TF_Tensor* x, const TF_Tensor* w) -> Shape {
      return {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3), TF_Dim(w, 0), TF_Dim(w, 1), set.stride, set.top, set.left, set.rows, set.columns, TF_Dim(w, 3)};
    },
    [](const Shape& s) -> std::vector<int64_t> { return {s.batch, s.rows, s.columns, s.outputs}; },
    [](const Shape& s, const float* x, const float* w, float* y) { convolve(s, x, panels_of(w, s.taps(), s.outputs), y); },
};

/** `rows` and `columns` are those of x. */
constexpr Way to_input = {
    "AblateConv2DInputGrad: dy and weights do not fit, or inputs is no multiple of a tile's width",
    [](const TF_Tensor* dy, const TF_Tensor* w) { return TF_Dim(dy, 3) == TF_Dim(w, 3) && TF_Dim(w, 2) % tiles->wide == 0; },
    [](const Settings& set, const TF_Tensor* dy, const TF_Tensor* w) -> Shape {
      return {TF_Dim(dy, 0), set.rows, set.columns, TF_Dim(w, 2), TF_Dim(w, 0), TF_Dim(w, 1), set.stride, set.top, set.left, TF_Dim(dy, 1), TF_Dim(dy, 2), TF_Dim(dy, 3)};
    },
    [](const Shape& s) -> std::vector<int64_t> { return {s.batch, s.height, s.width, s.inputs}; },
    input_gradient,
};

/** `rows` and `columns` are those of the weights. */
constexpr Way to_weights = {
    "AblateConv2DWeightGrad: x and dy do not fit, or outputs is no multiple of a tile's width",
    [](const TF_Tensor* x, const TF_Tensor* dy) { return TF_Dim(x, 0) == TF_Dim(dy, 0) && TF_Dim(dy, 3) % tiles->wide == 0; },
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

const char* register_convolution(TF_Status* status) {
  tiles = tiles_of_processor();
  const std::vector<const char*> attributes = {"stride: int", "top: int", "left: int", "rows: int", "columns: int"};
  const bool defined = tiles && define("AblateConv2D", attributes, {"x: float", "weights: float"}, {"y: float"}, compute<forward>, status, create, delete_settings<Settings>) &&
                       define("AblateConv2DInputGrad", attributes, {"dy: float", "weights: float"}, {"dx: float"}, compute<to_input>, status, create, delete_settings<Settings>) &&
                       define("AblateConv2DWeightGrad", attributes, {"x: float", "dy: float"}, {"dw: float"}, compute<to_weights>, status, create, delete_settings<Settings>);
  return defined ? tiles->name : nullptr;
}

}  // namespace ablate
