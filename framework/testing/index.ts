/** What a plugin author's tests import. */
export { lossInput } from './loss/loss-input.ts';
export type { LossInputOptions } from './loss/loss-input.ts';
