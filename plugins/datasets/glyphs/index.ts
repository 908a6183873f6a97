import { definePlugin, z } from 'ablate-ml';
import { glyphs } from './glyphs.ts';

const schema = z.strictObject({
  classes: z.number().int().min(2).max(100_000).default(10).describe('characters to tell apart, seen in training'),
  imagesPerClass: z.number().int().min(1).default(600).describe('training images of each class'),
  validationPerClass: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('validation images of each class; 0 for no such split'),
  testPerClass: z
    .number()
    .int()
    .min(0)
    .default(100)
    .describe('test images of each class; with 0, `test` holds the probes of the unseen classes'),
  unseenClasses: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('further characters that training never sees, in `gallery` and `probe`'),
  unseenPerClass: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe('probe images of each unseen class, beside one in the gallery'),
  size: z.number().int().min(12).max(512).default(28).describe('side of the images in pixels'),
  jitter: z.number().min(0).max(3).default(1).describe('how much the hand varies; 0 draws every copy alike'),
  seed: z.number().int().default(0).describe("seed of the alphabet and the hand, apart from the run's seed"),
});

export default definePlugin({
  kind: 'dataset',
  name: 'glyphs',
  summary: 'Invented handwritten characters, drawn on the spot: nothing to download.',
  framework: '^0.1.0',
  schema,
  create: (options) => glyphs(options),
});
