import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';
import type { Chosen } from '../search/study-stages.ts';
import { makeFolder } from '../tracking/make-folder.ts';
import { redactSecrets } from '../tracking/redact-secrets.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';
import type { KnownRuns } from './known-runs.ts';

/** Version of `plan.json`; a reader refuses another. */
const planVersion = 1;

/** A run as `plan.json` has it; how it stands is in its own folder. */
export interface PlanFileRun {
  /** Name of its folder. */
  readonly id: string;
  readonly label: string;
  /** Matrix path → this run's value; no secrets. */
  readonly point: Readonly<Record<string, unknown>>;
  /** What a search or a protocol runs it for. */
  readonly purpose?: 'search' | 'final';
}

/** What a search chose for a group. */
export interface PlanFileChoice {
  readonly group: string;
  /** Its point of the matrix: what it is known by when the spec has got others. */
  readonly point: Readonly<Record<string, unknown>>;
  /** Path → value. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the search's metric on validation; null without a search. */
  readonly score: number | null;
}

/** `plan.json` in an experiment's folder: all runs of the experiment, before the first of them starts. */
export interface PlanFile {
  readonly version: typeof planVersion;
  readonly name: string;
  /** Absolute path of the spec file. */
  readonly spec: string;
  readonly runs: readonly PlanFileRun[];
  /** What the search chose, once it is over. */
  readonly chosen?: readonly PlanFileChoice[];
  /** What the test set was opened for, the first time; it is not opened again for another choice. */
  readonly opened?: { readonly time: string; readonly chosen: readonly PlanFileChoice[] };
}

const fileIn = (parent: string): string => join(parent, 'plan.json');

/**
 * Writes the plan into the experiment's folder, which it makes; atomically, and not at all where it is there already.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL
 */
export async function writePlanFile(parent: string, { plan: { name, file, runs }, staged, chosen }: KnownRuns, opened?: PlanFile['opened']): Promise<void> {
  const plan: PlanFile = {
    version: planVersion, name, spec: file,
    runs: runs.map(({ id, label, point }) => ({ id, label, point: redactSecrets(point), ...(staged.has(id) && { purpose: staged.get(id)!.purpose }) })),
    ...(chosen && { chosen: chosen.map(choiceOf) }),
    ...(opened && { opened }),
  };
  const text = `${JSON.stringify(plan, null, 1)}\n`;
  if ((await readFile(fileIn(parent), 'utf8').catch(() => undefined)) === text) return;
  await makeFolder(parent);
  await writeAtomically(fileIn(parent), text);
}

/** A choice as the plan file has it. */
export function choiceOf({ group, point, values, score }: Chosen): PlanFileChoice {
  return { group, point: redactSecrets(point), values: Object.fromEntries(values), score: score ?? null };
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
