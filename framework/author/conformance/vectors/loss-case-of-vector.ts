import type { LossNeeds } from '../../../contracts/loss.ts';
import { matrixOf, type LossCase, type Matrix } from '../loss/loss-case.ts';
import type { LossVector } from './vector-file.ts';

/** Rows for columns: the files hold `[dim][classes]`, the framework `[classes, dim]`. */
export function transpose(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

/** Most classes that the input speaks of. */
function classesOf({ input }: LossVector, weights: Matrix | undefined, subCenters: number): number {
  if (weights) return weights.rows / subCenters;
  return input.centers?.length ?? input.classCounts?.length ?? 1 + Math.max(0, ...(input.labels ?? []));
}

/**
 * The input of a reference case as the framework's losses see it. Class weights go to the head where the loss needs
 * one, else to the loss's own `proxies`.
 */
export function lossCaseOfVector(vector: LossVector, needs: LossNeeds): LossCase {
  const { input, name, gradientCheck } = vector;
  const embedding = matrixOf(input.embedding);
  const weights = input.classWeights && matrixOf(transpose(input.classWeights));
  const subCenters = needs.subCenters ?? 1;
  const proxies = weights && !needs.scores;
  return {
    name,
    embedding,
    labels: Int32Array.from(input.labels ?? input.embedding.map(() => 0)),
    classes: classesOf(vector, weights, subCenters),
    classCounts: input.classCounts && Int32Array.from(input.classCounts),
    classWeights: proxies ? undefined : weights,
    bias: input.bias && Float32Array.from(input.bias),
    teacher: input.teacher && matrixOf(input.teacher),
    subCenters,
    step: input.step ?? 0,
    parameters: {
      ...(proxies && { proxies: weights.values }),
      ...(input.centers && { centers: input.centers.flat() }),
      ...(input.radius !== undefined && { radius: [input.radius] }),
      ...Object.fromEntries(Object.entries(input.state ?? {}).map(([state, value]) => [state, [value]])),
    },
    sampledClasses: input.sampledClasses && Int32Array.from(input.sampledClasses),
    smooth: gradientCheck === 'exact',
  };
}
