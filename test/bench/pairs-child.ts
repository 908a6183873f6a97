// Value and gradient of a loss of pairs in Ablate, for the bench `pairs`: LOSS OPTIONS ROWS THREADS
import { RandomStreams, tf, type ClassContext } from 'ablate-ml';
import { useDevice } from '../../framework/devices/devices.ts';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { makeComponent } from '../../framework/plugins/make-component.ts';
import { resolveInnerUse } from '../../framework/plugins/resolve-inner-use.ts';
import { answerLines } from './answer-lines.ts';

const [name, options, size, threads] = process.argv.slice(2) as [string, string, string, string];
const device = await useDevice('auto', { threads: Number(threads) });
const where = { catalogue: await createCatalogue(), baseDirectory: process.cwd() };
const context: ClassContext = { dim: 128, classes: Number(size) / 4, streams: new RandomStreams(1) };
const component: NonNullable<ClassContext['component']> = async (kind, use) => {
  const made = await resolveInnerUse(kind, use, where);
  return makeComponent(made.entry, made.options, { ...context, component } as never);
};
const loss = await component('loss', { [name]: JSON.parse(options) as Record<string, unknown> });

const random = new RandomStreams(1).stream('bench');
const rows = Number(size);
const values = Float32Array.from({ length: rows * 128 }, () => random.normal());
const labels = tf.tensor1d(
  Int32Array.from({ length: rows }, (_, row) => row >> 2),
  'int32',
);
const embedding = tf.variable(tf.tensor2d(values, [rows, 128]));
await answerLines(`Ablate, ${device.description}`, async () => {
  const { value, grads } = tf.variableGrads(
    () => loss.forward({ embedding: embedding as tf.Tensor as tf.Tensor2D, labels, step: 0 }).value,
    [embedding],
  );
  const gradient = grads[embedding.name]!;
  await gradient.data();
  tf.dispose([value, gradient]);
});
