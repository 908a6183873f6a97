import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Checkpoint, CheckpointStore, StoredTensor, TrainingPosition } from '../../contracts/checkpoint.ts';
import type { RunEvent } from '../../contracts/run-event.ts';
import { useDevice } from '../../devices/devices.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { compose } from './compose.ts';
import { evaluate } from './evaluate.ts';
import { evaluationInput } from './evaluation-input.ts';
import { restore } from './restore.ts';
import { train } from './train.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

async function sessionOf(average: string) {
  const catalogue = await createCatalogue();
  const set = [
    'backbone={mlp: {hidden: [6], embedding: 2, normalizeEmbedding: batch}}',
    'evaluate=[class-statistics]',
    'train.epochs=3',
    `train.average=${average}`,
  ];
  const { runs } = await loadPlan(file, { catalogue, set });
  const { spec } = runs[0]!;
  return { spec, session: await compose(spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' }) };
}

/** Trains, and keeps the checkpoint, the events, and the weights after every step. */
async function trained(average: string, resume?: Checkpoint, stopAt = Infinity) {
  const { session, spec } = await sessionOf(average);
  const stop = new AbortController();
  let last: Checkpoint | undefined;
  const write: CheckpointStore['write'] = async (position, stored) => {
    const tensors = new Map<string, StoredTensor>();
    for await (const tensor of stored)
      if ('data' in tensor) tensors.set(tensor.name, { ...tensor, data: tensor.data.slice() });
    last = { position: JSON.parse(JSON.stringify(position)) as TrainingPosition, tensors };
    return { file: 'f', bytes: 1, sha256: '0' };
  };
  const model = session.parameters.filter(({ name }) => /^(?:backbone|head)\//.test(name));
  const weights = (): Map<string, Float32Array> =>
    new Map(model.map(({ name, variable }) => [name, variable.dataSync<'float32'>().slice()]));
  const path = [weights()];
  const { update } = session.average!;
  session.average!.update = (steps) => {
    path.push(weights());
    update(steps);
  };
  const events: RunEvent[] = [];
  const tensors = tf.memory().numTensors;
  await train(session, {
    train: spec.train,
    checkpoints: { write },
    emit(event) {
      events.push(event);
      if (event.type === 'step' && event.step >= stopAt) stop.abort();
    },
    signal: stop.signal,
    ...(resume && { resume }),
  });
  expect(tf.memory().numTensors).toBe(tensors);
  await session.close();
  return { last: last!, path, events };
}

describe('an average of weights and running statistics', () => {
  test.each([
    // Epochs of five steps.
    [
      '{ema: 0.9}',
      (path: readonly number[]) => path.slice(1).reduce((mean, value) => mean + (value - mean) * 0.1, path[0]!),
    ],
    ['{swa: {start: 1}}', (path: readonly number[]) => (path[5]! + path[10]! + path[15]!) / 3],
    ['{swa: {start: 1, every: 2}}', (path: readonly number[]) => (path[5]! + path[15]!) / 2],
    ['{swa: {start: 3}}', (path: readonly number[]) => path[15]!],
  ])('%s is what its formula says', async (average, expected) => {
    const { last, path } = await trained(average);
    expect(path).toHaveLength(16);
    for (const [name, values] of path[0]!)
      for (const index of values.keys())
        expect(last.tensors.get(`average/${name}`)!.data[index], name).toBeCloseTo(
          expected(path.map((weights) => weights.get(name)![index]!)),
          5,
        );
    expect([...path[0]!.keys()].some((name) => name.endsWith('/mean'))).toBe(true);
  });

  test.each([
    ['{ema: 0.9}', 2],
    ['{swa: {start: 1}}', 2],
    ['{swa: {start: 1}}', 7],
  ])('%s of a run that is stopped at step %i goes on to the same bits', async (average, stopAt) => {
    const whole = await trained(average);
    const first = await trained(average, undefined, stopAt);
    expect(first.last.position.step).toBeLessThan(15);
    expect((await trained(average, first.last)).last).toEqual(whole.last);
  });

  it('is what validation measures, from its beginning on', async () => {
    const { last, events } = await trained('{swa: {start: 2}}');
    const found = events.flatMap((event) => (event.type === 'evaluated' ? [event.metrics] : []));
    const { session } = await sessionOf('{swa: {start: 2}}');
    await restore(session.parameters, last);
    const measured = async () => (await evaluate(session, await evaluationInput(session, 'validation'))).metrics;
    const own = await measured();
    const averaged = await session.average!.during(measured);
    expect(found).toHaveLength(3);
    expect(found.at(-1)).toEqual(averaged);
    expect(averaged).not.toEqual(own);
    expect(await measured(), 'the weights are back').toEqual(own);
    await session.close();
  });
});

test('refuses an average that begins after the end', async () => {
  await expect(sessionOf('{swa: {start: 4}}')).rejects.toThrow('start cannot exceed train.epochs');
});
