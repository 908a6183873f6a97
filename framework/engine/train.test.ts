import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../backends/devices.ts';
import { createCatalogue } from '../plugins/load-catalogue.ts';
import { loadPlan } from '../spec/load-plan.ts';
import type { StoredTensor, TrainingPosition } from './checkpoint.ts';
import { compose } from './compose.ts';
import type { RunEvent } from './run-event.ts';
import { train } from './train.ts';
import { trainingStep } from './training-step.ts';

const file = fileURLToPath(new URL('../../test/runs/small.yaml', import.meta.url));

async function sessionOf(set: string[] = []) {
  const catalogue = await createCatalogue();
  const { runs: [run] } = await loadPlan(file, { catalogue, set });
  return { spec: run!.spec, session: await compose(run!.spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' }) };
}

describe('training', () => {
  beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

  it('leaves no tensor behind, over steps and after closing', async () => {
    const before = tf.memory().numTensors;
    const { session } = await sessionOf();
    const indices = session.sampler.batch(0, 0);
    const batch = { pixels: await session.train.images(indices), labels: Int32Array.from(indices, (index) => session.train.labels[index]!) };
    await trainingStep(session, batch, 1);
    const after = tf.memory().numTensors;
    for (let step = 0; step < 20; step++) await trainingStep(session, batch, 1);
    expect(tf.memory().numTensors).toBe(after);
    await session.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('emits its events in order and checkpoints by the spec', async () => {
    const { session, spec } = await sessionOf(['train.checkpointEvery=2']);
    const events: RunEvent[] = [];
    const written: { position: TrainingPosition; names: string[] }[] = [];
    const checkpoints = {
      write: async (position: TrainingPosition, tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor>) => {
        const names: string[] = [];
        for await (const { name } of tensors) names.push(name);
        written.push({ position, names });
        return { file: 'f', bytes: 1, sha256: '0' };
      },
    };
    expect(await train(session, { train: spec.train, checkpoints, emit: (event) => events.push(event), signal: new AbortController().signal })).toBe('finished');
    const epoch = ['step', 'step', 'step', 'step', 'step', 'epoch', 'evaluated'];
    expect(events.map(({ type }) => type)).toEqual([...epoch, ...epoch, 'checkpointed', ...epoch, 'checkpointed']);
    expect(written.map(({ position }) => position.step)).toEqual([10, 15]);
    expect(written[0]!.names).toEqual(expect.arrayContaining(['backbone/embedding-normalisation/mean', 'head/classWeights', 'losses/center/centers', 'optimizer/head/classWeights/momentum'].map((name) => expect.stringContaining(name.split('/').at(-1)!))));
    await session.close();
  });

  it('moves the centres by their own rule, not by the optimiser', async () => {
    const { session } = await sessionOf();
    const optimised = session.groups.flatMap(({ parameters }) => parameters.map(({ name }) => name));
    expect(optimised).not.toContain('losses/center/centers');
    expect(session.parameters.map(({ name }) => name)).toContain('losses/center/centers');
    await session.close();
  });
});

describe('parameter groups', () => {
  it("give a loss's own variables an optimiser, a rate multiple and weight decay of their own", async () => {
    const { session } = await sessionOf(['losses=[softmax, {proxy-anchor: {}, weight: 0.5, parameters: {optimizer: {adam: {}}, rateMultiple: 100, weightDecay: 0.1}}]']);
    expect(session.groups.map(({ parameters }) => parameters.some(({ name }) => name === 'losses/proxy-anchor/proxies'))).toEqual([false, true]);
    expect(session.groups[1]!.parameters[0]!.group).toMatchObject({ rateMultiple: 100, weightDecay: 0.1 });
    expect(session.groups[1]!.optimizer.slots.map(({ name }) => name).every((name) => name.startsWith('losses/proxy-anchor/proxies/'))).toBe(true);
    expect(session.losses[1]!.weight()).toBe(0.5);
    await session.close();
  });

  it('refuse the options of an optimiser in plain words', async () => {
    await expect(sessionOf(['losses=[{proxy-anchor: {}, parameters: {optimizer: {adam: {beta9: 1}}}}]'])).rejects.toThrow(/beta9/);
  });
});
