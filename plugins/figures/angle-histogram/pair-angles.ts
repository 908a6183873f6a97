import type { EmbeddedPairs, EmbeddedSplit, Random } from 'ablate-ml';
import { rowsByLabel, unitRows } from 'ablate-ml/metrics';

/** Angles in degrees between pairs of embeddings. */
export interface PairAngles {
  /** Of pairs of one class. */
  readonly positive: Float64Array;
  /** Of pairs of two classes. */
  readonly negative: Float64Array;
}

const degrees = 180 / Math.PI;

/** Computes the angles of the data set's own pairs. */
export function anglesOfPairs({ images, left, right, same }: EmbeddedPairs): PairAngles {
  const angle = angleBetween(images);
  const of = (kind: number): Float64Array =>
    Float64Array.from(
      [...same.keys()].filter((pair) => same[pair] === kind),
      (pair) => angle(left[pair]!, right[pair]!),
    );
  return { positive: of(1), negative: of(0) };
}

/**
 * Computes the angles of pairs drawn at random, `pairs` of each kind; undefined where there is no pair of one class, or
 * only one class.
 */
export function anglesOfSplit(split: EmbeddedSplit, pairs: number, random: Random): PairAngles | undefined {
  const byLabel = [...rowsByLabel(split.labels)].filter(([label]) => label >= 0).map(([, rows]) => rows);
  const several = byLabel.filter(({ length }) => length > 1);
  if (several.length === 0 || byLabel.length < 2) return undefined;
  const angle = angleBetween(split);
  const rows = byLabel.flat();
  const positive = Float64Array.from({ length: pairs }, () => {
    const members = several[random.integer(several.length)]!;
    const one = random.integer(members.length);
    return angle(members[one]!, members[(one + 1 + random.integer(members.length - 1)) % members.length]!);
  });
  const negative = Float64Array.from({ length: pairs }, () => {
    for (;;) {
      const [one, other] = [rows[random.integer(rows.length)]!, rows[random.integer(rows.length)]!];
      if (split.labels[one] !== split.labels[other]) return angle(one, other);
    }
  });
  return { positive, negative };
}

function angleBetween({ embeddings, dim }: EmbeddedSplit): (one: number, other: number) => number {
  const unit = unitRows(embeddings, dim);
  return (one, other) => {
    let cosine = 0;
    for (let column = 0; column < dim; column++) cosine += unit[one * dim + column]! * unit[other * dim + column]!;
    return Math.acos(Math.max(-1, Math.min(1, cosine))) * degrees;
  };
}
