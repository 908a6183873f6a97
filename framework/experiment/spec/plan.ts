import type { PlannedRun } from './planned-run.ts';
import type { ExecutedOption } from './executed-options.ts';
import type { PluginUse } from './spec.ts';
import type { Study } from './study.ts';

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
