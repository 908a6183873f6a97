import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import type { InnerUse, OptimizerContext } from '../../contracts/plugin.ts';

/**
 * Makes the optimizer that another one wraps.
 *
 * @param wrapper name of the one that wraps
 * @throws AblateError PLUGIN_OPTIONS where it cannot be made here, or refuses its options
 */
export async function innerOptimizer(
  wrapper: string,
  use: InnerUse,
  { component }: OptimizerContext,
): Promise<Optimizer> {
  if (component) return component('optimizer', use);
  throw new AblateError('PLUGIN_OPTIONS', `${wrapper}: the optimizer that it wraps cannot be made here.`, {
    remedy: 'Give a context with component.',
  });
}

/**
 * Refuses parameters of which a step sees some rows alone.
 *
 * @throws AblateError PLUGIN_OPTIONS
 */
export function refuseSampledRows(optimizer: string, parameters: readonly Parameter[]): void {
  const sampled = parameters.find(({ rows }) => rows);
  if (!sampled) return;
  throw new AblateError(
    'PLUGIN_OPTIONS',
    `${optimizer} keeps a copy of all weights, and ${sampled.name} is a table of which a step sees some rows alone.`,
    { remedy: 'Give the head an optimizer of its own, or take the head cosine or linear.' },
  );
}
