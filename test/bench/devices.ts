import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LineProcess } from './line-process.ts';
import { namesOf } from './names-of.ts';
import { paired } from './paired.ts';
import type { Row, Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const small = 'backbone.lenet-plus-plus.convolutionsPerStage=1';
const cases = [
  { name: 'lenet-plus-plus-3, softmax, batch 128', set: [small, 'losses=[softmax]', 'train.batch=128'], steps: 3 },
  { name: 'lenet-plus-plus-3, softmax+center, batch 32', set: [small, 'train.batch=32'], steps: 6 },
  { name: 'conv-4, softmax, batch 64', set: ['backbone={conv-4: {}}', 'losses=[softmax]', 'train.batch=64'], steps: 2 },
] as const;

/**
 * A training step on WebAssembly (one thread) beside the same step on the native library with all its threads, in turn.
 */
export const devices: Suite = async (pairs) => {
  const rows: Row[] = [];
  for (const { name, set, steps } of cases) {
    const start = (device: string): LineProcess =>
      new LineProcess(process.execPath, [
        here('../../framework/app/bin/ts.mjs'),
        here('step-child.ts'),
        here('step.yaml'),
        JSON.stringify([...set, `device=${device}`, `threads=${availableParallelism()}`]),
      ]);
    const [wasm, native] = [start('wasm'), start('tensorflow')];
    rows.push({ case: name, peer: await namesOf(wasm, native), ...(await paired(wasm, native, pairs, steps, 3)) });
    await Promise.all([wasm.close(), native.close()]);
  }
  return { title: 'Training step on wasm beside tensorflow, milliseconds', rows };
};
