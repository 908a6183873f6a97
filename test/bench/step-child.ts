// Training steps in Ablate, for the bench.
import type { BatchData } from '../../framework/training/engine/batch-data.ts';
import { trainingStep } from '../../framework/training/engine/training-step.ts';
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
await answerLines(`Ablate, ${device.description}`, () => trainingStep(session, batch, spec.train));
await session.close();
