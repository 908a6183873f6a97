import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { metricLearning } from './metric-learning.ts';
import { namesOf } from './names-of.ts';
import { paired, resultOf, type PairedResult } from './paired.ts';
import type { Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Mebibytes of resident memory that no evaluation of the file may pass. */
const most = 2 ** 10;

interface Whole {
  readonly milliseconds: number;
  readonly metrics: Record<string, number>;
  readonly peakMebibytes: number;
}

/**
 * Search among 100,000 × 128 embeddings, retrieval's metrics and identification's ranks, beside faiss and
 * pytorch-metric-learning on the same file.
 */
export const retrieval: Suite = async (pairs) => {
  const python = metricLearning();
  const folder = mkdtempSync(join(tmpdir(), 'ablate-bench-'));
  const file = join(folder, 'embeddings.npz');
  const threads = String(availableParallelism());
  execFileSync(python, [here('retrieval_peer.py'), 'make', file]);
  const start = (): LineProcess =>
    new LineProcess(process.execPath, [
      here('../../framework/app/bin/ts.mjs'),
      here('retrieval-child.ts'),
      file,
      threads,
    ]);
  const [ours, theirs] = [start(), new LineProcess(python, [here('retrieval_peer.py'), 'serve', file, threads])];
  try {
    const peer = await namesOf(ours, theirs);
    const search = await paired(ours, theirs, pairs, 3);
    const whole = await alternately(ours, theirs, Math.max(1, Math.floor(pairs / 3)));
    const ranks = start();
    await ranks.read();
    const identified = await paired(asSteps(ranks), theirs, pairs, 3);
    const peak = await ranks.ask<number>('peak');
    await ranks.close();
    process.stderr.write(
      `Most resident memory: retrieval ${whole.peak.ours.toFixed(0)} MiB, peer ${whole.peak.theirs.toFixed(0)} MiB; identification ${peak.toFixed(0)} MiB.\n`,
    );
    if (Math.max(whole.peak.ours, peak) > most) {
      process.stderr.write(`That is more than the ${most} MiB that an evaluation may take.\n`);
      process.exitCode = 1;
    }
    return {
      title: '100,000 × 128 embeddings of 10,000 classes, milliseconds',
      rows: [
        { case: '10 nearest of 2,000 queries; faiss IndexFlatIP', peer, ...search },
        { case: 'R-precision, MAP@R, precision@1 of all queries; AccuracyCalculator', peer, ...whole.result },
        { case: 'identification: ranks of 2,000 probes among 98,000; faiss 10 nearest of 2,000', peer, ...identified },
      ],
    };
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
    rmSync(folder, { recursive: true });
  }
};

/** The same process asked for ranks where others are asked for steps. */
function asSteps(program: LineProcess): LineProcess {
  return { ask: (line: string) => program.ask(line.replace('steps', 'ranks')) } as unknown as LineProcess;
}

async function alternately(
  ours: LineProcess,
  theirs: LineProcess,
  pairs: number,
): Promise<{ result: PairedResult; peak: { ours: number; theirs: number } }> {
  const runs: [Whole, Whole][] = [];
  for (let pair = 0; pair < pairs; pair++)
    runs.push([await ours.ask<Whole>('whole'), await theirs.ask<Whole>('whole')]);
  for (const [one, other] of runs) {
    const apart = Object.entries(other.metrics).filter(
      ([name, value]) => !(Math.abs(one.metrics[name]! - value) < 1e-4),
    );
    if (apart.length > 0)
      throw new Error(
        `The two do not agree on ${apart.map(([name, value]) => `${name}: ${one.metrics[name]} and ${value}`).join(', ')}.`,
      );
  }
  return {
    result: resultOf(runs.map(([one, other]) => [one.milliseconds, other.milliseconds])),
    peak: {
      ours: Math.max(...runs.map(([one]) => one.peakMebibytes)),
      theirs: Math.max(...runs.map(([, other]) => other.peakMebibytes)),
    },
  };
}
