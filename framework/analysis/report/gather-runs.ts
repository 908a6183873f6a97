import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Tracker } from '../../contracts/tracker.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { serverTracker } from '../../records/sync/server-tracker.ts';
import { readSummary } from '../../records/run-folder/summary.ts';
import { findNamed, foldersOf } from '../compare/find-named.ts';
import type { UnreadRun } from './reported-run.ts';

/** Runs of which a report is made. */
export interface GatheredRuns {
  readonly folders: readonly RunFolder[];
  /** Runs of a server that could not be fetched. */
  readonly unread: readonly UnreadRun[];
  /** Folder of what was fetched → what to call its place. */
  readonly places: ReadonlyMap<string, string>;
  /** Removes what was fetched. */
  release(): Promise<void>;
}

/** Where names lead, and who hears how far the fetching has come. */
export interface GatherOptions {
  /** Folder that experiments are kept in, where a spec is named. */
  readonly runs: string;
  readonly catalogue: Catalogue;
  readonly onProgress: (done: number, total: number) => void;
}

/** Runs fetched at a time. */
const atOnce = 4;

/**
 * Finds what is named: folders and specs; else experiments on the MLflow server that the environment names, whose runs
 * are fetched. A run that lies in a named folder and on the server is taken once, from its folder.
 *
 * @throws AblateError USAGE where a name is none of these; RUN_FOLDER; TRACKER_REFUSED; SpecError
 */
export async function gatherRuns(
  names: readonly string[],
  { runs, catalogue, onProgress }: GatherOptions,
): Promise<GatheredRuns> {
  const isRemote = (name: string): boolean => !existsSync(name) && Boolean(process.env.MLFLOW_TRACKING_URI);
  const named = [];
  for (const name of names) if (!isRemote(name)) named.push(await findNamed(name, runs, catalogue));
  const folders = await foldersOf(named);
  const experiments = names.filter(isRemote);
  if (experiments.length === 0) return { folders, unread: [], places: new Map(), release: async () => undefined };
  const own = new Set(
    await Promise.all(folders.map(async (folder) => (await readSummary(folder).catch(() => undefined))?.uuid)),
  );
  const directory = await mkdtemp(join(tmpdir(), 'ablate-fetched-'));
  const release = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const tracker = await serverTracker(catalogue);
    const { fetched, unread } = await fetchRuns(tracker, await idsOf(tracker, experiments), directory, onProgress);
    const unplannedRuns = [];
    for (const folder of fetched)
      if (!own.has((await readSummary(folder).catch(() => undefined))?.uuid)) unplannedRuns.push(folder);
    return {
      folders: [...folders, ...unplannedRuns],
      unread,
      places: new Map(unplannedRuns.map(({ directory: at, id }) => [at, placeOf(id)])),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

const placeOf = (id: string): string => `MLflow run ${id}`;

async function idsOf(tracker: Tracker, experiments: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const name of experiments) {
    const found = await tracker.runsOf!(name).catch((cause: unknown) => {
      if (!(cause instanceof AblateError)) throw cause;
      throw new AblateError(
        cause.code,
        `There is no folder and no spec "${name}", and whether it is an experiment on the MLflow server could not be asked. ${cause.problem}`,
        { cause, ...(cause.remedy !== undefined && { remedy: cause.remedy }) },
      );
    });
    const remedy =
      'Name a folder of runs (runs/EXPERIMENT), the spec file that they were made from, or the experiment as the MLflow server shows it.';
    if (!found)
      throw new AblateError(
        'USAGE',
        `There is no folder and no spec "${name}", and the MLflow server has no experiment of that name.`,
        { remedy },
      );
    if (found.length === 0)
      throw new AblateError('USAGE', `The MLflow experiment "${name}" has no run of Ablate.`, { remedy });
    for (const id of found) ids.add(id);
  }
  return [...ids];
}

/** A run that the server cannot give is told of, and does not stop the others. */
async function fetchRuns(
  tracker: Tracker,
  ids: readonly string[],
  directory: string,
  onProgress: GatherOptions['onProgress'],
): Promise<{ fetched: RunFolder[]; unread: UnreadRun[] }> {
  const found = new Map<string, RunFolder | UnreadRun>();
  const due = [...ids];
  const fetchNext = async (): Promise<void> => {
    for (let id = due.shift(); id !== undefined; id = due.shift()) {
      const at = join(directory, id);
      const problem = await tracker.fetch!(id, at, true).then(
        () => undefined,
        (cause: unknown) => {
          if (cause instanceof AblateError) return cause.message;
          throw cause;
        },
      );
      found.set(id, problem === undefined ? runFolderAt(at) : { directory: placeOf(id), problem });
      onProgress(found.size, ids.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, fetchNext));
  const all = ids.map((id) => found.get(id)!);
  return {
    fetched: all.filter((one): one is RunFolder => !('problem' in one)),
    unread: all.filter((one): one is UnreadRun => 'problem' in one),
  };
}
