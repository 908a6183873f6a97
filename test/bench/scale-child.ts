// Steps of a head of very many classes in Ablate, for the bench. COLUMNS 0: the head `cosine`, which holds all classes.
import * as tf from '@tensorflow/tfjs';
import { useDevice } from '../../framework/devices/devices.ts';
import { Clock } from '../../framework/training/engine/clock.ts';
import { qualified } from '../../framework/training/engine/qualified.ts';
import type { Session } from '../../framework/training/engine/session.ts';
import { trainingStep } from '../../framework/training/engine/training-step.ts';
import { dense } from '../../framework/math/layers/dense.ts';
import { overRows } from '../../framework/math/optimizers/over-rows.ts';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';
import { cosine } from '../../plugins/heads/cosine/cosine.ts';
import { sampled } from '../../plugins/heads/sampled/sampled.ts';
import { cosface } from '../../plugins/losses/cosface/cosface.ts';
import { sgd } from '../../plugins/optimizers/sgd/sgd.ts';
import { answerLines } from './answer-lines.ts';

const [classes, columns, dim, batch, threads] = process.argv.slice(2, 7).map(Number) as [
  number,
  number,
  number,
  number,
  number,
];
const storage = process.argv[7] as 'device' | 'host' | 'file' | undefined;
const device = await useDevice('auto', { threads });
const streams = new RandomStreams(1);
const context = { classes, dim, batch, streams };
const head =
  columns === 0
    ? cosine({ subCenters: 1 }, context)
    : sampled(
        { scores: 'cosine', rate: 1, columns, unsampled: 'frozen', storage: storage ?? 'device', bias: false },
        context,
      );
const layer = dense('embedding', 64, dim, streams.stream('layer'));
const parameters = [...qualified('backbone', layer.parameters), ...qualified('head', head.parameters)];
const optimizer = overRows(sgd({ momentum: 0.9, nesterov: false, weightDecay: 5e-4 }), () => 0.01);
optimizer.prepare(parameters);
const session = {
  backbone: {
    dim,
    parameters: layer.parameters,
    forward: (images: tf.Tensor4D) => layer.apply(tf.reshape(images, [-1, 64]), { training: true, step: 0 }),
  },
  head,
  losses: [{ name: 'cosface', loss: cosface({ s: 64, m: 0.4 }), weight: () => 1 }],
  groups: [{ optimizer, parameters }],
  clock: new Clock(1e6, 1e6),
  schedule: { rate: () => 0.01 },
  dataset: { imageShape: [8, 8, 1] },
} as unknown as Session;
const random = streams.stream('batches');
const pixels = Float32Array.from({ length: 64 * batch }, () => random.between(-1, 1));

await answerLines(`Ablate, ${device.description}`, async () => {
  const labels = Int32Array.from({ length: batch }, () => random.integer(classes));
  await trainingStep(
    session,
    { pixels, labels, rows: Int32Array.from(labels.keys()) },
    { accumulate: 1, clipGradientNorm: null },
  );
  session.clock.step++;
});
