import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Checkpoint,
  CheckpointStore,
  StoredTensor,
  TrainingPosition,
} from '../../../framework/contracts/checkpoint.ts';
import type { LossInput } from '../../../framework/contracts/loss.ts';
import { useDevice } from '../../../framework/devices/devices.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { readResolvedSpec } from '../../../framework/experiment/spec/read-resolved-spec.ts';
import { writeSpec } from '../../../framework/experiment/spec/write-spec.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { compose } from '../../../framework/training/engine/compose.ts';
import { evaluate } from '../../../framework/training/engine/evaluate.ts';
import { evaluationInput } from '../../../framework/training/engine/evaluation-input.ts';
import type { Session } from '../../../framework/training/engine/session.ts';
import { train } from '../../../framework/training/engine/train.ts';

const folder = mkdtempSync(join(tmpdir(), 'ablate-views-'));
afterAll(() => rmSync(folder, { recursive: true }));
const catalogue = await createCatalogue({ trust: true });
const twoViews = fileURLToPath(new URL('./two-view-loss.ts', import.meta.url));

interface Lines {
  readonly losses?: string;
  readonly augment?: string;
  readonly train?: string;
  readonly dataset?: string;
  readonly head?: string;
  readonly backbone?: string;
  readonly optimizer?: string;
  readonly rate?: number;
}

async function planned(lines: Lines) {
  const {
    dataset = '{glyphs: {classes: 3, imagesPerClass: 6, testPerClass: 2, size: 12}}',
    backbone = '{mlp: {embedding: 4, hidden: [8]}}',
    losses = `[{${twoViews}: {}}]`,
    augment = '{views: 2, train: [pad-crop: {padding: 2}]}',
    train: settings = '{batch: 6, epochs: 2}',
    head = 'null',
    optimizer = '{sgd: {momentum: 0.9}}',
    rate = 0.05,
  } = lines;
  const file = join(folder, 'spec.yaml');
  writeFileSync(
    file,
    `dataset: ${dataset}\nbackbone: ${backbone}\nhead: ${head}\nlosses: ${losses}\ntrain: ${settings}\n` +
      `augment: ${augment}\noptimizer: ${optimizer}\nschedule: {constant: {rate: ${rate}}}\n` +
      'evaluate: [retrieval: {recallAt: [1], bootstrap: 0}]\n',
  );
  return (await loadPlan(file, { catalogue })).runs[0]!;
}

async function session(lines: Lines) {
  const { spec } = await planned(lines);
  return { spec, session: await compose(spec, { catalogue, baseDirectory: folder, cacheDirectory: folder }) };
}

/** Trains to the end or for some epochs; gives the last checkpoint and what the losses saw first. */
async function trained(lines: Lines, { until, resume }: { until?: number; resume?: Checkpoint } = {}) {
  const { spec, session: made } = await session(lines);
  let last: Checkpoint | undefined;
  const write: CheckpointStore['write'] = async (position, stored) => {
    const tensors = new Map<string, StoredTensor>();
    for await (const tensor of stored)
      if ('data' in tensor) tensors.set(tensor.name, { ...tensor, data: tensor.data.slice() });
    last = { position: JSON.parse(JSON.stringify(position)) as TrainingPosition, tensors };
    return { file: 'f', bytes: 1, sha256: '0' };
  };
  await train(made, {
    train: spec.train,
    checkpoints: { write },
    emit: () => undefined,
    signal: new AbortController().signal,
    until,
    ...(resume && { resume }),
  });
  await made.close();
  return last!;
}

/** The session with losses that hand what they see to `look`. */
const watched = (made: Session, look: (input: LossInput) => void): Session => ({
  ...made,
  losses: made.losses.map((weighted) => ({
    ...weighted,
    loss: {
      ...weighted.loss,
      forward: (input) => {
        look(input);
        return weighted.loss.forward(input);
      },
    },
  })),
});

const once = { write: async () => ({ file: 'f', bytes: 1, sha256: '0' }) };
/** What losses see over training, as numbers. */
async function seen(lines: Lines) {
  const { spec, session: made } = await session(lines);
  const inputs: {
    embedding: number[];
    views: number[][] | undefined;
    averaged: number[][] | undefined;
    labels: number[];
  }[] = [];
  const before = tf.memory().numTensors;
  await train(
    watched(made, ({ embedding, views, averaged, labels }) =>
      inputs.push({
        embedding: [...embedding.dataSync()],
        views: views?.map((view) => [...view.dataSync()]),
        averaged: averaged?.map((view) => [...view.dataSync()]),
        labels: [...labels.dataSync()],
      }),
    ),
    { train: spec.train, checkpoints: once, emit: () => undefined, signal: new AbortController().signal },
  );
  expect(tf.memory().numTensors - before, 'tensors left').toBeLessThanOrEqual(20);
  await made.close();
  return inputs;
}

beforeAll(async () => void (await useDevice('auto', { threads: 1 })));

describe('views', () => {
  it('reach a loss that needs two, each augmented for itself, row by row the same image', async () => {
    const [first, second] = await seen({});
    expect(first!.views).toHaveLength(2);
    expect(first!.views![0]).toEqual(first!.embedding);
    expect(first!.views![1]).not.toEqual(first!.embedding);
    expect(second!.views![0]).not.toEqual(first!.views![0]);
    // Nothing random in the second list: its view is what the images give without augmentation.
    const own = await seen({ augment: '{views: 2, train: [[pad-crop: {padding: 2}], []]}' });
    const plain = await seen({ augment: '{views: 2}' });
    expect(plain[0]!.views![1]).toEqual(plain[0]!.embedding);
    expect(own[0]!.views![1]).toEqual(plain[0]!.views![1]);
    expect(own[0]!.embedding).toEqual(first!.embedding);
  });

  it('go along in parts of a batch', async () => {
    const parts = await seen({ train: '{batch: 6, epochs: 1, accumulate: 2}' });
    const whole = await seen({ train: '{batch: 6, epochs: 1}' });
    const joined = (view: number) => [...parts[0]!.views![view]!, ...parts[1]!.views![view]!];
    for (const view of [0, 1])
      joined(view).forEach((value, at) => expect(value).toBeCloseTo(whole[0]!.views![view]![at]!, 5));
  });

  it('stand in the resolved spec, and nowhere where they were not asked for', async () => {
    const run = await planned({ augment: '{train: [[horizontal-flip], [vertical-flip]]}' });
    expect(run.spec.augment).toMatchObject({
      views: 2,
      train: [[{ plugin: 'horizontal-flip' }], [{ plugin: 'vertical-flip' }]],
    });
    expect(readResolvedSpec(writeSpec(run), 'spec.yaml').augment).toEqual(run.spec.augment);
    const mixed = await planned({
      losses: '[softmax]',
      head: 'linear',
      augment: '{train: [horizontal-flip], mix: {mixup: 0.2}}',
    });
    expect(mixed.spec.augment!.mix).toEqual({ mixup: 0.2, p: 1, switch: 0.5, of: 'images' });
    expect(readResolvedSpec(writeSpec(mixed), 'spec.yaml').augment).toEqual(mixed.spec.augment);
  });

  it('are refused before anything is made, with place and remedy', async () => {
    const refused = (lines: Lines, words: RegExp) => expect(planned(lines)).rejects.toThrow(words);
    await refused(
      { losses: '[softmax]', head: 'linear' },
      /augment\.views: .*2 views, and the loss "softmax" takes one/,
    );
    await refused({ augment: '{}' }, /compares 2 views of each image, and there is one\. .*augment: \{views: 2/);
    await refused({ augment: '{views: 3, train: [[], []]}' }, /lists for 2 views, and augment\.views is 3/);
    await refused({ augment: '{view: 2}' }, /unknown key "view".*views/);
    await refused(
      { losses: '[triplet]', augment: '{mix: {mixup: 1}}' },
      /"triplet" compares images by their class, and mixed images are of two/,
    );
    await refused({ losses: '[softmax]', head: 'linear', augment: '{mix: {}}' }, /mix needs mixup, cutmix or both/);
    await refused(
      { losses: '[softmax]', head: 'linear', augment: '{mix: {cutmix: 1, of: embeddings}}' },
      /embeddings have none/,
    );
  });

  it('teach classes that no label told: recall far above chance and the untrained network', async () => {
    const lines: Lines = {
      dataset: '{glyphs: {classes: 12, imagesPerClass: 20, testPerClass: 6, size: 16}}',
      backbone: '{mlp: {embedding: 16, hidden: [64]}}',
      optimizer: '{adam: {}}',
      rate: 0.003,
      augment:
        '{views: 2, train: [affine: {degrees: [-10, 10], translate: [0.1, 0.1], scale: [0.85, 1.2], shear: [-10, 10]}]}',
      train: '{batch: 60, epochs: 12, validateEvery: 0}',
    };
    const recall = async (epochs: boolean): Promise<number> => {
      const { spec, session: made } = await session(lines);
      if (epochs)
        await train(made, {
          train: spec.train,
          checkpoints: once,
          emit: () => undefined,
          signal: new AbortController().signal,
        });
      const { metrics } = await evaluate(made, await evaluationInput(made, 'test'));
      await made.close();
      return metrics['Recall@1']!;
    };
    const [before, after] = [await recall(false), await recall(true)];
    // Chance is 5 of 71; 0.61 was found, from 0.15 without training.
    expect(after).toBeGreaterThan(0.4);
    expect(after).toBeGreaterThan(before + 0.2);
  });
});

describe('views and mixing', () => {
  const lines: Lines = {
    losses: `[softmax, {${twoViews}: {}, weight: 0.5}]`,
    head: 'linear',
    augment: '{views: 2, train: [pad-crop: {padding: 2}], mix: {mixup: 0.8, cutmix: 1}}',
    train: '{batch: 6, epochs: 4}',
  };

  it('go on to the same bits after a pause', async () => {
    const whole = await trained(lines);
    const first = await trained(lines, { until: 2 });
    const second = await trained(lines, { resume: first });
    expect(second).toEqual(whole);
    expect(await trained({ ...lines, augment: lines.augment!.replace('0.8', '0.4') })).not.toEqual(whole);
  });

  it("mix embeddings in the backbone's place", async () => {
    const mix = '{train: [], mix: {mixup: 1, of: embeddings}}';
    const [mixed] = await seen({ ...lines, losses: '[softmax]', augment: mix });
    const [plain] = await seen({ ...lines, losses: '[softmax]', augment: '{train: []}' });
    const dim = 4;
    const rows = plain!.embedding.length / dim;
    const entry = (from: number[], row: number, column: number): number => from[row * dim + column]!;
    const e = plain!.embedding;
    const last = rows - 1;
    const share = (entry(mixed!.embedding, 0, 0) - entry(e, last, 0)) / (entry(e, 0, 0) - entry(e, last, 0));
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < dim; column++)
        expect(entry(mixed!.embedding, row, column)).toBeCloseTo(
          share * entry(e, row, column) + (1 - share) * entry(e, last - row, column),
          4,
        );
  });
});

describe('the averaged net', () => {
  const losses = '[moco: {queue: 20, temperature: 0.5}]';
  const settings = (ema: number, more = ''): string => `{batch: 6, epochs: 2, average: {ema: ${ema}}${more}}`;
  const close = (got: readonly number[][] | undefined, expected: readonly number[][] | undefined): void => {
    expect(got).toHaveLength(2);
    for (const [view, values] of expected!.entries())
      for (const [at, value] of values.entries()) expect(got![view]![at]).toBeCloseTo(value, 4);
  };

  it('gives what the net itself does, where the average follows at once', async () => {
    for (const { averaged, views } of await seen({ losses, train: settings(1e-9) })) close(averaged, views);
  });

  it('gives what the net did before training, where the average stays', async () => {
    const steps = await seen({ losses, train: settings(1 - 1e-12) });
    const untrained = await seen({ losses, train: settings(0.5), rate: 1e-12 });
    for (const [step, { averaged }] of steps.entries()) close(averaged, untrained[step]!.views);
    expect(
      steps.at(-1)!.views![0]!.some((value, at) => Math.abs(value - steps.at(-1)!.averaged![0]![at]!) > 0.01),
    ).toBe(true);
  });

  it('leaves running statistics as they are', async () => {
    const lines: Lines = {
      losses,
      backbone: '{conv-4: {channels: 4, embedding: 4}}',
      dataset: '{glyphs: {classes: 3, imagesPerClass: 6, testPerClass: 2, size: 16}}',
      train: settings(0.9),
    };
    const other: Lines = { ...lines, losses: '[simclr: {temperature: 0.5}]' };
    // Where no weight moves, statistics are of the views alone.
    const statistics = async (of: Lines): Promise<unknown[]> =>
      [...(await trained({ ...of, rate: 1e-30 })).tensors.entries()].filter(([name]) =>
        /^backbone.*\/(mean|variance)$/.test(name),
      );
    const found = await statistics(lines);
    expect(found.length).toBeGreaterThan(1);
    expect(found).toEqual(await statistics(other));
  });

  it.each(['2', '{parts: 2, exact: true}'])('goes along in parts of a batch: accumulate %s', async (accumulate) => {
    const whole = await trained({ losses, train: settings(0.9) });
    const parts = await trained({ losses, train: settings(0.9, `, accumulate: ${accumulate}`) });
    const queue = [...whole.tensors.keys()].find((name) => name.endsWith('moco/queue'))!;
    const [one, other] = [whole, parts].map(({ tensors }) => tensors.get(queue)!.data as Float32Array);
    expect(other).toHaveLength(80);
    for (const [at, value] of one!.entries()) expect(other![at]).toBeCloseTo(value, 3);
  });

  it('goes on to the same bits after a pause', async () => {
    const lines: Lines = { losses, train: settings(0.9) };
    const first = await trained(lines, { until: 1 });
    expect(await trained(lines, { resume: first })).toEqual(await trained(lines));
  });

  it('is asked for before anything is made', async () => {
    await expect(planned({ losses })).rejects.toThrow(
      /"moco" compares with what an average .* there is none.*ema: 0\.99/,
    );
    await expect(planned({ losses, train: '{batch: 6, epochs: 2, average: {swa: {start: 1}}}' })).rejects.toThrow(
      /averages the ends of epochs alone/,
    );
  });
});
