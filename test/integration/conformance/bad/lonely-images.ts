import { definePlugin, z, type Sampler } from 'ablate-ml';

/** A sampler that promises four images of each class and takes what comes. */
export default definePlugin({
  kind: 'sampler',
  name: 'lonely-images',
  summary: 'fewer images of a class than declared',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  imagesPerClass: () => 4,
  create: (_, { split, batch, streams }): Sampler => ({
    stepsPerEpoch: Math.floor(split.length / batch),
    batch: (epoch, step) => {
      const random = streams.stream('batch', epoch, step);
      return Int32Array.from({ length: batch }, () => random.integer(split.length));
    },
  }),
});
