import type { PluginManifest } from '../../../contracts/plugin.ts';
import { AblateError } from '../../../base/errors/ablate-error.ts';
import type { Check } from '../rules/check-report.ts';
import { reasonOf } from '../rules/rule.ts';
import type { MetricVector } from './vector-file.ts';

const NAME = 'agrees with the reference case';
/** Metrics are computed in double precision. */
const TOLERANCE = 1e-9;

/** Numbers of a nested value by their path: `recallAt.1`, `ranks.3`. */
function leaves(value: unknown, path: string): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/** Compares an evaluator's answer with one reference case, every expected number of it. */
export async function checkMetricVector(manifest: PluginManifest<'evaluator'>, vector: MetricVector): Promise<Check> {
  try {
    if (!manifest.answer)
      throw new AblateError('PLUGIN_INVALID', `The evaluator "${manifest.name}" cannot be given reference cases`, {
        remedy: 'Declare `answer` in its manifest.',
      });
    const got = new Map(leaves(await manifest.answer(vector.input), ''));
    const differences = leaves(vector.expected, '').map(([path, expected]) => {
      const value = got.get(path);
      return { path, expected, value, difference: value === undefined ? Infinity : Math.abs(value - expected) };
    });
    const faults = differences.filter(({ difference }) => !(difference <= TOLERANCE));
    const largestError = Math.max(0, ...differences.map(({ difference }) => difference));
    const text = faults
      .slice(0, 3)
      .map(({ path, value, expected }) => `${path} is ${value ?? 'missing'} instead of ${expected}`)
      .join('; ');
    return {
      name: NAME,
      input: vector.name,
      passed: faults.length === 0,
      message: faults.length === 0 ? `largest error ${largestError.toExponential(1)}` : `${text}.`,
      largestError,
      largestErrorOfAllowed: largestError / TOLERANCE,
    };
  } catch (error) {
    return { name: NAME, input: vector.name, passed: false, message: reasonOf(error) };
  }
}
