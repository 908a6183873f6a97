import type { ExecutedOption } from './executed-options.ts';
import type { PluginUse, RunSpec } from './spec.ts';
import type { Study } from './study.ts';

/** One run of an experiment. */
export interface PlannedRun {
  /** Folder name, stable when the spec later gets more points: a slug of the point and a short hash of the resolved spec. */
  readonly id: string;
  /** What distinguishes this run from its siblings, for people: `softmax + center · seed 2`. */
  readonly label: string;
  /** Matrix path → this run's value; empty without a matrix. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly spec: RunSpec;
  /**
   * Values of `spec` that came from the environment and are secret: their path in the written spec → what the author wrote
   * (`tracking.0.mlflow.password` → `${env:PASSWORD}`). `writeSpec` writes that instead; anything else that shows options must too.
   */
  readonly secrets: Readonly<Record<string, string>>;
}

/** All runs of one spec file. */
export interface Plan {
  readonly name: string;
  readonly description: string;
  /** Absolute path of the spec file. */
  readonly file: string;
  /** Whether the spec itself says how many threads its runs have. */
  readonly pinsThreads: boolean;
  /** What hands the runs to a cluster; not part of what a run is. */
  readonly launch?: PluginUse;
  /** What of `launch` is executed: asked about where the spec is a stranger's. */
  readonly executed?: readonly ExecutedOption[];
  /** With a study: those that are known before the first of them has run. */
  readonly runs: readonly PlannedRun[];
  /** What `search` and `protocol` make of the spec. */
  readonly study?: Study;
}
