import type { Parameter } from '../../contracts/parameter.ts';

/**
 * The weight decay coefficient of a parameter: 0 for biases, slopes and normalisation; its group's where that has one;
 * else the optimiser's own.
 */
export function weightDecayOf({ weightDecay, group }: Parameter, own: number): number {
  return weightDecay ? (group?.weightDecay ?? own) : 0;
}
