import { z } from 'ablate-ml';

export const options = z.strictObject({
  figures: z.boolean().default(true).describe('Put the figures in as images, those drawn during training too'),
  embeddings: z
    .int()
    .min(0)
    .max(100_000)
    .default(5000)
    .describe('Rows of the test embeddings for the projector, at most; 0 leaves it out'),
  system: z.boolean().default(true).describe('Put in the samples of the machine: memory, processors, graphics card'),
});

/** Options of the tracker. */
export type TensorboardOptions = z.output<typeof options>;
