import { z, type Sampler, type SamplerContext } from 'ablate-ml';

export const options = z.strictObject({
  lastBatch: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe("an epoch's last batch where it is not full: `keep` trains on it, `drop` leaves it out"),
});

/** Options of the shuffled sampler. */
export type ShuffleOptions = z.output<typeof options>;

/** Draws every image once an epoch, in an order that the seed and the epoch decide. */
export function shuffle({ lastBatch }: ShuffleOptions, { split, batch, streams }: SamplerContext): Sampler {
  let shuffled = -1;
  let order = new Int32Array(0);
  const batches = split.length / batch;
  return {
    stepsPerEpoch: lastBatch === 'keep' ? Math.ceil(batches) : Math.floor(batches),
    batch(epoch, step) {
      if (epoch !== shuffled) {
        order = streams.stream('order', epoch).shuffle(Int32Array.from({ length: split.length }, (_, index) => index));
        shuffled = epoch;
      }
      return order.slice(step * batch, (step + 1) * batch);
    },
  };
}
