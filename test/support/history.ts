import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '../../framework/records/journal/read-journal.ts';

/** SHA-256 of a file. */
export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The checkpoints of a run by name: everything that its numbers follow from, to the bit. */
export const weights = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(dir, 'checkpoints'))
      .sort()
      .map((name) => [name, sha256(join(dir, 'checkpoints', name))]),
  );

/** The whole metric history of a run, but for what time decides. */
export const history = (dir: string): unknown[] =>
  [...readJournal(join(dir, 'journal.jsonl'))]
    .filter(({ type }) => ['step', 'epoch', 'evaluated'].includes(type))
    .map((record) => ({ ...record, v: 0, seq: 0, time: 0, milliseconds: 0, seconds: 0 }));

/** The folder of an experiment's only run. */
export function onlyRun(experiment: string): string {
  const runs = readdirSync(experiment).filter((name) => /-[0-9a-f]{8}$/.test(name));
  if (runs.length !== 1) throw new Error(`${experiment} holds ${runs.length} runs`);
  return join(experiment, runs[0]!);
}
