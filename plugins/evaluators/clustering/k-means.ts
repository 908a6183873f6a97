import { tf, type Random } from 'ablate-ml';

/** Distances held at once: 64 MiB. */
const distancesAtOnce = 2 ** 24;
const mostRounds = 100;

/** A clustering. */
export interface Clusters {
  /** Cluster of each row, `[rows]`. */
  readonly assignment: Int32Array;
  /** Sum of the squared distances of the rows from their cluster's mean. */
  readonly inertia: number;
}

/** The first centres: k-means++ (Arthur and Vassilvitskii, SODA 2007) draws each with a chance proportional to its squared distance from those drawn before. */
function seededCenters(rows: Float32Array, dim: number, count: number, random: Random): Float32Array {
  const items = rows.length / dim;
  const centers = new Float32Array(count * dim);
  const nearest = new Float64Array(items).fill(Infinity);
  let chosen = random.integer(items);
  for (let center = 0; center < count; center++) {
    centers.set(rows.subarray(chosen * dim, (chosen + 1) * dim), center * dim);
    let total = 0;
    for (let item = 0; item < items; item++) {
      let square = 0;
      for (let column = 0; column < dim; column++) square += (rows[item * dim + column]! - centers[center * dim + column]!) ** 2;
      if (square < nearest[item]!) nearest[item] = square;
      total += nearest[item]!;
    }
    let place = random.uniform() * total;
    chosen = items - 1;
    for (let item = 0; item < items; item++) {
      place -= nearest[item]!;
      if (place < 0) {
        chosen = item;
        break;
      }
    }
  }
  return centers;
}

/** The nearest centre of each row, on the device, block by block: argmax of ⟨x, 2c⟩ − ‖c‖². */
export async function assign(rows: Float32Array, dim: number, centers: Float32Array, into: Int32Array): Promise<void> {
  const count = centers.length / dim;
  const block = Math.max(1, Math.floor(distancesAtOnce / count));
  const [doubled, squares] = tf.tidy(() => {
    const table = tf.tensor2d(centers, [count, dim]);
    return [tf.mul(table, 2) as tf.Tensor2D, tf.sum(tf.square(table), 1)];
  });
  for (let begin = 0; begin < into.length; begin += block) {
    const end = Math.min(into.length, begin + block);
    const nearest = tf.tidy(() => tf.argMax(tf.sub(tf.matMul(tf.tensor2d(rows.subarray(begin * dim, end * dim), [end - begin, dim]), doubled, false, true), squares), 1));
    into.set(await nearest.data<'int32'>(), begin);
    nearest.dispose();
  }
  tf.dispose([doubled, squares]);
}

/** Moves each centre to the mean of its rows, in doubles; a cluster without rows keeps its centre. Returns the inertia before the move. */
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
 * Lloyd's k-means from k-means++ seeds until no row changes cluster, at most 100 rounds.
 *
 * @param rows row-major `[rows, dim]`
 * @param count clusters, at most the number of rows
 */
export async function kMeans(rows: Float32Array, dim: number, count: number, random: Random): Promise<Clusters> {
  const centers = seededCenters(rows, dim, count, random);
  const assignment = new Int32Array(rows.length / dim);
  const before = new Int32Array(assignment.length).fill(-1);
  let inertia = Infinity;
  for (let round = 0; round < mostRounds; round++) {
    await assign(rows, dim, centers, assignment);
    inertia = update(rows, dim, assignment, centers);
    if (assignment.every((center, item) => center === before[item])) break;
    before.set(assignment);
  }
  return { assignment, inertia };
}
