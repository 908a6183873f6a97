import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';
import type { Plan } from '../spec/plan.ts';
import { makeFolder } from '../tracking/make-folder.ts';
import { redactSecrets } from '../tracking/redact-secrets.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';

/** Version of `plan.json`; a reader refuses another. */
const planVersion = 1;

/** A run as `plan.json` has it; how it stands is in its own folder. */
export interface PlanFileRun {
  /** Name of its folder. */
  readonly id: string;
  readonly label: string;
  /** Matrix path → this run's value; no secrets. */
  readonly point: Readonly<Record<string, unknown>>;
}

/** `plan.json` in an experiment's folder: all runs of the experiment, before the first of them starts. */
export interface PlanFile {
  readonly version: typeof planVersion;
  readonly name: string;
  /** Absolute path of the spec file. */
  readonly spec: string;
  readonly runs: readonly PlanFileRun[];
}

const fileIn = (parent: string): string => join(parent, 'plan.json');

/**
 * Writes the plan into the experiment's folder, which it makes; atomically, and not at all where it is there already.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL
 */
export async function writePlanFile(parent: string, { name, file, runs }: Plan): Promise<void> {
  const plan: PlanFile = { version: planVersion, name, spec: file, runs: runs.map(({ id, label, point }) => ({ id, label, point: redactSecrets(point) })) };
  const text = `${JSON.stringify(plan, null, 1)}\n`;
  if ((await readFile(fileIn(parent), 'utf8').catch(() => undefined)) === text) return;
  await makeFolder(parent);
  await writeAtomically(fileIn(parent), text);
}

/**
 * Reads the plan of an experiment; undefined where its folder has none.
 *
 * @throws AblateError RUN_FOLDER where it is damaged or of another version
 */
export async function readPlanFile(parent: string): Promise<PlanFile | undefined> {
  const file = fileIn(parent);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AblateError('RUN_FOLDER', `${file} cannot be read: ${cause.message}.`, { cause });
  });
  if (text === undefined) return undefined;
  let plan: PlanFile | undefined;
  try {
    plan = JSON.parse(text) as PlanFile;
  } catch (cause) {
    throw new AblateError('RUN_FOLDER', `${file} is damaged: ${(cause as Error).message}.`, { cause, remedy: 'Remove it: ablate run SPEC writes it again.' });
  }
  if (plan.version === planVersion) return plan;
  throw new AblateError('RUN_FOLDER', `${file} is of another version than this Ablate reads.`, { remedy: 'Use the version of Ablate that wrote it.' });
}
