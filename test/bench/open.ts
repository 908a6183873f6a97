import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inNewFolder } from './in-new-folder.ts';
import { resultOf } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Milliseconds that opening five million rows may take, but for the first time. */
const most = 1000;

interface Opened {
  readonly milliseconds: number;
  readonly images: number;
  readonly peak: number;
  readonly name?: string;
}

/**
 * A csv data set of 5,000,000 rows opened for the first time, which reads it and looks for every image, and again, in
 * processes of their own; beside pandas reading the file alone. @throws Error where opening it again takes longer than
 * a second
 */
export const open: Suite = (pairs) =>
  inNewFolder(async (folder) => {
    const python = pythonEnvironment('pandas', ['pandas'], ['pandas==2.3.3']);
    const answer = (program: string, ...args: string[]): Opened =>
      JSON.parse(
        execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
          .trim()
          .split('\n')
          .at(-1)!,
      ) as Opened;
    const child = [here('../../framework/app/bin/ts.mjs'), here('open-child.ts')];
    const ours = (): Opened => answer(process.execPath, ...child, 'open', folder);
    const theirs = (): Opened => answer(python, here('open_peer.py'), folder);
    execFileSync(process.execPath, [...child, 'make', folder]);
    const first: [Opened, Opened][] = [[ours(), theirs()]];
    const again = Array.from({ length: pairs }, (): [Opened, Opened] => [ours(), theirs()]);
    if (again.some((pair) => pair.some(({ images }) => images !== first[0]![1].images)))
      throw new Error('The two do not agree on the number of rows.');
    process.stderr.write(
      `Most resident memory: first ${first[0]![0].peak.toFixed(0)} MiB, again ${again[0]![0].peak.toFixed(0)} MiB, peer ${again[0]![1].peak.toFixed(0)} MiB.\n`,
    );
    const row = (what: string, times: readonly [Opened, Opened][]) => ({
      case: what,
      peer: first[0]![1].name!,
      ...resultOf(times.map(([one, other]) => [one.milliseconds, other.milliseconds])),
    });
    const result = {
      title: 'Data set of 5,000,000 rows, milliseconds to open',
      rows: [row('again, from its index', again), row('the first time (one pair)', first)],
    };
    if (result.rows[0]!.ours > most)
      throw new Error(`Opening it again took ${Math.round(result.rows[0]!.ours)} ms, more than ${most}.`);
    return result;
  });
