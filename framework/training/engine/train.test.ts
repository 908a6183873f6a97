import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../devices/devices.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import type { LossInput, LossOutput } from '../../contracts/loss.ts';
import type { Checkpoint, CheckpointStore, StoredTensor, TrainingPosition } from '../../contracts/checkpoint.ts';
import { compose } from './compose.ts';
import type { BatchData } from './batch-data.ts';
import { requireImageDependence } from './require-image-dependence.ts';
import type { RunEvent } from '../../contracts/run-event.ts';
import type { Session } from './session.ts';
import { train } from './train.ts';
import { trainingStep } from './training-step.ts';

const file = fileURLToPath(new URL('../../../test/integration/runs/small.yaml', import.meta.url));

async function sessionOf(set: string[] = []) {
  const catalogue = await createCatalogue();
  const {
    runs: [run],
  } = await loadPlan(file, { catalogue, set });
  return { spec: run!.spec, session: await compose(run!.spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' }) };
}

/** A store that keeps nothing. */
const nowhere: CheckpointStore = { write: async () => ({ file: 'f', bytes: 1, sha256: '0' }) };

/** The session with the first loss's output changed. */
function withForward(session: Session, change: (output: LossOutput, input: LossInput) => LossOutput): Session {
  const [first, ...others] = session.losses;
  return {
    ...session,
    losses: [
      { ...first!, loss: { ...first!.loss, forward: (input) => change(first!.loss.forward(input), input) } },
      ...others,
    ],
  };
}

async function batchOf({ sampler, train: split }: Session): Promise<BatchData> {
  const indices = sampler.batch(0, 0);
  return {
    pixels: await split.images(indices),
    labels: Int32Array.from(indices, (index) => split.labels[index]!),
    rows: indices,
  };
}

describe('training', () => {
  it("goes on to the same bits where the schedule follows validation's history", async () => {
    const settings = [
      'train.epochs=6',
      'train.keepBest={metric: validation/intra-inter-ratio, mode: min}',
      // Whatever the kernels, the ratio never falls by all of itself: the rate falls.
      'schedule={plateau: {rate: 0.3, metric: validation/intra-inter-ratio, mode: min, threshold: 1, patience: 0, factor: 0.5}}',
    ];
    const trained = async (resume: Checkpoint | undefined, until?: number) => {
      const { session, spec } = await sessionOf(settings);
      let last: Checkpoint | undefined;
      const write: CheckpointStore['write'] = async (position, stored) => {
        const tensors = new Map<string, StoredTensor>();
        for await (const tensor of stored)
          if ('data' in tensor) tensors.set(tensor.name, { ...tensor, data: tensor.data.slice() });
        last = { position: JSON.parse(JSON.stringify(position)) as TrainingPosition, tensors };
        return { file: 'f', bytes: 1, sha256: '0' };
      };
      const rates: number[] = [];
      await train(session, {
        train: spec.train,
        checkpoints: { write },
        emit: (event) => event.type === 'step' && rates.push(event.rate),
        signal: new AbortController().signal,
        until,
        ...(resume && { resume }),
      });
      await session.close();
      return { last: last!, rates };
    };
    const whole = await trained(undefined);
    expect(new Set(whole.rates).size).toBeGreaterThan(1);
    const first = await trained(undefined, 4);
    // A process that takes up a run where it was to pause trains nothing more.
    expect((await trained(first.last, 4)).rates).toEqual([]);
    const second = await trained(first.last);
    expect([...first.rates, ...second.rates]).toEqual(whole.rates);
    expect(second.last).toEqual(whole.last);
  });

  it("cuts the backbone's gradients unit by unit, and no others", async () => {
    const moved = async (adaptiveClipping?: { factor: number; epsilon: number }) => {
      const { session } = await sessionOf(['optimizer={sgd: {}}']);
      const trained = session.parameters.filter(({ trainable, weightDecay }) => trainable && weightDecay);
      const of = ({ variable }: (typeof trained)[number]): Float32Array => variable.dataSync<'float32'>().slice();
      const [before, batch] = [trained.map(of), await batchOf(session)];
      await trainingStep(session, batch, { clipGradientNorm: null, ...(adaptiveClipping && { adaptiveClipping }) });
      const lengths = trained.map((parameter, index) => [
        parameter.name,
        Math.sqrt(of(parameter).reduce((sum, value, place) => sum + (value - before[index]![place]!) ** 2, 0)),
      ]);
      await session.close();
      return Object.fromEntries(lengths) as Record<string, number>;
    };
    const [plain, cut] = [await moved(), await moved({ factor: 1e-4, epsilon: 1e-3 })];
    expect(Object.keys(plain).some((name) => name.startsWith('head/'))).toBe(true);
    for (const [name, length] of Object.entries(plain))
      if (name.startsWith('head/')) expect(cut[name], name).toBe(length);
      else expect(cut[name], name).toBeLessThan(length);
  });

  it('takes a step of SAM: flat in tensors, running statistics and numbers of the first pass', async () => {
    const running = async (optimizer: string) => {
      const { session } = await sessionOf([`optimizer=${optimizer}`]);
      const batch = await batchOf(session);
      const first = await trainingStep(session, batch, { clipGradientNorm: null });
      const statistics = session.parameters
        .filter(({ name, trainable }) => name.startsWith('backbone/') && !trainable)
        .map(({ variable }) => [...variable.dataSync()]);
      const weights = session.parameters
        .find(({ trainable }) => trainable)!
        .variable.dataSync()
        .slice();
      const before = tf.memory().numTensors;
      for (let step = 0; step < 3; step++) await trainingStep(session, batch, { clipGradientNorm: 1, accumulate: 2 });
      expect(tf.memory().numTensors).toBe(before);
      await session.close();
      return { first, statistics, weights };
    };
    const [plain, sharp] = [await running('{sgd: {}}'), await running('{sam: {around: {sgd: {}}, radius: 0.5}}')];
    expect(plain.statistics.length).toBeGreaterThan(0);
    expect(sharp.first).toEqual(plain.first);
    expect(sharp.statistics).toEqual(plain.statistics);
    expect(sharp.weights).not.toEqual(plain.weights);
  });

  it.each([1, 3])('tells losses which images they see, a batch of %i parts', async (accumulate) => {
    const { session } = await sessionOf();
    const batch = await batchOf(session);
    const [forward, update]: number[][] = [[], []];
    const [first] = session.losses;
    const listening: Session = {
      ...session,
      losses: [
        {
          ...first!,
          loss: {
            ...first!.loss,
            forward(input) {
              forward!.push(...input.rows!.dataSync());
              return first!.loss.forward(input);
            },
            update: (input) => void update!.push(...input.rows!.dataSync()),
          },
        },
      ],
    };
    await trainingStep(listening, batch, { clipGradientNorm: null, accumulate });
    expect(forward).toEqual([...batch.rows]);
    expect(update).toEqual([...batch.rows]);
    await session.close();
  });

  beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

  it('leaves no tensor behind, over steps and after closing', async () => {
    const before = tf.memory().numTensors;
    const { session } = await sessionOf();
    const batch = await batchOf(session);
    await trainingStep(session, batch, { clipGradientNorm: 1 });
    const after = tf.memory().numTensors;
    for (let step = 0; step < 20; step++) await trainingStep(session, batch, { clipGradientNorm: 1 });
    expect(tf.memory().numTensors).toBe(after);
    await session.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each<[string, string[], RegExp | undefined]>([
    [
      'batches of one image',
      ['train.batch=1'],
      /sees batches of one image, and in training gives all images the same embedding[^]*Set train\.batch to 2 or more/,
    ],
    [
      'parts of one image',
      ['train.batch=4', 'train.accumulate=4'],
      /the 4 images of a batch in 4 parts of one image[^]*Lower train\.accumulate/,
    ],
    [
      'batches of one image without batch normalization',
      ['train.batch=1', 'backbone.lenet-plus-plus.normalizeEmbedding=none'],
      undefined,
    ],
    ['batches of two images', ['train.batch=2'], undefined],
  ])('refuses batch normalization over one value, and nothing else: %s', async (_, set, message) => {
    const { session, spec } = await sessionOf(set);
    const state = (): number[][] => session.backbone.parameters.map(({ variable }) => [...variable.dataSync()]);
    const [before, tensors] = [state(), tf.memory().numTensors];
    const asked = requireImageDependence(session, spec.train);
    if (message) await expect(asked).rejects.toThrow(message);
    else await asked;
    expect([state(), tf.memory().numTensors]).toEqual([before, tensors]);
    await session.close();
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
    expect(
      await train(session, {
        train: spec.train,
        checkpoints,
        emit: (event) => events.push(event),
        signal: new AbortController().signal,
      }),
    ).toBe('finished');
    const epoch = ['step', 'step', 'step', 'step', 'step', 'epoch', 'evaluated'];
    expect(events.map(({ type }) => type)).toEqual([...epoch, ...epoch, 'checkpointed', ...epoch, 'checkpointed']);
    expect(written.map(({ position }) => position.step)).toEqual([10, 15]);
    expect(written[0]!.names).toEqual(
      expect.arrayContaining(
        [
          'backbone/embedding-normalization/mean',
          'head/classWeights',
          'losses/center/centers',
          'optimizer/head/classWeights/momentum',
        ].map((name) => expect.stringContaining(name.split('/').at(-1)!)),
      ),
    );
    await session.close();
  });

  it('reads the numbers of a step when the next one is under way', async () => {
    const { session, spec } = await sessionOf(['train.steps=4']);
    let begun = 0;
    const counted = withForward(session, (output) => {
      begun++;
      return output;
    });
    const seen: [step: number, begun: number][] = [];
    await train(counted, {
      train: spec.train,
      checkpoints: nowhere,
      emit: (event) => event.type === 'step' && seen.push([event.step, begun]),
      signal: new AbortController().signal,
    });
    expect(seen).toEqual([
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 4],
    ]);
    await session.close();
  });

  it.each(['at the end of the epoch', 'where it was interrupted'])(
    'keeps nothing that came after a loss that is not finite, %s',
    async (when) => {
      const before = tf.memory().numTensors;
      const { session, spec } = await sessionOf();
      const bad = when.startsWith('at') ? 9 : 7;
      const broken = withForward(session, ({ value, ...rest }, { step }) => ({
        ...rest,
        value: step === bad ? tf.mul(value, NaN) : value,
      }));
      const events: RunEvent[] = [];
      const stop = new AbortController();
      const emit = (event: RunEvent): void => {
        events.push(event);
        if (bad === 7 && event.type === 'step' && event.step === 6) stop.abort();
      };
      await expect(
        train(broken, { train: spec.train, checkpoints: nowhere, emit, signal: stop.signal }),
      ).rejects.toMatchObject({
        code: 'LOSS_NOT_FINITE',
        step: bad,
        message: expect.stringMatching(/Largest gradient by variable: \S+ NaN/),
      });
      expect(events.flatMap((event) => (event.type === 'step' ? [event.step] : []))).toEqual(
        Array.from({ length: bad }, (_, step) => step),
      );
      expect(events.flatMap((event) => (event.type === 'checkpointed' ? [event.step] : []))).toEqual([5]);
      await session.close();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('tells of the step before where the next one cannot be begun', async () => {
    const { session, spec } = await sessionOf();
    const broken = withForward(session, (output, { step }) => {
      if (step === 2) throw new Error('a fault of the plugin');
      return output;
    });
    const steps: number[] = [];
    await expect(
      train(broken, {
        train: spec.train,
        checkpoints: nowhere,
        emit: (event) => event.type === 'step' && steps.push(event.step),
        signal: new AbortController().signal,
      }),
    ).rejects.toThrow('a fault of the plugin');
    expect(steps).toEqual([0, 1]);
    await session.close();
  });

  it('moves the centers by their own rule, not by the optimizer', async () => {
    const { session } = await sessionOf();
    const optimized = session.groups.flatMap(({ parameters }) => parameters.map(({ name }) => name));
    expect(optimized).not.toContain('losses/center/centers');
    expect(session.parameters.map(({ name }) => name)).toContain('losses/center/centers');
    await session.close();
  });
});

describe('a batch in parts', () => {
  const plain = ['backbone.lenet-plus-plus.normalizeEmbedding=none', 'train.clipGradientNorm=0.5'];

  it.each([2, 3, 32])(
    'of %i gives the step of the whole batch: numbers, parameters, momentum and centers',
    async (accumulate) => {
      const after = [];
      for (const parts of [1, accumulate]) {
        const { session, spec } = await sessionOf([...plain, `train.accumulate=${parts}`]);
        const batch = await batchOf(session);
        const before = tf.memory().numTensors;
        const result = await trainingStep(session, batch, spec.train);
        expect(tf.memory().numTensors).toBe(before);
        after.push({
          result,
          values: new Map(session.parameters.map(({ name, variable }) => [name, Array.from(variable.dataSync())])),
        });
        await session.close();
      }
      const [whole, parts] = after as [(typeof after)[0], (typeof after)[0]];
      expect(parts.result.loss).toBeCloseTo(whole.result.loss, 5);
      for (const [name, value] of Object.entries(whole.result.parts))
        expect(parts.result.parts[name]).toBeCloseTo(value, 5);
      for (const [name, values] of whole.values)
        expect(
          values.reduce((most, value, index) => Math.max(most, Math.abs(parts.values.get(name)![index]! - value)), 0),
          name,
        ).toBeLessThan(5e-6);
      expect([...whole.values.get('losses/center/centers')!].some((value) => Math.abs(value) > 1e-3)).toBe(true);
    },
  );

  it.each([
    ['triplet', '{ miner: batch-hard, normalize: true }'],
    ['smooth-ap', '{ temperature: 0.1 }'],
    ['recall-at-k', '{ temperature: 0.1, k: [16] }'],
    ['multi-similarity', '{}'],
    ['supervised-contrastive', '{}'],
  ])('exactly: the step of the whole batch, of %s, which compares images of all parts', async (loss, options) => {
    const after: Map<string, Float32Array>[] = [];
    const losses: number[] = [];
    for (const accumulate of ['1', '{parts: 5, exact: true}', '2']) {
      const pairs = [
        `losses=[{${loss}: ${options}}]`,
        `train.accumulate=${accumulate}`,
        'sampler={p-k: {imagesPerClass: 8}}',
      ];
      const { session, spec } = await sessionOf([...plain, ...pairs]);
      const batch = await batchOf(session);
      const before = tf.memory().numTensors;
      losses.push((await trainingStep(session, batch, spec.train)).loss);
      expect(tf.memory().numTensors).toBe(before);
      const values = session.parameters.map(({ name, variable }) => [name, variable.dataSync().slice()] as const);
      after.push(new Map(values as [string, Float32Array][]));
      await session.close();
    }
    const [whole, exact, apart] = after as [
      Map<string, Float32Array>,
      Map<string, Float32Array>,
      Map<string, Float32Array>,
    ];
    const farthest = (from: Map<string, Float32Array>): number =>
      [...whole].reduce(
        (most, [name, values]) =>
          values.reduce((larger, value, index) => Math.max(larger, Math.abs(from.get(name)![index]! - value)), most),
        0,
      );
    expect(losses[1]).toBeCloseTo(losses[0]!, 5);
    expect(farthest(exact)).toBeLessThan(5e-6);
    // Parts by themselves compare less, and go elsewhere.
    expect(farthest(apart)).toBeGreaterThan(1e-4);
  });

  it('cannot be more than it has images', async () => {
    await expect(sessionOf(['train.accumulate=33'])).rejects.toThrow(
      /accumulate cuts a batch into parts and cannot exceed train\.batch/,
    );
  });
});

describe('parameter groups', () => {
  it("give a loss's own variables an optimizer, a rate multiple and weight decay of their own", async () => {
    const { session } = await sessionOf([
      'losses=[softmax, {proxy-anchor: {}, weight: 0.5, parameters: {optimizer: {adam: {}}, rateMultiple: 100, weightDecay: 0.1}}]',
    ]);
    expect(
      session.groups.map(({ parameters }) => parameters.some(({ name }) => name === 'losses/proxy-anchor/proxies')),
    ).toEqual([false, true]);
    expect(session.groups[1]!.parameters[0]!.group).toMatchObject({ rateMultiple: 100, weightDecay: 0.1 });
    expect(
      session.groups[1]!.optimizer.slots.map(({ name }) => name).every((name) =>
        name.startsWith('losses/proxy-anchor/proxies/'),
      ),
    ).toBe(true);
    expect(session.losses[1]!.weight()).toBe(0.5);
    await session.close();
  });

  it('refuse the options of an optimizer in plain words', async () => {
    await expect(
      sessionOf(['losses=[{proxy-anchor: {}, parameters: {optimizer: {adam: {beta9: 1}}}}]']),
    ).rejects.toThrow(/beta9/);
  });
});
