import { z } from 'zod';

const span = (ends: z.ZodNumber) =>
  z
    .strictObject({
      from: ends.describe('Value at the first step.'),
      to: ends.describe('Value from the end on.'),
      epochs: z.number().gt(0).optional().describe('How long, in epochs.'),
      steps: z.int().min(1).optional().describe('How long, in steps.'),
    })
    .refine(
      ({ epochs, steps }) => (epochs === undefined) !== (steps === undefined),
      'exactly one of epochs and steps says how long',
    );

/** A number that changes over training, as a spec writes it: one of three shapes. */
export const scheduledNumberSchemas = {
  linear: span(z.number()),
  cosine: span(z.number()),
  exponential: span(z.number().gt(0)),
} as const;
