import type { Evaluator } from 'ablate-ml';
import { unitRows } from 'ablate-ml/metrics';
import { classSpread, type ClassSpread } from './class-spread.ts';

function named(prefix: string, spread: ClassSpread | undefined): Record<string, number> {
  if (!spread) return {};
  const { intra, inter } = spread;
  return {
    [`${prefix}intra-class-distance`]: intra,
    ...(inter !== undefined && { [`${prefix}inter-class-distance`]: inter }),
    ...(inter && { [`${prefix}intra-inter-ratio`]: intra / inter }),
  };
}

function meanNorm(rows: Float32Array, dim: number): number {
  let sum = 0;
  for (let start = 0; start < rows.length; start += dim) sum += Math.hypot(...rows.subarray(start, start + dim));
  return (sum * dim) / rows.length;
}

/**
 * Measures how compact the classes are and how far apart: of the embeddings, of their unit vectors, and of the centers
 * a loss keeps.
 */
export function classStatistics(): Evaluator {
  return {
    async evaluate(input) {
      const split = await input.split(input.role);
      if (!split) return { metrics: {} };
      const { embeddings, labels, dim } = split;
      const centers = [...input.centers].map(([loss, rows]) => {
        const name = input.centers.size === 1 ? 'center-norm-mean' : `center-norm-mean/${loss}`;
        return [name, meanNorm(rows, dim)] as const;
      });
      return {
        metrics: {
          ...named('', classSpread(embeddings, labels, dim)),
          ...named('unit-', classSpread(unitRows(embeddings, dim), labels, dim)),
          ...Object.fromEntries(centers),
        },
      };
    },
  };
}
