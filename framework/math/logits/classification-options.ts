import { z } from 'zod';

/** Options that all classification losses have, to be spread into a schema. */
export const classificationOptions = {
  labelSmoothing: z
    .number()
    .min(0, 'labelSmoothing is a share of the target distribution and cannot be negative')
    .lt(1, 'labelSmoothing must stay below 1: at 1 the label no longer counts')
    .default(0)
    .describe('ε: share of the target distribution that is spread evenly over the classes'),
  focal: z
    .number()
    .min(0, 'focal is the exponent of 1 − p and cannot be negative')
    .default(0)
    .describe('γ: a row counts (1 − p)^γ, p the probability of its label; 0: all rows alike'),
};

/** What `classificationOptions` gives. */
export interface ClassificationOptions {
  /** ε, the share of the target distribution spread evenly over the classes. */
  readonly labelSmoothing: number;
  /** γ, the exponent of the focal loss. */
  readonly focal: number;
}

/** Names of options that classification losses share; who makes a loss by itself may leave them out. */
type Shared = keyof ClassificationOptions | 'classSizeMargin' | 'interclassFilter';

/** The options of a classification loss from its schema's output, the shared ones optional. */
export type ClassificationOptionsOf<Output> = Omit<Output, Shared> &
  Partial<Pick<Output, Extract<keyof Output, Shared>>>;
