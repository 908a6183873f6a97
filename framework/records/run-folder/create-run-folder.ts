import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { writeSpec } from '../../experiment/spec/write-spec.ts';
import type { ProvenanceRequest } from '../provenance/collect-provenance.ts';
import { identifyExperiment } from './experiment-identity.ts';
import { lockRunFolder, type LockOptions, type RunLock } from './lock-run-folder.ts';
import { makeFolder } from '../../base/system/make-folder.ts';
import { recordProvenance } from '../provenance/record-provenance.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { removeTemporaries } from '../../base/system/remove-temporaries.ts';
import { requireOwnFiles } from './require-own-files.ts';
import { newSummary, readSummary, writeSummary, type RunSummary } from './summary.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

/** Gives the paths of the run in this folder, whether it exists or not. */
export function runFolderAt(directory: string): RunFolder {
  const absolute = resolve(directory);
  const inside = (name: string): string => join(absolute, name);
  return {
    id: absolute.split(/[/\\]/).at(-1)!,
    directory: absolute,
    spec: inside('spec.yaml'),
    journal: inside('journal.jsonl'),
    summary: inside('summary.json'),
    checkpoints: inside('checkpoints'),
    figures: inside('figures'),
  };
}

/** Where a run belongs and how its folder is taken. */
export interface RunFolderRequest extends Pick<ProvenanceRequest, 'catalogue' | 'device'> {
  /** Folder of the experiment; the run's folder is made in it, named by the run's id. */
  readonly parent: string;
  /** Name of the experiment. */
  readonly experiment: string;
  readonly run: PlannedRun;
  /** Absolute path of the spec file, for the provenance; its folder's git repository is asked. */
  readonly specFile: string;
  readonly lock?: LockOptions;
  /** Empties the folder first. */
  readonly fresh?: boolean;
}

/**
 * Makes a run's folder, or opens the one there is, and locks it for this process. Writes `spec.yaml`, `provenance.json`
 * (with its patches) and, where there is none, a `summary.json` whose status is `running`.
 *
 * @throws AblateError RUN_FOLDER where another process has it or it cannot be written; DISK_FULL
 */
export async function createRunFolder(request: RunFolderRequest): Promise<{ folder: RunFolder; lock: RunLock }> {
  const { run, experiment } = request;
  const folder = runFolderAt(join(request.parent, run.id));
  await makeFolder(folder.directory);
  const lock = await lockRunFolder(folder.directory, request.lock);
  try {
    await identifyExperiment(request.parent, experiment);
    const unemptied = (await readSummary(folder).catch(() => undefined))?.emptying ?? false;
    if (request.fresh || unemptied)
      await empty(folder, { ...newSummary({ uuid: randomUUID(), experiment, run }), emptying: true });
    await requireOwnFiles(folder);
    await removeTemporaries(folder.directory);
    await mkdir(folder.checkpoints, { recursive: true });
    await mkdir(folder.figures, { recursive: true });
    await writeAtomically(folder.spec, writeSpec({ spec: redactSecrets(run.spec), secrets: run.secrets }));
    await recordProvenance(folder, { ...request, spec: run.spec });
    const before = await readSummary(folder).catch(() => undefined);
    if (!before || before.emptying)
      await writeSummary(folder, newSummary({ uuid: before?.uuid ?? randomUUID(), experiment, run }));
    return { folder, lock };
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/**
 * Removes what a run has in its folder. From the first moment on the folder is that of a new run, whose summary says
 * that the rest has still to go: whoever takes it after a kill half way does not go on with what is left of the old
 * one. It says so until the folder is made.
 */
async function empty(folder: RunFolder, summary: RunSummary): Promise<void> {
  await writeSummary(folder, summary);
  const names = (await readdir(folder.directory)).filter(
    (name) => !name.startsWith('lock') && name !== basename(folder.summary),
  );
  await Promise.all(names.map((name) => rm(join(folder.directory, name), { recursive: true, force: true })));
}
