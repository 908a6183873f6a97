import { definePlugin, tf, z, type LossInput } from 'ablate-ml';

/** What the loss saw, newest last; as plain numbers. */
export const seen: { columns: Record<string, unknown>; rows: number[] }[] = [];

/** A loss of two columns that remembers what it saw: the mean of the numbers times the embedding's. */
export default definePlugin({
  kind: 'loss',
  name: 'column-loss',
  summary: 'A loss that reads two columns.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  needs: () => ({ columns: { camera: 'label', age: 'number' } }),
  create: () => ({
    parameters: [],
    forward({ embedding, columns, rows }: LossInput) {
      seen.push({
        columns: Object.fromEntries(Object.entries(columns!).map(([name, tensor]) => [name, tensor.arraySync()])),
        rows: [...rows!.dataSync()],
      });
      return { value: tf.mean(tf.mul(tf.mean(embedding, 1), columns!['age'] as tf.Tensor1D)) as tf.Scalar };
    },
  }),
});
