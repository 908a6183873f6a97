import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { paired, type PairedResult } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const losses = { softmax: 'losses=[softmax]', 'softmax+center': 'losses=[softmax, {center: {lambda: 0.01, alpha: 0.5}}]' };
const cases = [
  { net: 'lenet-plus-plus-3', loss: 'softmax', batch: 128, steps: 20 },
  { net: 'lenet-plus-plus-3', loss: 'softmax+center', batch: 128, steps: 20 },
  { net: 'lenet-plus-plus-6', loss: 'softmax+center', batch: 128, steps: 6 },
  { net: 'lenet-plus-plus-3', loss: 'softmax+center', batch: 1, steps: 60 },
] as const;

/** A training step of Ablate beside PyTorch eager: same net, batch, losses, optimiser and threads, in turn. */
export async function step(pairs: number): Promise<{ title: string; rows: (PairedResult & { case: string; peer: string })[] }> {
  const python = pythonEnvironment('pytorch', ['torch'], ['torch==2.13.0']);
  const threads = availableParallelism();
  const rows = [];
  for (const { net, loss, batch, steps } of cases) {
    const set = [losses[loss], `train.batch=${batch}`, `threads=${threads}`, `backbone.lenet-plus-plus.convolutionsPerStage=${net.endsWith('6') ? 2 : 1}`];
    const ours = new LineProcess(process.execPath, [here('../../framework/bin/ts.mjs'), here('step-child.ts'), here('step.yaml'), JSON.stringify(set)]);
    const theirs = new LineProcess(python, [here('pytorch_step.py'), net, loss, String(batch), String(threads)]);
    const { name } = await ours.read<{ name: string }>();
    const { name: peer } = await theirs.read<{ name: string }>();
    const result = await paired(ours, theirs, pairs, steps);
    rows.push({ case: `${net}, ${loss}, batch ${batch}`, peer: `${name} against ${peer}`, ...result });
    await Promise.all([ours.close(), theirs.close()]);
  }
  return { title: 'Training step, milliseconds', rows };
}
