import { registerHooks } from '../../plugins/register-hooks.ts';
import type { LossComparison } from '../../analysis/compare/compare-losses.ts';

/** How runs are compared; what is left out is as `ablate compare` has it. */
export interface CompareSettings {
  /** Paths of the matrix that make the groups; `losses` by default, or where those do not differ all but seed and fold. */
  readonly by?: readonly string[];
  /** By name, or as `map-at-r` for `MAP@R`; by default the first there is of the usual ones. */
  readonly metric?: string;
  /** Which way is better; by default what the evaluators say. */
  readonly mode?: 'max' | 'min';
  /** Whether each fold's model is compared by itself, or those of a seed as one. */
  readonly folds?: 'separated' | 'concatenated';
  /** Folder that experiments are kept in, where a spec is named; `runs` in the working folder. */
  readonly runs?: string;
}

/**
 * Tests which losses differ, on the same seeds and folds.
 *
 * @param sources folders of runs or of experiments, or the specs they were made from
 * @throws AblateError USAGE where there is nothing to compare, or a metric or path names nothing
 */
export async function compare(
  sources: string | readonly string[],
  { by, metric, mode, folds, runs: out = 'runs' }: CompareSettings = {},
): Promise<LossComparison> {
  await registerHooks();
  const { comparedSources } = await import('../../analysis/compare/compared-sources.ts');
  return comparedSources([sources].flat() as string[], {
    out,
    mode,
    ...(by && { by }),
    ...(metric !== undefined && { metric }),
    ...(folds && { folds }),
  });
}
