import type { EvaluationInput } from './evaluator.ts';

/** One run's share of a figure: its title (the matrix point) and what its evaluation offers. */
export interface FigurePanel {
  readonly title: string;
  readonly input: EvaluationInput;
}

/** A picture as a Vega specification. */
export interface FigureDrawing {
  /** File name without extension. */
  readonly name: string;
  /** A Vega 6 specification with its data inline. */
  readonly vega: Readonly<Record<string, unknown>>;
  /** One sentence for readers who can't see it. */
  readonly description: string;
}

/** Draws one or several runs side by side. */
export interface Figure {
  /** Undefined where the runs have nothing to draw (an embedding that is not 2-D). */
  draw(panels: readonly FigurePanel[]): Promise<FigureDrawing | undefined>;
}
