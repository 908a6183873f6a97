import type { Columns } from './column.ts';
import type { Pairs, Role } from './dataset.ts';

/** A split after the backbone: rows keep the split's order. All arrays are plain memory, no tensors. */
export interface EmbeddedSplit {
  readonly role: Role;
  readonly dim: number;
  /** Row-major `[length, dim]`. */
  readonly embeddings: Float32Array;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** Class that the head predicts for each row, `[length]`; absent without a head. */
  readonly predictions?: Int32Array;
  /** What is known of the rows beside their class; absent where there are only embeddings. */
  readonly columns?: Columns | undefined;
  /** Where row `index` came from. */
  source?(index: number): string;
  /** The images themselves, small; absent where there are only embeddings. */
  readonly pictures?: Pictures;
}

/** Small pictures of a split's images, for figures. */
export interface Pictures {
  /** The same for every run that shows the same images in the same order. */
  readonly key: string;
  /** A `data:` URL for each row; undefined for a row that none was kept of. */
  urls(rows: readonly number[]): Promise<(string | undefined)[]>;
  /** Many of them on one sheet, evenly thinned. */
  sheet(): Promise<PictureSheet>;
}

/** Pictures side by side in one image file. */
export interface PictureSheet {
  /** WebP. */
  readonly image: Uint8Array;
  /** `[height, width]` of each picture in pixels. */
  readonly tile: readonly [height: number, width: number];
  /** Pictures in a line of the sheet. */
  readonly columns: number;
  /** The split's row that each picture shows, in the order of the sheet. */
  readonly rows: readonly number[];
}

/** Verification pairs over embedded images. */
export interface EmbeddedPairs extends Omit<Pairs, 'images'> {
  readonly images: EmbeddedSplit;
}

/** What an evaluator may ask of a trained run. Splits are embedded once, on first use. */
export interface EvaluationInput {
  /** The role under evaluation: `test` at the end, `validation` during training. */
  readonly role: Role;
  /**
   * The embedded split of that role, or undefined where the data set has none.
   *
   * @param mirrored the images flipped left to right; undefined also where there are no images to flip, only embeddings
   */
  split(role: Role, mirrored?: boolean): Promise<EmbeddedSplit | undefined>;
  /** The embedded pairs; `mirrored` as for `split`. */
  pairs(mirrored?: boolean): Promise<EmbeddedPairs | undefined>;
  /** Centers kept by a loss, row-major `[classes, dim]`, by loss name. */
  readonly centers: ReadonlyMap<string, Float32Array>;
  /** Images that training used, for protocols that depend on it; 0 where nobody knows, as of embeddings from a file. */
  readonly trainingImages: number;
  /** Seed of bootstrap and k-means. */
  readonly seed: number;
}

/** Points of a curve, for figures: `x` and `y` have the same length. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly xLabel: string;
  readonly yLabel: string;
}

/** What the values of a metric mean. */
export interface MetricMeaning {
  /** Which way is better; `neither` of what only describes, such as a threshold or a number of queries. */
  readonly better: 'higher' | 'lower' | 'neither';
  /** Least and largest value that it can take. */
  readonly range: readonly [least: number, largest: number];
}

/** What a threshold does to the pairs or queries it was chosen on. */
export interface ThresholdRates {
  /** What scores at least this is accepted; null where no score may be accepted at all. */
  readonly threshold: number | null;
  /** Share of different pairs, or of queries of nobody enrolled, that are accepted. */
  readonly FAR: number;
  /** Share of same pairs accepted, or of queries of somebody enrolled accepted as who they are (DIR). */
  readonly TAR: number;
  /** Share of all that is decided rightly. */
  readonly accuracy: number;
}

/** What one threshold does to a group, and what the group's own would do. */
export interface GroupRates {
  /** Pairs or queries of the group. */
  readonly count: number;
  /** A rate over nothing is null. */
  readonly FAR: number | null;
  readonly TAR: number | null;
  readonly ownThreshold: number | null;
  readonly ownTAR: number | null;
}

/** A threshold with what it does. */
export interface OperatingPoint extends ThresholdRates {
  /** 95 % intervals of `threshold`, `FAR`, `TAR` and `accuracy`. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** By group's name, where a column of groups was asked for. */
  readonly groups?: Readonly<Record<string, GroupRates>>;
}

/** How a score becomes the probability that two images show the same class, where half of all pairs do. */
export type Calibration =
  /** 1 / (1 + e^(−slope · score − offset)). */
  | { readonly kind: 'platt'; readonly slope: number; readonly offset: number }
  /** Linear between rising `scores`, level beyond them. */
  | { readonly kind: 'isotonic'; readonly scores: readonly number[]; readonly probabilities: readonly number[] };

/** How scores become decisions. */
export interface OperatingPoints {
  /** What the scores are: the cosine, or minus the Euclidean distance. */
  readonly score: 'cosine' | 'euclidean';
  /** By what chose the threshold: `FAR=1e-3`, `equal-error`, `best-accuracy`. */
  readonly points: Readonly<Record<string, OperatingPoint>>;
  readonly calibration?: Calibration;
}

/** What an evaluator found. */
export interface Evaluation {
  /** Metric name → value: `accuracy`, `TAR@FAR=1e-4`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % confidence interval by metric name. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>>;
  readonly curves?: Readonly<Record<string, Curve>>;
  /** Thresholds of its scores, by the protocol: `verification`, `identification`. */
  readonly operatingPoints?: Readonly<Record<string, OperatingPoints>>;
  /** What was left out and why, a sentence each; shown as warnings. */
  readonly notes?: readonly string[];
}

/** Measures a checkpoint on a split. */
export interface Evaluator {
  evaluate(input: EvaluationInput): Promise<Evaluation>;
}
