// Training steps in Ablate, for the bench.
import type { BatchData } from '../../framework/training/engine/batch-data.ts';
import { newCapture } from '../../framework/math/ops/capture.ts';
import { beginStep } from '../../framework/training/engine/training-step.ts';
import { answerLines } from './answer-lines.ts';
import { composeSpec } from './compose-spec.ts';

const [specFile, settings] = process.argv.slice(2) as [string, string];
const { session, spec, device } = await composeSpec(specFile, JSON.parse(settings) as string[]);
const indices = session.sampler.batch(0, 0);
const batch: BatchData = {
  pixels: await session.train.images(indices),
  labels: Int32Array.from(indices, (index) => session.train.labels[index]!),
  rows: indices,
};
// As a run has them: the first steps are looked at, the others are one call of the device each.
const capture = newCapture();
await answerLines(`Ablate, ${device.description}`, () =>
  capture.run(() => beginStep(session, batch, spec.train)).result(),
);
capture.dispose();
await session.close();
