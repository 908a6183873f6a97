// What the convolutions multiply with: tiles of a product of two matrices that are read where they lie, in the vectors of a processor.
#pragma once
#include <cstdint>

namespace ablate {

/** The way through two matrices whose product is wanted: `length` steps at a time, in `inner` runs, and those `outer` times. Distances in numbers. */
struct Walk {
  int64_t length, left_step, right_step;
  int64_t inner = 1, inner_left = 0, inner_right = 0;
  int64_t outer = 1, outer_left = 0, outer_right = 0;
};

/** C [rows × wide] = or += the sum over all steps of left [rows] × right [wide]; rows of `left` lie `left_row` apart, those of C `c_row`. */
using Tile = void (*)(const Walk& walk, const float* left, int64_t left_row, const float* right, float* c, int64_t c_row, bool add);

/** Tiles in one kind of vector. Each number is summed in the order of the walk with fused products, so that all kinds give the same bits. */
struct Tiles {
  const char* name;
  /** Columns of a tile. */
  int64_t wide;
  /** Most rows of a tile. */
  int64_t tall;
  /** By rows from 1 on, and for rows of `left` that lie side by side. */
  const Tile *apart, *together;
};

/** The widest tiles that this processor has instructions for, at most those that `ABLATE_KERNELS` names; null where there are none. */
const Tiles* tiles_of_processor();

}  // namespace ablate
