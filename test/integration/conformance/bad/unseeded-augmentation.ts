import { definePlugin, z, type Dataset, type Split } from 'ablate-ml';

/** A data set that jitters its pixels by Math.random. */
export default definePlugin({
  kind: 'dataset',
  name: 'unseeded-augmentation',
  summary: 'augmentation without the seed',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Dataset => {
    const train: Split = {
      role: 'train',
      length: 10,
      classNames: ['circle', 'square'],
      labels: Int32Array.from({ length: 10 }, (_, index) => index % 2),
      images: (indices, epoch) =>
        Float32Array.from(indices, (index) => index / 20 + (epoch === undefined ? 0 : 0.1 * Math.random())),
    };
    return {
      imageShape: [1, 1, 1],
      provenance: { digest: 'unseeded-augmentation', source: 'generated' },
      split: (role) => (role === 'train' ? train : undefined),
    };
  },
});
