import type { Parameter } from '../../../contracts/parameter.ts';
import { changedParameters, readParameters } from './parameter-values.ts';
import { broken, type Finding } from './rule.ts';

/** The rule of everything that has parameters: its random numbers come from the run's seed alone. */
export const sameStart = {
  name: 'two builds of one seed are equal',
  why: "A run could not be made again: the run's seed gives numbers by `streams`, Math.random and TensorFlow.js's own generator do not.",
} as const;

/** Where two builds were compared. */
export const twoBuilds = 'two builds of seed 1';

/** Says what is wrong where the parameters of two builds differ in name, number or any bit. */
export async function differingStart(
  one: readonly Parameter[],
  other: readonly Parameter[],
): Promise<Finding | undefined> {
  const [first, second] = [await readParameters(one), await readParameters(other)];
  if ([...first.keys()].join() !== [...second.keys()].join()) return broken(twoBuilds, 'They have other parameters.');
  const changed = changedParameters(first, second);
  return changed.length > 0 ? broken(twoBuilds, `They start from another ${changed.join(', ')}.`) : undefined;
}
