// The tile, written once: each kind of vector includes this in a namespace that has `Vector`, `kLanes`, `kAcross` (vectors of a row),
// `kTall` (most rows), `load`, `store`, `add`, `spread` and `add_product`, and names its instructions by TARGET, which a template cannot.

constexpr int64_t kWide = kLanes * kAcross;

template <int Rows, bool Together>
TARGET void tile(const Walk& walk, const float* left, int64_t left_row, const float* right, float* c, int64_t c_row, bool adds) {
  // Three rows a pointer: the processor adds one or two strides by itself.
  constexpr int kPointers = (Rows + 2) / 3;
  Vector sum[Rows][kAcross];
  const int64_t row = Together ? 1 : left_row;
  for (int r = 0; r < Rows; r++)
    for (int v = 0; v < kAcross; v++) sum[r][v] = spread(0.0f);
  for (int64_t outer = 0; outer < walk.outer; outer++)
    for (int64_t inner = 0; inner < walk.inner; inner++) {
      const float* b = right + outer * walk.outer_right + inner * walk.inner_right;
      const float* a[kPointers];
      UNROLL for (int p = 0; p < kPointers; p++) a[p] = left + outer * walk.outer_left + inner * walk.inner_left + 3 * p * row;
      for (int64_t k = 0; k < walk.length; k++) {
        Vector wide[kAcross];
        UNROLL for (int v = 0; v < kAcross; v++) wide[v] = load(b + v * kLanes);
        b += walk.right_step;
        UNROLL for (int64_t line = 0; line < kWide; line += kLine) __builtin_prefetch(b + kAhead * walk.right_step + line);
        UNROLL for (int r = 0; r < Rows; r++) {
          const Vector x = spread(a[r / 3][(r % 3) * row]);
          UNROLL for (int v = 0; v < kAcross; v++) sum[r][v] = add_product(x, wide[v], sum[r][v]);
        }
        UNROLL for (int p = 0; p < kPointers; p++) a[p] += walk.left_step;
      }
    }
  UNROLL for (int r = 0; r < Rows; r++) UNROLL for (int v = 0; v < kAcross; v++) {
    float* to = c + r * c_row + v * kLanes;
    store(to, adds ? add(load(to), sum[r][v]) : sum[r][v]);
  }
}

template <bool Together, int... Rows>
const Tile* by_rows(std::integer_sequence<int, Rows...>) {
  static const Tile tiles[] = {tile<Rows + 1, Together>...};
  return tiles;
}

inline const Tiles* tiles(const char* name) {
  using Heights = std::make_integer_sequence<int, kTall>;
  static const Tiles all = {name, kWide, kTall, by_rows<false>(Heights()), by_rows<true>(Heights())};
  return &all;
}
