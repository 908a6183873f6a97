import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { createAtomically, writeAtomically } from '../../base/system/write-atomically.ts';

/** `experiment.json` beside the runs of an experiment. */
export interface ExperimentIdentity {
  readonly version: 1;
  /** Unique everywhere; a tracking server's copy of the sweep is found by it. */
  readonly uuid: string;
  readonly name: string;
}

const fileIn = (directory: string): string => join(directory, 'experiment.json');

/**
 * Reads it; undefined where there is none.
 *
 * @throws AblateError RUN_FOLDER where it is damaged
 */
export async function readExperimentIdentity(directory: string): Promise<ExperimentIdentity | undefined> {
  const text = await readFile(fileIn(directory), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const identity = parsed(text);
  if (identity) return identity;
  throw new AblateError('RUN_FOLDER', `${fileIn(directory)} is damaged.`, {
    remedy: 'Run, resume or launch something of the experiment: it is made anew.',
  });
}

/** Writes it where there is none yet, or a damaged one; of several processes that try at once, one succeeds. */
export async function identifyExperiment(directory: string, name: string): Promise<void> {
  const file = fileIn(directory);
  const content = `${JSON.stringify({ version: 1, uuid: randomUUID(), name } satisfies ExperimentIdentity, null, 2)}\n`;
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === undefined) await createAtomically(file, content);
  else if (!parsed(before)) await writeAtomically(file, content);
}

function parsed(text: string): ExperimentIdentity | undefined {
  try {
    const identity = JSON.parse(text) as ExperimentIdentity | null;
    return typeof identity?.uuid === 'string' && typeof identity.name === 'string' ? identity : undefined;
  } catch {
    return undefined;
  }
}
