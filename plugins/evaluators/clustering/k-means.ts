import { tf, type Random } from 'ablate-ml';

/** Distances held at once: 64 MiB. */
const distancesAtOnce = 2 ** 24;
const maxRounds = 100;

/** A clustering. */
export interface Clusters {
  /** Cluster of each row, `[rows]`. */
  readonly assignment: Int32Array;
  /** Sum of the squared distances of the rows from their cluster's mean. */
  readonly inertia: number;
}

/**
 * Chooses the first centers by greedy k-means++ (Arthur and Vassilvitskii, SODA 2007, section 6, as scikit-learn has
 * it): 2 + ⌊ln k⌋ rows are drawn, each with a chance proportional to its squared distance from the centers before, and
 * the one that leaves the least sum of such distances becomes a center.
 */
export async function seededCenters(
  rows: Float32Array,
  dim: number,
  count: number,
  random: Random,
): Promise<Float32Array> {
  const items = rows.length / dim;
  const centers = new Float32Array(count * dim);
  const rowAt = (item: number): Float32Array => rows.subarray(item * dim, (item + 1) * dim);
  const candidates = 2 + Math.floor(Math.log(count));
  const table = new DistanceTable(rows, dim, candidates);
  try {
    const first = random.integer(items);
    centers.set(rowAt(first));
    let nearest = await table.nearer([first], new Float32Array(items).fill(Infinity));
    for (let center = 1; center < count; center++) {
      const drawn = drawByWeight(nearest, candidates, random);
      const lists = await table.nearer(drawn, nearest);
      const sums = drawn.map((_, candidate) => {
        let sum = 0;
        for (let item = candidate * items; item < (candidate + 1) * items; item++) sum += lists[item]!;
        return sum;
      });
      const best = sums.indexOf(Math.min(...sums));
      nearest = lists.subarray(best * items, (best + 1) * items);
      centers.set(rowAt(drawn[best]!), center * dim);
    }
  } finally {
    table.dispose();
  }
  return centers;
}

/** Draws indices with a chance proportional to their weight. */
function drawByWeight(weights: Float32Array, count: number, random: Random): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const places = Array.from({ length: count }, () => random.uniform() * total);
  const found = new Array<number>(count).fill(weights.length - 1);
  // One pass serves all: the smallest place first.
  const order = [...places.keys()].sort((a, b) => places[a]! - places[b]!);
  let [item, below] = [0, 0];
  for (const index of order) {
    while (item < weights.length - 1 && below + weights[item]! <= places[index]!) below += weights[item++]!;
    found[index] = item;
  }
  return found;
}

/** Squared distances of all rows from a few of them, on the device, which keeps the rows in blocks. */
class DistanceTable {
  readonly #rows: Float32Array;
  readonly #dim: number;
  readonly #blocks: readonly { readonly begin: number; readonly rows: tf.Tensor2D; readonly squares: tf.Tensor2D }[];

  constructor(rows: Float32Array, dim: number, most: number) {
    this.#rows = rows;
    this.#dim = dim;
    const items = rows.length / dim;
    const block = Math.max(1, Math.floor(distancesAtOnce / Math.max(most, dim)));
    this.#blocks = Array.from({ length: Math.ceil(items / block) }, (_, index) => {
      const begin = index * block;
      const end = Math.min(items, begin + block);
      const part = tf.tensor2d(rows.subarray(begin * dim, end * dim), [end - begin, dim]);
      return { begin, rows: part, squares: tf.tidy(() => tf.sum(tf.square(part), 1, true) as tf.Tensor2D) };
    });
  }

  /**
   * Returns for each of `chosen` the smaller of a row's `nearest` and its squared distance from it, `[chosen, rows]`.
   */
  async nearer(chosen: readonly number[], nearest: Float32Array): Promise<Float32Array> {
    const [items, dim] = [nearest.length, this.#dim];
    const found = new Float32Array(chosen.length * items);
    const centers = new Float32Array(chosen.length * dim);
    chosen.forEach((item, index) => centers.set(this.#rows.subarray(item * dim, (item + 1) * dim), index * dim));
    for (const { begin, rows, squares } of this.#blocks) {
      const distances = tf.tidy(() => {
        const table = tf.tensor2d(centers, [chosen.length, dim]);
        const own = tf.transpose(tf.sum(tf.square(table), 1, true));
        return tf.sub(tf.add(squares, own), tf.mul(tf.matMul(rows, table, false, true), 2));
      });
      const values = await distances.data();
      distances.dispose();
      for (let row = 0; row < rows.shape[0]; row++) {
        chosen.forEach((item, index) => {
          // Round-off must not give a center a chance of its own.
          const square = begin + row === item ? 0 : Math.max(0, values[row * chosen.length + index]!);
          found[index * items + begin + row] = Math.min(nearest[begin + row]!, square);
        });
      }
    }
    return found;
  }

  dispose(): void {
    for (const { rows, squares } of this.#blocks) tf.dispose([rows, squares]);
  }
}

/** Finds the nearest center of each row, on the device, block by block: argmax of ⟨x, 2c⟩ − ‖c‖². */
export async function assign(rows: Float32Array, dim: number, centers: Float32Array, into: Int32Array): Promise<void> {
  const count = centers.length / dim;
  const block = Math.max(1, Math.floor(distancesAtOnce / count));
  const [doubled, squares] = tf.tidy(() => {
    const table = tf.tensor2d(centers, [count, dim]);
    return [tf.mul(table, 2) as tf.Tensor2D, tf.sum(tf.square(table), 1)];
  });
  for (let begin = 0; begin < into.length; begin += block) {
    const end = Math.min(into.length, begin + block);
    const nearest = tf.tidy(() =>
      tf.argMax(
        tf.sub(
          tf.matMul(tf.tensor2d(rows.subarray(begin * dim, end * dim), [end - begin, dim]), doubled, false, true),
          squares,
        ),
        1,
      ),
    );
    into.set(await nearest.data<'int32'>(), begin);
    nearest.dispose();
  }
  tf.dispose([doubled, squares]);
}

/**
 * Moves each center to the mean of its rows, in doubles; a cluster without rows keeps its center. Returns the inertia
 * before the move.
 */
function update(rows: Float32Array, dim: number, assignment: Int32Array, centers: Float32Array): number {
  const sums = new Float64Array(centers.length);
  const sizes = new Float64Array(centers.length / dim);
  let inertia = 0;
  assignment.forEach((center, item) => {
    sizes[center]!++;
    for (let column = 0; column < dim; column++) {
      const value = rows[item * dim + column]!;
      sums[center * dim + column]! += value;
      inertia += (value - centers[center * dim + column]!) ** 2;
    }
  });
  sums.forEach((sum, entry) => {
    const size = sizes[Math.floor(entry / dim)]!;
    if (size > 0) centers[entry] = sum / size;
  });
  return inertia;
}

/**
 * Runs Lloyd's k-means from greedy k-means++ seeds until no row changes cluster, at most 100 rounds.
 *
 * @param rows row-major `[rows, dim]`
 * @param count clusters, at most the number of rows
 */
export async function kMeans(rows: Float32Array, dim: number, count: number, random: Random): Promise<Clusters> {
  const centers = await seededCenters(rows, dim, count, random);
  const assignment = new Int32Array(rows.length / dim);
  const before = new Int32Array(assignment.length).fill(-1);
  let inertia = Infinity;
  for (let round = 0; round < maxRounds; round++) {
    await assign(rows, dim, centers, assignment);
    inertia = update(rows, dim, assignment, centers);
    if (assignment.every((center, item) => center === before[item])) break;
    before.set(assignment);
  }
  return { assignment, inertia };
}
