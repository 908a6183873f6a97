import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';

/** What someone named: a folder of runs, or a spec with the folder that its runs are kept in. */
export interface Named {
  readonly directory: string;
  /** Where a spec was named. */
  readonly plan?: Plan;
}

/**
 * Finds what is named: a folder, or a spec file, whose runs lie in `<out>/<experiment>`.
 *
 * @throws AblateError USAGE; SpecError
 */
export async function findNamed(name: string, out: string, catalogue: Catalogue): Promise<Named> {
  if (!existsSync(name))
    throw new AblateError('USAGE', `There is no folder and no spec "${name}".`, {
      remedy:
        'Name a folder of runs (runs/EXPERIMENT), or the spec file that they were made from. `ablate report` takes experiments of an MLflow server too, where MLFLOW_TRACKING_URI names one.',
    });
  if (statSync(name).isDirectory()) return { directory: resolve(name) };
  const plan = await loadPlan(name, { catalogue, set: [] });
  return { directory: join(resolve(out), plan.name), plan };
}

/** Finds the runs in what is named, each once. @throws AblateError RUN_FOLDER where one has none */
export async function foldersOf(named: readonly Named[]): Promise<RunFolder[]> {
  const found = new Map<string, RunFolder>();
  for (const { directory } of named)
    for (const folder of await findRuns(directory)) found.set(folder.directory, folder);
  return [...found.values()];
}
