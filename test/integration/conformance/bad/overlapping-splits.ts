import { definePlugin, z, type Dataset, type Role, type Split } from 'ablate-ml';

/** A data set whose test split begins within its training split. */
export default definePlugin({
  kind: 'dataset',
  name: 'overlapping-splits',
  summary: 'test images that were trained on',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Dataset => {
    const from = (role: Role, first: number): Split => ({
      role,
      length: 20,
      classNames: ['circle', 'square'],
      labels: Int32Array.from({ length: 20 }, (_, index) => index % 2),
      images: (indices) => Float32Array.from(indices, (index) => (first + index) / 40),
      source: (index) => `image-${first + index}.png`,
    });
    const splits = [from('train', 0), from('test', 15)];
    return {
      imageShape: [1, 1, 1],
      provenance: { digest: 'overlapping-splits', source: 'generated' },
      split: (role) => splits.find((split) => split.role === role),
    };
  },
});
