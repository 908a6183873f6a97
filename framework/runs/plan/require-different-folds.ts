import type { Dataset, Role, Split } from '../../contracts/dataset.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { foldOfSplit } from '../../experiment/spec/run-fold.ts';

/** Roles whose images a fold decides. */
const dealt: readonly Role[] = ['train', 'validation'];

/**
 * Refuses a plan of several folds whose data set gives the same images for each: it ignores its fold, and its copies
 * would count as independent results. Opens two folds; a data set that cannot be opened is left to its run.
 *
 * @throws AblateError SPEC_INVALID
 */
export async function requireDifferentFolds(
  { file, runs, study }: Plan,
  { catalogue, baseDirectory, cacheDirectory }: Pick<RunContext, 'catalogue' | 'baseDirectory' | 'cacheDirectory'>,
): Promise<void> {
  const folded = runs.flatMap(({ spec }) => {
    const fold = foldOfSplit(spec.dataset.options['split']);
    return fold ? [{ spec, fold }] : [];
  });
  const [first] = folded;
  if (!first || first.fold.of < 2 || (!study?.protocol && new Set(folded.map(({ fold }) => fold.index)).size < 2))
    return;
  const opened: Dataset[] = [];
  const open = async ({ dataset: { plugin, options }, seed }: RunSpec, fold: number): Promise<Dataset> => {
    const entry = await catalogue.load('dataset', plugin, baseDirectory);
    const streams = new RandomStreams(seed).scoped('dataset');
    const folded = { ...options, split: { ...(options['split'] as object), fold } };
    const dataset = await makeComponent(entry, folded, { streams, baseDirectory, cacheDirectory });
    opened.push(dataset);
    return dataset;
  };
  try {
    const [one, other] = [await open(first.spec, 0), await open(first.spec, 1)];
    if (
      dealt.some((role) => !isSameSplit(one.split(role), other.split(role))) ||
      one.provenance.digest !== other.provenance.digest
    )
      return;
  } catch {
    // What is wrong with the data is told by the run that needs them, with its place in the journal.
    return;
  } finally {
    for (const dataset of opened) await dataset.close?.();
  }
  const { plugin } = first.spec.dataset;
  throw new AblateError(
    'SPEC_INVALID',
    `${file}: dataset.${plugin}.split.fold: the data set ${plugin} gives the same images for fold 0 and fold 1: it ignores the fold, and ${first.fold.of} copies of one split would count as ${first.fold.of} results.`,
    {
      remedy: `Leave out protocol and folds, and vary the seed alone; or let the data set split by fold.`,
    },
  );
}

function isSameSplit(one: Split | undefined, other: Split | undefined): boolean {
  if (!one || !other) return one === other;
  if (one.length !== other.length || one.labels.some((label, row) => label !== other.labels[row])) return false;
  for (let row = 0; row < one.length; row++) if (one.source?.(row) !== other.source?.(row)) return false;
  return true;
}
