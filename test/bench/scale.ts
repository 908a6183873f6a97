import { availableParallelism, freemem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { namesOf } from './names-of.ts';
import { paired } from './paired.ts';
import { pytorch } from './pytorch.ts';
import type { Row, Suite } from './suite.ts';
import { withPeaks } from './with-peaks.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const [dim, batch] = [512, 128];
const sizes = process.env.SCALE_CLASSES?.split(',').map(Number) ?? [10_000, 81_313, 360_000, 1_000_000];
/** How many classes a step plays; 0: all of them, in a dense head. */
const kinds: [string, (classes: number) => number][] = [
  ['8,192 columns', () => 8192],
  ['10 %', (classes) => Math.round(classes / 10)],
  ['dense', () => 0],
];
/** Matrices of the size of the class weights that a dense step of either program holds at most. */
const denseCopies = 7;
/** The same for the rows that a sampled step plays, beside the whole weights and their momentum. */
const playedCopies = 8;

/**
 * A step over very many classes beside a Partial FC in PyTorch: dense where it fits, at a tenth of the classes, and at
 * 8,192 columns. Both programs live at once and take turns.
 */
export const scale: Suite = async (pairs) => {
  const python = pytorch();
  const threads = availableParallelism();
  const rows: Row[] = [];
  for (const [kind, columnsOf] of kinds) {
    for (const classes of sizes) {
      const columns = columnsOf(classes);
      const needed = 2 * 4 * dim * (columns === 0 ? denseCopies * classes : 2 * classes + playedCopies * columns);
      if (needed > freemem() || columns > classes) {
        process.stderr.write(
          `${classes} classes, ${kind}: left out, two programs would take ${(needed / 2 ** 30).toFixed(1)} GiB of ${(freemem() / 2 ** 30).toFixed(1)}.\n`,
        );
        continue;
      }
      const settings = [classes, columns, dim, batch, threads].map(String);
      const ours = new LineProcess(process.execPath, [
        here('../../framework/app/bin/ts.mjs'),
        here('scale-child.ts'),
        ...settings,
      ]);
      const theirs = new LineProcess(python, [here('scale_peer.py'), ...settings]);
      const peer = await namesOf(ours, theirs);
      const result = await paired(
        ours,
        theirs,
        pairs,
        columns > 20_000 || (columns === 0 && classes > 20_000) ? 3 : 8,
        3,
      );
      const what = await withPeaks(`${classes.toLocaleString('en')} classes, ${kind}`, ours, theirs);
      await Promise.all([ours.close(), theirs.close()]);
      rows.push({ case: what, peer, ...result });
      process.stderr.write(`${what}: ${result.ours.toFixed(1)} against ${result.theirs.toFixed(1)} ms\n`);
    }
  }
  return {
    title: `Step over ${dim}-dimensional embeddings, batch ${batch}, CosFace and SGD with momentum, milliseconds`,
    rows,
  };
};
