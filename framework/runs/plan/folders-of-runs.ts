import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { readSummary, type RunSummary } from '../../records/run-folder/summary.ts';
import { asBegun } from './as-begun.ts';
import { specChanges, type SpecChange } from './changed-spec.ts';

/** Where a run of a plan takes place. */
export interface PlacedRun {
  /** Its id is the folder's name, whatever the spec's hash is now. */
  readonly run: PlannedRun;
  readonly folder: RunFolder;
  /** What the folder says; undefined where there is none yet. */
  readonly summary: RunSummary | undefined;
  /** How its spec differs from the folder's, where the run is to go on. */
  readonly changes: readonly SpecChange[];
}

interface UnplannedRun {
  readonly folder: RunFolder;
  readonly summary: RunSummary;
}

const summaryOf = (folder: RunFolder): Promise<RunSummary | undefined> => readSummary(folder).catch(() => undefined);

/**
 * Finds the folder of each run of a plan: the one named by its spec or, where runs are resumed and there is none, one
 * of the same point that went on with this spec after it had begun with another, or the unfinished one whose spec has
 * changed least.
 *
 * @param parent the experiment's folder
 * @param keepThreads a run that goes on has as many threads as it began with
 */
export async function foldersOfRuns(
  plan: Plan,
  parent: string,
  resume: boolean,
  keepThreads = false,
): Promise<PlacedRun[]> {
  let unplannedRuns: UnplannedRun[] | undefined;
  const placed: PlacedRun[] = [];
  for (const planned of plan.runs) {
    const folder = runFolderAt(join(parent, planned.id));
    const summary = await summaryOf(folder);
    // A folder that was being emptied holds nothing that the run could go on with.
    const goesOn = resume && summary !== undefined && !summary.emptying;
    const run = goesOn ? await asBegun(folder, planned, keepThreads) : planned;
    if (summary || !resume) {
      placed.push({
        run,
        folder,
        summary,
        changes: goesOn && summary.status !== 'finished' ? await specChanges(folder, run) : [],
      });
      continue;
    }
    unplannedRuns ??= await unplannedRunsIn(parent, plan);
    const found = await closestMatch(run, unplannedRuns);
    if (found) unplannedRuns = unplannedRuns.filter(({ folder: taken }) => taken.id !== found.folder.id);
    placed.push(found ?? { run, folder, summary, changes: [] });
  }
  return placed;
}

/** Runs of the experiment that the plan does not name. */
async function unplannedRunsIn(parent: string, plan: Plan): Promise<UnplannedRun[]> {
  const planned = new Set(plan.runs.map(({ id }) => id));
  const names = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const unplannedRuns: UnplannedRun[] = [];
  for (const entry of names) {
    const folder = runFolderAt(join(parent, entry.name));
    const summary = entry.isDirectory() && !planned.has(entry.name) ? await summaryOf(folder) : undefined;
    if (summary && !summary.emptying) unplannedRuns.push({ folder, summary });
  }
  return unplannedRuns;
}

async function closestMatch(run: PlannedRun, unplannedRuns: readonly UnplannedRun[]): Promise<PlacedRun | undefined> {
  const point = redactSecrets(run.point);
  const candidates: PlacedRun[] = [];
  for (const { folder, summary } of unplannedRuns) {
    if (!isDeepStrictEqual(summary.point, point)) continue;
    const begun = await asBegun(folder, run, false);
    const changes = await specChanges(folder, begun).catch(() => undefined);
    if (changes && (changes.length === 0 || summary.status !== 'finished'))
      candidates.push({ run: { ...begun, id: folder.id }, folder, summary, changes });
  }
  return candidates.sort((one, other) => one.changes.length - other.changes.length)[0];
}
