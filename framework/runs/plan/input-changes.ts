import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { compareInputs, type Inputs } from '../../records/provenance/compare-environments.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { dataFacts } from '../../records/provenance/data-facts.ts';
import { pluginFacts, usesOf } from '../../records/provenance/plugin-facts.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { changeLines, type SpecChange } from './changed-spec.ts';
import type { DueRun } from './due-run.ts';

type Where = Pick<RunContext, 'catalogue' | 'baseDirectory'>;

/**
 * Compares what runs were made of with what is there now: a run that is done answers for today's data and code alone.
 * What has changed stands in `inputs` of a run that stays as it is, and among the `changes` of one that goes on;
 * nothing goes on that is run afresh.
 */
export async function withInputChanges(runs: readonly DueRun[], runContext: Where, fresh: boolean): Promise<DueRun[]> {
  if (fresh) return [...runs];
  const look = inputsLooker(runContext);
  const compared: DueRun[] = [];
  for (const run of runs) {
    // What a failed run was made of may be what has been mended.
    const inputs = run.selected && run.summary && run.status !== 'failed' ? await look(run.folder, run.run.spec) : [];
    compared.push(run.due ? { ...run, changes: [...run.changes, ...inputs] } : { ...run, inputs });
  }
  return compared;
}

/**
 * Makes what tells how a run's data, plugins and Ablate differ from those of today; runs of the same plugins and
 * options share a look at the disk.
 */
export function inputsLooker({
  catalogue,
  baseDirectory,
}: Where): (folder: RunFolder, spec: RunSpec) => Promise<SpecChange[]> {
  const known = new Map<string, Promise<Inputs>>();
  const inputsOf = async (spec: RunSpec): Promise<Inputs> => ({
    ablate: frameworkVersion,
    plugins: await pluginFacts(spec, catalogue, baseDirectory),
    data: await dataFacts(spec, baseDirectory),
  });
  return async (folder, spec) => {
    const begun = await readProvenance(folder);
    if (!begun) return [];
    const key = JSON.stringify(usesOf(spec));
    const now = known.get(key) ?? inputsOf(spec);
    known.set(key, now);
    return compareInputs(begun, await now).map(({ name, before, after }) => ({
      path: name,
      before,
      after,
      isInput: true,
    }));
  };
}

/** Makes the error that names what has changed since runs were done, and the two ways on. */
export function changedInputs(runs: readonly DueRun[]): AblateError {
  const [{ folder, inputs }] = runs as [DueRun];
  const others = runs.length > 1 ? `, and in ${runs.length - 1} more` : '';
  return new AblateError(
    'RUN_FOLDER',
    `The run in ${shownFile(folder.directory)}${others} is done, but what it was made of has changed since:\n${changeLines(inputs)}`,
    {
      remedy: 'Add --fresh to run it again, or --keep to keep its numbers as they are.',
    },
  );
}
