import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMlflow, MlflowServer } from '#test/mlflow-server';
import { LineProcess } from './line-process.ts';
import { paired, resultOf, type PairedResult } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const typescript = (file: string, ...args: string[]): LineProcess =>
  new LineProcess(process.execPath, [here('../../framework/app/bin/ts.mjs'), here(file), ...args]);
const stepSettings = [
  'losses=[softmax, {center: {lambda: 0.01, alpha: 0.5}}]',
  'train.batch=128',
  `threads=${availableParallelism()}`,
];

/**
 * 100,000 metric points and 1,000 params to a real MLflow server beside MLflow's own client, and what a step's share
 * costs the training.
 */
export const exportToMlflow: Suite = async (pairs) => {
  const found = findMlflow();
  const python = 'python' in found ? found.python : pythonEnvironment('mlflow', ['mlflow'], ['mlflow>=3.17,<4']);
  const server = await MlflowServer.start(python);
  const folder = mkdtempSync(join(tmpdir(), 'ablate-bench-'));
  try {
    // The server's first answer, which takes longest, is nobody's time.
    await fetch(`${server.url}/api/2.0/mlflow/experiments/search?max_results=1`);
    const points = join(folder, 'points.json');
    const ours = typescript('export-child.ts', server.url, points);
    await ours.read();
    const theirs = new LineProcess(python, [here('export_peer.py'), server.url, points]);
    const { name: peer } = await theirs.read<{ name: string }>();
    const exported = await paired(ours, theirs, pairs, 1, 1);
    const costs = await ours.ask<number[]>('costs');
    await Promise.all([ours.close(), theirs.close()]);
    return {
      title: 'Export, milliseconds',
      rows: [
        { case: '100,000 points and 1,000 params', peer: `against ${peer}`, ...exported },
        {
          case: "processor time for a step's ten points, beside the step itself",
          peer: `against ${peer}`,
          ...(await besideStep(costs, pairs)),
        },
      ],
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
};

/**
 * Processor time that a step's journalling and export take, beside the fastest step of lenet-plus-plus, which a busy
 * machine slows least.
 */
async function besideStep(costs: readonly number[], pairs: number): Promise<PairedResult> {
  const training = typescript('step-child.ts', here('step.yaml'), JSON.stringify(stepSettings));
  await training.read();
  const step = Math.min(...(await training.ask<number[]>(`steps ${10 + pairs}`)));
  await training.close();
  return resultOf(costs.map((cost) => [cost, step]));
}
