import { describe, expect, test } from 'vitest';
import { checkPlugin, type AnyManifest } from 'ablate-ml/testing';
import { useDevice } from '../../../framework/devices/devices.ts';
import batchStatistics from './bad/batch-statistics-in-evaluation.ts';
import changingFigure from './bad/changing-figure.ts';
import deadWeight from './bad/dead-weight.ts';
import decayingBias from './bad/decaying-bias.ts';
import firstRowCounts from './bad/first-row-counts.ts';
import hiddenMomentum from './bad/hidden-momentum.ts';
import hiddenWeight from './bad/hidden-weight.ts';
import labelsOutOfRange from './bad/labels-out-of-range.ts';
import lonelyImages from './bad/lonely-images.ts';
import * as losses from './bad/losses.ts';
import negativeRate from './bad/negative-rate.ts';
import otherClassifier from './bad/other-classifier.ts';
import overlappingSplits from './bad/overlapping-splits.ts';
import rememberingSampler from './bad/remembering-sampler.ts';
import shortRowFigure from './bad/short-row-figure.ts';
import throwingTracker from './bad/throwing-tracker.ts';
import unseededAugmentation from './bad/unseeded-augmentation.ts';
import * as unseeded from './bad/unseeded-start.ts';

/** Each bad plugin with the one rule that it breaks, where, and words of the message. */
const planted: readonly [AnyManifest, rule: string, where: RegExp, message: RegExp][] = [
  [labelsOutOfRange, 'every label is a class', /^train, image 1$/, /label is 2; allowed are 0 … 1\. .*class weights/],
  [
    overlappingSplits,
    'training, validation and evaluation share no image, nor gallery, probes and distractors',
    /^train and test$/,
    /5 images are in both, such as image-15\.png\. .*measures memory/,
  ],
  [
    unseededAugmentation,
    'the same seed, index and epoch give the same pixels, in any order and company',
    /^train, image 0, epoch 0$/,
    /other pixels\. Two runs of one seed/,
  ],
  [
    rememberingSampler,
    'a batch is a pure function of seed, epoch and step',
    /^epoch 2, step \d+$/,
    /gives other images\. A resumed run/,
  ],
  [
    lonelyImages,
    'a batch holds as many images of each class as it declares',
    /^epoch 0, step 0$/,
    /Class \d+ has \d different images? in the batch; imagesPerClass declares 4\. .*value is 0/,
  ],
  [
    deadWeight,
    'the gradient reaches every trainable parameter',
    /one training step/,
    /No gradient reaches bias\. .*random start/,
  ],
  [
    hiddenWeight,
    'its parameters are all of its state',
    /another instance with the saved parameters/,
    /outside of `parameters`\. A checkpoint/,
  ],
  [
    batchStatistics,
    'evaluation changes nothing and sees each image alone',
    /alone and among others/,
    /embedding differs by .*cannot be reproduced/,
  ],
  [otherClassifier, 'classify agrees with forward', /own class/, /differ by .*another classifier/],
  [
    decayingBias,
    'weight decay leaves alone what declares none',
    /weightDecay: 0\.1/,
    /weightDecay: false went from 1 to 0\.98.*published result/,
  ],
  [
    hiddenMomentum,
    'its slots are all of its state',
    /after a restore/,
    /kernel differs after the next step\. A checkpoint/,
  ],
  [negativeRate, 'every rate is finite and not negative', /^step 10\d of 200$/, /The rate is -.*climbs the loss/],
  [
    firstRowCounts,
    'the order of the rows does not matter',
    /another order/,
    /first-error is 0, then \d+\. .*another machine/,
  ],
  [changingFigure, 'the same runs give the same picture', /twice/, /The drawings differ\. .*published/],
  [
    shortRowFigure,
    'what it draws can be shown, described and tabulated',
    /^short-row$/,
    /Row 0 of its table is \["lambda 0\.1 · seed 1"\] for the columns run, seed\. .*lost when the run has ended/,
  ],
  [throwingTracker, 'it never makes a run fail', /folder is gone/, /It threw: ENOENT.*A run of days/],
  [
    losses.wrongGradient,
    'the gradient is that of the value',
    /a random batch of 8 rows/,
    /Moving embedding, along its gradient changes the value by .* the gradient says .*another than the one that is written/,
  ],
  [
    losses.infiniteAtEqualRows,
    'the gradient is that of the value',
    /equals row 1|a random batch/,
    /The gradient of embedding contains (NaN|Infinity)/,
  ],
  [
    losses.leaking,
    'no tensor is left behind in 200 steps',
    /a random batch/,
    /200 tensors more than before \(1\.0 a step\)\. Memory/,
  ],
  [losses.copiedOptions, 'numeric options are read at every step', /^s from 2 to 1\.5$/, /option was copied.*silently/],
  [
    losses.changingForward,
    'forward leaves the state alone, and update leaves what is trained alone',
    /a random batch/,
    /forward pass changed mean\. Validation/,
  ],
  [
    losses.hiddenCounter,
    'its parameters are all of its state',
    /after a restore/,
    /the value differs in the next step.*outside of `parameters`/,
  ],
  [
    losses.falseInvariance,
    'the declared invariances hold',
    /the embedding times 3/,
    /declares "embedding-scale", yet .* goes from/,
  ],
  [
    losses.heldEmbedding,
    'the gradient is that of the value',
    /a random batch of 8 rows/,
    /Moving embedding, at random changes the value, and its gradient is 0: everything that depends on embedding is held constant/,
  ],
  [
    unseeded.unseededBackbone,
    'two builds of one seed are equal',
    /two builds of seed 1/,
    /another kernel\. A run could not be made again/,
  ],
  [
    unseeded.unseededDropout,
    'two builds of one seed are equal',
    /two builds of seed 1/,
    /other embeddings in training\. /,
  ],
  [unseeded.unseededHead, 'two builds of one seed are equal', /two builds of seed 1/, /another classWeights\. /],
  [unseeded.unseededLoss, 'two builds of one seed are equal', /two builds of seed 1/, /another proxies\. /],
  [losses.cutOff, 'the gradient is that of the value', /a random batch/, /depends on nothing that is trained/],
];

describe('the kit finds the planted fault and says which rule, where and why', () => {
  test.each(
    planted.map(([manifest, rule, where, message]) => ({ manifest, rule, where, message, name: manifest.name })),
  )('$name breaks "$rule"', async ({ manifest, rule, where, message }) => {
    await useDevice('cpu');
    const { checks, failed } = await checkPlugin(manifest);
    const faults = checks.filter(({ passed }) => !passed);
    expect(failed).toBeGreaterThan(0);
    expect([...new Set(faults.map(({ name }) => name))]).toEqual([rule]);
    expect(faults[0]!.input).toMatch(where);
    expect(faults[0]!.message).toMatch(message);
  });
});

describe('a loss that throws in every rule', () => {
  test('says why once, in the words of a run', async () => {
    await useDevice('cpu');
    const { checks, failed } = await checkPlugin(losses.wrongShape);
    expect(failed).toBeGreaterThan(2);
    const words = checks.filter(({ passed }) => !passed).map(({ message }) => message);
    expect(words[0]).toMatch(
      /^It threw: The loss "wrong-shape" gives a tensor \[8\] of float32 instead of a scalar as its value\. /,
    );
    for (const later of words.slice(1))
      expect(later).toMatch(/^It threw the same as under "the gradient is that of the value"\. /);
  });
});
