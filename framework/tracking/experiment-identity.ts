import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `experiment.json` beside the runs of an experiment. */
export interface ExperimentIdentity {
  readonly version: 1;
  /** Unique everywhere; a tracking server's copy of the sweep is found by it. */
  readonly uuid: string;
  readonly name: string;
}

/** Reads it; undefined where there is none. */
export async function readExperimentIdentity(directory: string): Promise<ExperimentIdentity | undefined> {
  const text = await readFile(join(directory, 'experiment.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ExperimentIdentity);
}

/** Writes it where there is none yet; of several processes that try at once, one succeeds. */
export async function identifyExperiment(directory: string, name: string): Promise<void> {
  if (await readExperimentIdentity(directory)) return;
  const uuid = randomUUID();
  const temporary = join(directory, `experiment.json.${uuid.slice(0, 8)}.tmp`);
  await writeFile(temporary, `${JSON.stringify({ version: 1, uuid, name } satisfies ExperimentIdentity, null, 2)}\n`);
  await link(temporary, join(directory, 'experiment.json')).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  await rm(temporary);
}
