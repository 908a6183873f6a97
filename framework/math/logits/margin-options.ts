import { z } from 'zod';

/** Options that margin losses have in common, each refused with the same words; add `.describe(…)`. */
export const marginOptions = {
  /** s, the scale of the logits: above 0. */
  scale: (initial: number) => z.number().positive('s scales the logits and must be greater than 0').default(initial),
  /** A margin added to an angle, in radians: [0, π). */
  angle: (name: string, initial: number) =>
    z
      .number()
      .min(0, `${name} is a margin and cannot be negative`)
      .lt(Math.PI, `${name} is an angle in radians and must stay below π: no angle could hold the margin`)
      .default(initial),
  /** A margin taken from a cosine: [0, 2]. */
  cosine: (name: string, initial: number) =>
    z
      .number()
      .min(0, `${name} is a margin and cannot be negative`)
      .max(2, `${name} is a difference of two cosines and cannot exceed 2`)
      .default(initial),
  /** The share of the batch at hand in a running mean: [0, 1]. */
  share: (name: string, initial: number) => {
    const reason = `${name} is the share of the batch in a running mean and lies in [0, 1]`;
    return z.number().min(0, reason).max(1, reason).default(initial);
  },
};
