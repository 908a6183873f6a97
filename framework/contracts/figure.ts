import type { Evaluation, EvaluationInput } from './evaluator.ts';

/** A moment of a run's history: the means of an epoch's steps, or what validation found after it. */
export interface HistoryPoint {
  readonly epoch: number;
  readonly step: number;
  /** `loss`, each loss's own part, and validation's metrics with `validation/` before. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** One run's share of a figure. */
export interface FigurePanel {
  /** What distinguishes the run from its siblings: `softmax + center · seed 2`. */
  readonly title: string;
  /** What it shares with the runs that differ from it in seed and fold alone: `softmax + center`. */
  readonly group: string;
  readonly seed: number;
  /** Which fold of its training classes it held out, and of how many; absent where it has none. */
  readonly fold?: { readonly index: number; readonly of: number } | undefined;
  /** Matrix path → this run's value. */
  readonly point: Readonly<Record<string, unknown>>;
  /** What its last evaluation of the test role found; empty metrics before it. */
  readonly results: Evaluation;
  /** In order; empty where nothing was trained. */
  readonly history: readonly HistoryPoint[];
  /** Its embeddings, pairs and centers, or undefined where none were kept. */
  input(): Promise<EvaluationInput | undefined>;
  /**
   * Where the centers of its losses stood over training; undefined where no loss keeps centers or nothing was recorded.
   */
  movement?(): Promise<CenterMovement | undefined>;
}

/** Where the centers of one loss stood: at the beginning and after each epoch. */
export interface CenterMovement {
  /** Epochs done at each frame, `[frames]`. */
  readonly epochs: readonly number[];
  readonly classes: number;
  readonly dim: number;
  readonly classNames: readonly string[];
  /** Row-major `[frames, classes, dim]`. */
  readonly centers: Float32Array;
}

/** The numbers behind a figure, for a CSV file. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * A picture as a Vega specification. Conventions that make it interactive in a page: a mark's `tooltip` is shown on
 * hover and by keyboard; marks named
 * `hover` (invisible targets) are left out of files; a datum's `group` lets its row be filtered, a mark named
 * `panel:GROUP` the whole panel (a group's second is `panel:GROUP`, a tab and 2, and so on); a datum's `image`
 * (`EmbeddedSplit.pictures.key` and a row, with `/` between) links it to its image.
 */
export interface FigureDrawing {
  /** File name without extension. */
  readonly name: string;
  /** Heading for people: `Learning curve of accuracy`. */
  readonly title: string;
  /** A Vega 6 specification with its data inline. */
  readonly vega: Readonly<Record<string, unknown>>;
  /** One or two sentences for readers who can't see it. */
  readonly description: string;
  readonly table: FigureTable;
  /**
   * Specifications of an animation's frames, which become an animated PNG; `vega` is then the picture that stands
   * still.
   */
  readonly frames?: readonly Readonly<Record<string, unknown>>[];
}

/** Draws one or several runs side by side. */
export interface Figure {
  /** Nothing where the runs have nothing to draw (an embedding that is not 2-D). */
  draw(panels: readonly FigurePanel[]): Promise<FigureDrawing | readonly FigureDrawing[] | undefined>;
}
