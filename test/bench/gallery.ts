import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inNewFolder } from './in-new-folder.ts';
import { LineProcess } from './line-process.ts';
import { namesOf } from './names-of.ts';
import { resultOf } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const probes = 10_000;
/** Mebibytes of resident memory that the search may not pass. */
const most = 6 * 2 ** 10;
/**
 * Share of probes whose ten neighbors may be others than faiss's: ours are in the order of doubles, faiss's in that of
 * float32.
 */
const otherwise = 0.002;

interface Found {
  readonly milliseconds: number;
  readonly nearest: readonly (readonly number[])[];
}

/**
 * The ten nearest of 10,000 probes in a gallery of 1,000,000 × 512, read from its file in parts, beside faiss's flat
 * index in memory.
 */
export const gallery: Suite = (pairs) =>
  inNewFolder(async (folder) => {
    const python = pythonEnvironment('faiss', ['faiss'], ['faiss-cpu==1.15.1', 'numpy']);
    const threads = String(availableParallelism());
    execFileSync(python, [here('gallery_peer.py'), 'make', folder]);
    const ours = new LineProcess(process.execPath, [
      here('../../framework/app/bin/ts.mjs'),
      here('gallery-child.ts'),
      folder,
      threads,
    ]);
    const theirs = new LineProcess(python, [here('gallery_peer.py'), 'serve', folder, threads]);
    const peer = await namesOf(ours, theirs);
    for (const program of [ours, theirs]) await program.ask('search 200');
    const times: [number, number][] = [];
    for (let pair = 0; pair < Math.max(1, Math.floor(pairs / 3)); pair++) {
      const [one, other] = [await ours.ask<Found>(`search ${probes}`), await theirs.ask<Found>(`search ${probes}`)];
      const apart = one.nearest.filter((found, probe) =>
        found.some((reference) => !other.nearest[probe]!.includes(reference)),
      ).length;
      if (apart > otherwise * probes)
        throw new Error(`The two do not agree on the neighbors of ${apart} of ${probes} probes.`);
      times.push([one.milliseconds, other.milliseconds]);
    }
    const [own, others] = [await ours.ask<number>('peak'), await theirs.ask<number>('peak')];
    process.stderr.write(`Most resident memory: ${own.toFixed(0)} MiB, peer ${others.toFixed(0)} MiB.\n`);
    if (own > most) {
      process.stderr.write(`That is more than the ${most} MiB that the search may take.\n`);
      process.exitCode = 1;
    }
    await Promise.all([ours.close(), theirs.close()]);
    return {
      title: 'Gallery of 1,000,000 × 512, milliseconds',
      rows: [{ case: `10 nearest of ${probes} probes, exact`, peer, ...resultOf(times) }],
    };
  });
