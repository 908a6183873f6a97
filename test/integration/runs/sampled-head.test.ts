import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { CheckpointFolder } from '../../../framework/records/checkpoints/checkpoint-folder.ts';
import type {
  Checkpoint,
  StoredPieces,
  StoredTensor,
  TrainingPosition,
} from '../../../framework/contracts/checkpoint.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { train } from '../../../framework/training/engine/train.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';

const file = fileURLToPath(new URL('small.yaml', import.meta.url));
const catalogue = await createCatalogue();

/** Trains small.yaml with these settings; returns the checkpoints by step, whole. */
async function trained(set: readonly string[], resume?: Checkpoint): Promise<Map<number, Checkpoint>> {
  const {
    runs: [run],
  } = await loadPlan(file, {
    catalogue,
    set: [
      'train.checkpointEvery=1',
      'train.keep=10',
      'evaluate=[]',
      'figures=[]',
      'backbone={mlp: {hidden: [8], embedding: 2}}',
      'train.epochs=2',
      ...set,
    ],
  });
  const session = await compose(run!.spec, { catalogue, baseDirectory: '.', cacheDirectory: '.' });
  const written = new Map<number, Checkpoint>();
  const checkpoints = {
    write: async (position: TrainingPosition, tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor>) => {
      const kept = new Map<string, StoredTensor>();
      for await (const tensor of tensors) kept.set(tensor.name, { ...tensor, data: tensor.data.slice() });
      written.set(position.step, { position, tensors: kept });
      return { file: 'f', bytes: 1, sha256: '0' };
    },
  };
  await train(session, {
    train: run!.spec.train,
    checkpoints,
    emit: () => undefined,
    signal: new AbortController().signal,
    ...(resume && { resume }),
  });
  await session.close();
  return written;
}

const last = (written: Map<number, Checkpoint>): Checkpoint => written.get(Math.max(...written.keys()))!;
const valuesOf = ({ tensors }: Checkpoint): Record<string, number[]> =>
  Object.fromEntries([...tensors].map(([name, { data }]) => [name, [...data]]));

/** The same checkpoint with the class weights and their momentum piece by piece, a row each. */
async function* inPieces({ tensors }: Checkpoint): AsyncGenerator<StoredTensor | StoredPieces> {
  for (const tensor of tensors.values()) {
    const { data, ...described } = tensor;
    if (!tensor.name.includes('head/classWeights')) yield tensor;
    else
      yield {
        ...described,
        async *pieces() {
          for (let row = 0; row < tensor.shape[0]!; row++) yield data.slice(2 * row, 2 * row + 2);
        },
      };
  }
}

describe('the sampled head in a run', () => {
  beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

  it.each([
    [
      'linear scores, softmax and center, sgd',
      'linear: {}',
      'scores: linear',
      '[softmax, {center: {lambda: 0.1}}]',
      '{sgd: {momentum: 0.9, weightDecay: 5.0e-4}}',
    ],
    [
      'cosines, arcface, Nesterov',
      'cosine: {}',
      'scores: cosine',
      '[arcface: {s: 8, m: 0.2}]',
      '{sgd: {momentum: 0.9, nesterov: true, weightDecay: 5.0e-4}}',
    ],
    [
      'cosines, curricularface, adam',
      'cosine: {}',
      'scores: cosine',
      '[curricularface: {s: 8, m: 0.2}]',
      '{adam: {weightDecay: 0.01}}',
    ],
  ])(
    'at rate 1 every number is that of the dense head, to the bit: %s',
    async (_, dense, sampled, losses, optimizer) => {
      const set = [`losses=${losses}`, `optimizer=${optimizer}`];
      const expected = valuesOf(last(await trained([`head={${dense}}`, ...set])));
      const before = tf.memory().numTensors;
      for (const storage of ['device', 'file'])
        expect(
          valuesOf(last(await trained([`head={sampled: {${sampled}, rate: 1, storage: ${storage}}}`, ...set]))),
        ).toEqual(expected);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  const set = [
    'head={sampled: {scores: cosine, columns: 4}}',
    'dataset.glyphs.classes=12',
    'dataset.glyphs.imagesPerClass=12',
    'train.batch=3',
    'losses=[cosface: {s: 8, m: 0.1}, center: {}]',
  ];

  it.each(['frozen', 'decayed'])(
    'goes on from a checkpoint in the bits of a run that was never stopped, also in other storage: %s',
    async (unsampled) => {
      const own = [...set, `head.sampled.unsampled=${unsampled}`];
      const whole = await trained(own);
      const [first] = [...whole.keys()].sort((one, other) => one - other);
      const expected = valuesOf(last(whole));
      expect(Object.keys(expected).filter((name) => name.endsWith('/steps'))).toHaveLength(
        unsampled === 'decayed' ? 1 : 0,
      );
      for (const storage of ['device', 'host', 'file'])
        expect(valuesOf(last(await trained([...own, `head.sampled.storage=${storage}`], whole.get(first!)!)))).toEqual(
          expected,
        );
    },
  );

  it.each([16, 1e6])('goes on from shards of %i bytes in the same bits', async (bytes) => {
    const whole = await trained(set);
    const first = whole.get(Math.min(...whole.keys()))!;
    const folder = new CheckpointFolder(await mkdtemp(join(tmpdir(), 'ablate-sampled-')), 1, null, bytes);
    await folder.write(first.position, inPieces(first));
    const { tensors, large } = (await folder.newest(() => undefined))!;
    expect([...large!.keys()]).toEqual(['head/classWeights', 'optimizer/head/classWeights/momentum']);
    expect(tensors.size + large!.size).toBe(first.tensors.size);
    for (const head of ['{sampled: {columns: 4, storage: file}}', '{sampled: {columns: 4}}'])
      expect(valuesOf(last(await trained([...set, `head=${head}`], { ...first, tensors, large })))).toEqual(
        valuesOf(last(whole)),
      );
    await expect(trained([...set, 'head={cosine: {}}'], { ...first, tensors, large })).resolves.toBeDefined();
  });

  it('plays the same classes in every micro-batch: a batch in parts gives the step of the whole', async () => {
    const [whole, parts] = [
      valuesOf(last(await trained(set))),
      valuesOf(last(await trained([...set, 'train.accumulate=3']))),
    ];
    for (const [name, values] of Object.entries(whole))
      values.forEach((value, index) => expect(parts[name]![index]).toBeCloseTo(value, 4));
  });

  it('goes on at another sampling rate, and as a dense head', async () => {
    const whole = await trained(set);
    const [first] = [...whole.keys()].sort((one, other) => one - other);
    const other = await trained([...set, 'head.sampled.columns=9'], whole.get(first!)!);
    expect(valuesOf(last(other))).not.toEqual(valuesOf(last(whole)));
    expect([
      ...last(await trained([...set, 'head={cosine: {}}'], whole.get(first!)!)).tensors.get('head/classWeights')!.shape,
    ]).toEqual([12, 2]);
  });
});
