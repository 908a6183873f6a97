import type { Split } from '../../../contracts/dataset.ts';
import type { Sampler } from '../../../contracts/sampler.ts';
import { broken, holds, notApplicable, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const CLASSES = 12;
const BATCH = 24;

/** 12 classes of 8 to 30 images; class of image i is known, pixels are never asked for. */
const labels = Int32Array.from(
  Array.from({ length: CLASSES }, (_, label) => Array.from({ length: 8 + 2 * label }, () => label)).flat(),
);
const split: Split = {
  role: 'train',
  length: labels.length,
  labels,
  classNames: Array.from({ length: CLASSES }, (_, label) => `class ${label}`),
  images: () => {
    throw new Error('a sampler decides by labels and never reads images');
  },
};
const context = { split, batch: BATCH };
const epochOf = (sampler: Sampler, epoch: number): Int32Array[] =>
  Array.from({ length: sampler.stepsPerEpoch }, (_, step) => sampler.batch(epoch, step));

/** What every sampler must satisfy. */
export const samplerRules: readonly Rule<Subject<'sampler'>>[] = [
  {
    name: 'a batch is a pure function of seed, epoch and step',
    why: 'A resumed run asks for a batch in the middle of an epoch and must get the one that the first run had there.',
    async find(subject) {
      const first = await subject.make(context);
      const inOrder = [0, 1, 2].map((epoch) => epochOf(first, epoch));
      const fresh = await subject.make(context);
      for (const epoch of [2, 0, 1]) {
        for (let step = fresh.stepsPerEpoch - 1; step >= 0; step--) {
          if (String(fresh.batch(epoch, step)) !== String(inOrder[epoch]![step])) {
            return [
              broken(
                `epoch ${epoch}, step ${step}`,
                'A new sampler of the same seed, asked in another order, gives other images.',
              ),
            ];
          }
        }
      }
      return [holds(`3 epochs of ${first.stepsPerEpoch} batches`)];
    },
  },
  {
    name: 'batches are of the size asked for and name images of the split',
    why: 'An index outside the split reads another image or none.',
    async find(subject) {
      const sampler = await subject.make(context);
      if (!Number.isInteger(sampler.stepsPerEpoch) || sampler.stepsPerEpoch < 1)
        return [
          broken('stepsPerEpoch', `It is ${sampler.stepsPerEpoch} for ${split.length} images in batches of ${BATCH}.`),
        ];
      for (const [step, batch] of epochOf(sampler, 0).entries()) {
        if (batch.length < 1 || batch.length > BATCH)
          return [broken(`epoch 0, step ${step}`, `The batch has ${batch.length} images; train.batch is ${BATCH}.`)];
        const bad = batch.find((index) => !(index >= 0 && index < split.length));
        if (bad !== undefined)
          return [broken(`epoch 0, step ${step}`, `The index ${bad} is outside of 0 … ${split.length - 1}.`)];
      }
      return [holds('epoch 0')];
    },
  },
  {
    name: 'a batch holds as many images of each class as it declares',
    why: 'A loss that compares images of one class finds nothing to compare, and its value is 0 without a word.',
    async find(subject) {
      const wanted = subject.manifest.imagesPerClass?.(subject.options as never) ?? 1;
      if (wanted < 2) return [notApplicable('all batches', 'it promises no images of one class')];
      const sampler = await subject.make(context);
      for (const [step, batch] of epochOf(sampler, 0).entries()) {
        const counts = new Map<number, Set<number>>();
        for (const index of batch) counts.set(labels[index]!, (counts.get(labels[index]!) ?? new Set()).add(index));
        const few = [...counts].find(([, images]) => images.size < wanted);
        if (few)
          return [
            broken(
              `epoch 0, step ${step}`,
              `Class ${few[0]} has ${few[1].size} different image${few[1].size === 1 ? '' : 's'} in the batch; imagesPerClass declares ${wanted}.`,
            ),
          ];
      }
      return [holds('epoch 0', `at least ${wanted} of each`)];
    },
  },
];
