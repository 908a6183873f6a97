import { definePlugin, z, type Sampler } from 'ablate-ml';

/** A sampler that goes on from where it was, whatever step is asked for. */
export default definePlugin({
  kind: 'sampler',
  name: 'remembering-sampler',
  summary: 'order from memory',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (_, { split, batch }): Sampler => {
    let next = 0;
    return {
      stepsPerEpoch: Math.floor(split.length / batch),
      batch: () => Int32Array.from({ length: batch }, () => next++ % split.length),
    };
  },
});
