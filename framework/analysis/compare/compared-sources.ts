import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { metricMeanings } from '../../plugins/metric-meanings.ts';
import { findNamed, foldersOf } from './find-named.ts';
import { compareLosses, type CompareOptions, type LossComparison } from './compare-losses.ts';
import { readComparedRuns } from './read-compared-runs.ts';

/**
 * Compares the runs in what is named: folders, or specs whose runs lie in `out`. What was left out is among the notes.
 *
 * @param onLeft hears of each run that was left out, too
 * @throws AblateError as `findNamed`, `foldersOf` and `compareLosses`
 */
export async function comparedSources(
  names: readonly string[],
  { out, ...options }: Omit<CompareOptions, 'meaningOf'> & { readonly out: string },
  onLeft: (message: string) => void = () => undefined,
): Promise<LossComparison> {
  const catalogue = await createCatalogue();
  const named = [];
  for (const name of names) named.push(await findNamed(name, out, catalogue));
  const left: string[] = [];
  const runs = await readComparedRuns(await foldersOf(named), (message) => left.push(message));
  left.forEach((message) => onLeft(message));
  const meaningOf = await metricMeanings(
    runs.flatMap(({ evaluators = [] }) => evaluators),
    catalogue,
  );
  const comparison = compareLosses(runs, { ...options, meaningOf });
  return { ...comparison, notes: [...comparison.notes, ...left] };
}
