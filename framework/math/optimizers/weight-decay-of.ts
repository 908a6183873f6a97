import type { Parameter } from '../../contracts/parameter.ts';

/**
 * Gives the weight decay coefficient of a parameter: 0 for biases, slopes and normalization; its group's where that has
 * one; else the optimizer's own.
 */
export function weightDecayOf({ weightDecay, group }: Parameter, own: number): number {
  return weightDecay ? (group?.weightDecay ?? own) : 0;
}
