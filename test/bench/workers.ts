import { join } from 'node:path';
import { ablate } from '#test/ablate';
import { inNewFolder } from './in-new-folder.ts';
import { resultOf } from './paired.ts';
import type { Suite } from './suite.ts';

const spec = join(import.meta.dirname, '../integration/launch/sweep.yaml');

/** Milliseconds that eight runs take, from the command to its end. */
const sweep = (...more: readonly string[]): Promise<number> =>
  inNewFolder(async (out) => {
    const began = performance.now();
    const { code, stderr } = await ablate(['run', spec, '--out', out, '--json', '--set', 'train.epochs=45', ...more]);
    if (code !== 0) throw new Error(stderr);
    return performance.now() - began;
  });

/** Eight runs of one thread each, with two workers beside one after another. */
export const workers: Suite = async (pairs) => {
  const times: [number, number][] = [];
  for (let pair = 0; pair < pairs; pair++) times.push([await sweep('--workers', '2'), await sweep()]);
  return {
    title: 'Workers, milliseconds',
    rows: [
      {
        case: 'eight runs, one thread each, two workers',
        peer: 'against the same runs one after another',
        ...resultOf(times),
      },
    ],
  };
};
