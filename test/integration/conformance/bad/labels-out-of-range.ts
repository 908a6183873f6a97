import { definePlugin, z, type Dataset, type Split } from 'ablate-ml';

const classNames = ['circle', 'square'];

/** A data set that counts its classes from 1. */
export default definePlugin({
  kind: 'dataset',
  name: 'labels-out-of-range',
  summary: 'labels from 1',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Dataset => {
    const train: Split = {
      role: 'train',
      length: 10,
      classNames,
      labels: Int32Array.from({ length: 10 }, (_, index) => 1 + (index % 2)),
      images: (indices) => Float32Array.from(indices, (index) => index / 10),
    };
    return {
      imageShape: [1, 1, 1],
      provenance: { digest: 'labels-out-of-range', source: 'generated' },
      split: (role) => (role === 'train' ? train : undefined),
    };
  },
});
