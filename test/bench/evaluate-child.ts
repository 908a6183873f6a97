// Batches of evaluation in Ablate, for the bench: the engine's own pass over a split that is in memory.
import { embedBatches, evaluationBatch } from '../../framework/training/engine/embed.ts';
import { answerLines } from './answer-lines.ts';
import { composeSpec } from './compose-spec.ts';

const [specFile, settings] = process.argv.slice(2) as [string, string];
const {
  session: { backbone, dataset, clock, train, close },
  device,
} = await composeSpec(specFile, JSON.parse(settings) as string[]);
const pixels = await train.images(Int32Array.from({ length: evaluationBatch }, (_, index) => index % train.length));
const batches = embedBatches(
  { backbone, imageShape: dataset.imageShape, step: clock.step },
  { length: 2 ** 30, images: () => pixels },
);
await answerLines(`Ablate, ${device.description}`, () => batches.next());
await close();
