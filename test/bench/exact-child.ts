// Steps of a batch in exact parts or in one piece, for the bench `exact`; answers `difference` too.
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import type { BatchData } from '../../framework/training/engine/batch-data.ts';
import { differentiate } from '../../framework/training/engine/differentiate.ts';
import { differentiateExactly } from '../../framework/training/engine/differentiate-exactly.ts';
import { inputTensors } from '../../framework/training/engine/joined-input.ts';
import { microBatches } from '../../framework/training/engine/micro-batches.ts';
import { trainingStep } from '../../framework/training/engine/training-step.ts';
import { microBatchCount } from '../../framework/experiment/spec/micro-batch-count.ts';
import { composeSpec } from './compose-spec.ts';

const [specFile, settings] = process.argv.slice(2) as [string, string];
const { session, spec, device } = await composeSpec(specFile, JSON.parse(settings) as string[]);
const indices = session.sampler.batch(0, 0);
const batch: BatchData = {
  pixels: await session.train.images(indices),
  labels: Int32Array.from(indices, (index) => session.train.labels[index]!),
  rows: indices,
};

/** How far the gradient in parts is from that in one piece, and the largest entry of the latter. */
function difference(): { difference: number; largest: number } {
  const [whole, inParts] = [
    differentiate(session, batch, 1),
    differentiateExactly(session, microBatches(batch, microBatchCount(spec.train)), batch),
  ];
  const most = (tensors: readonly tf.Tensor[]): number =>
    Math.max(...tensors.map((tensor) => tf.tidy(() => tf.max(tf.abs(tensor)).dataSync()[0]!)));
  const found = tf.tidy(() => {
    const names = Object.keys(whole.gradients);
    return {
      difference: most(names.map((name) => tf.sub(whole.gradients[name]!, inParts.gradients[name]!))),
      largest: most(names.map((name) => whole.gradients[name]!)),
    } as never;
  }) as unknown as { difference: number; largest: number };
  for (const { numbers, gradients, input } of [whole, inParts]) tf.dispose([numbers, gradients, inputTensors(input)]);
  return found;
}

process.stdout.write(`${JSON.stringify({ name: `Ablate, ${device.description}` })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const times: number[] = [];
  for (let count = Number(line.split(' ')[1] ?? 0); count > 0; count--) {
    const began = performance.now();
    await trainingStep(session, batch, spec.train);
    times.push(performance.now() - began);
  }
  const answers: Record<string, () => unknown> = {
    peak: () => process.resourceUsage().maxRSS / 1024,
    difference,
  };
  process.stdout.write(`${JSON.stringify(answers[line]?.() ?? times)}\n`);
}
await session.close();
