import type { RunSpec } from './spec.ts';

/** One run of an experiment. */
export interface PlannedRun {
  /**
   * Folder name, stable when the spec later gets more points: a slug of the point and a short hash of the resolved
   * spec.
   */
  readonly id: string;
  /** What distinguishes this run from its siblings, for people: `softmax + center · seed 2`. */
  readonly label: string;
  /** Matrix path → this run's value; empty without a matrix. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly spec: RunSpec;
  /**
   * Values of `spec` that came from the environment and are secret: their path in the written spec → what the author
   * wrote (`tracking.0.mlflow.password` → `${env:PASSWORD}`). `writeSpec` writes that instead; anything else that shows
   * options must too.
   */
  readonly secrets: Readonly<Record<string, string>>;
}
