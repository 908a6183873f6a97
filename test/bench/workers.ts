import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ablate } from '../runs/ablate.ts';
import { resultOf, type PairedResult } from './paired.ts';

const spec = join(import.meta.dirname, '../workers/sweep.yaml');

/** Milliseconds that eight runs take, from the command to its end. */
async function sweep(...more: readonly string[]): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), 'ablate-bench-'));
  try {
    const began = performance.now();
    const { code, stderr } = await ablate(['run', spec, '--out', out, '--json', '--set', 'train.epochs=45', ...more]);
    if (code !== 0) throw new Error(stderr);
    return performance.now() - began;
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Eight runs of one thread each, with two workers beside one after another. */
export async function workers(pairs: number): Promise<{ title: string; rows: (PairedResult & { case: string; peer: string })[] }> {
  const times: [number, number][] = [];
  for (let pair = 0; pair < pairs; pair++) times.push([await sweep('--workers', '2'), await sweep()]);
  return { title: 'Workers, milliseconds', rows: [{ case: 'eight runs, one thread each, two workers', peer: 'against the same runs one after another', ...resultOf(times) }] };
}
