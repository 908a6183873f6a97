import type { LossNeeds } from '../../../contracts/loss.ts';
import { matrixOf, type GivenTriplets, type LossCase, type Matrix } from '../loss/loss-case.ts';
import type { LossVector } from './vector-file.ts';

/** Exchanges rows and columns: the files hold `[dim][classes]`, the framework `[classes, dim]`. */
export function transpose(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

/** The label at the finest level, which is the class. */
const finest = (levels: readonly number[]): number => levels.at(-1)!;

/** Classes of a boundary a class. */
const classesOfBeta = ({ beta }: LossVector['input']): number | undefined =>
  beta && beta.length > 1 ? beta.length : undefined;

/** Most classes that the input speaks of. */
function classesOf({ input }: LossVector, weights: Matrix | undefined, subCenters: number): number {
  if (weights) return weights.rows / subCenters;
  if (input.hierarchy) return 1 + Math.max(...input.hierarchy.map(finest));
  return (
    input.centers?.length ??
    input.classCounts?.length ??
    classesOfBeta(input) ??
    1 + Math.max(0, ...(input.labels ?? []))
  );
}

/**
 * Makes the input of a reference case as the framework's losses see it. Class weights go to the head where the loss
 * needs one, else to the loss's own `proxies`.
 */
export function lossCaseOfVector(vector: LossVector, needs: LossNeeds): LossCase {
  const { input, name, params, gradientCheck } = vector;
  const embedding = matrixOf(input.embedding);
  const weights = input.classWeights && matrixOf(transpose(input.classWeights));
  const subCenters = needs.subCenters ?? Number(params.subCenters ?? 1);
  const proxies = weights && !needs.scores;
  return {
    name,
    embedding,
    labels: Int32Array.from(input.labels ?? input.hierarchy?.map(finest) ?? input.embedding.map(() => 0)),
    classes: classesOf(vector, weights, subCenters),
    classCounts: input.classCounts && Int32Array.from(input.classCounts),
    classWeights: proxies ? undefined : weights,
    bias: input.bias && Float32Array.from(input.bias),
    teacher: input.teacher && matrixOf(input.teacher),
    views: input.secondEmbedding && [matrixOf(input.secondEmbedding)],
    projections: input.projection && input.secondProjection && [input.projection, input.secondProjection].map(matrixOf),
    subCenters,
    step: input.step ?? 0,
    parameters: {
      ...(proxies && { proxies: weights.values }),
      ...(input.centers && { centers: input.centers.flat() }),
      ...(input.radius !== undefined && { radius: [input.radius] }),
      ...(input.beta && { beta: input.beta }),
      ...(input.sharedBias !== undefined && { sharedBias: [input.sharedBias] }),
      ...Object.fromEntries(Object.entries(input.state ?? {}).map(([state, value]) => [state, [value]])),
    },
    triplets: tripletsOf(vector),
    rowMargins: input.margins && Float32Array.from(input.margins),
    sampledClasses: input.sampledClasses && Int32Array.from(input.sampledClasses),
    smooth: gradientCheck === 'exact',
  };
}

/**
 * Translates the options of a reference case into the names that the framework's losses have for them: a hierarchy,
 * which the files give by the row, is an option by the class; `gamma` of the files on the focal loss is `focal`; a
 * margin by class size is one option; and what a pair loss is made of are plugins.
 *
 * @param known names of the loss's options
 */
export function optionsOfVector(
  { params, input: { hierarchy, classCounts, beta } }: LossVector,
  known: ReadonlySet<string>,
): Record<string, unknown> {
  const { base, gamma, a, b, lambda, ...rest } = params;
  if (hierarchy) return { ...params, groups: groupsOf(hierarchy) };
  if (typeof base !== 'string' || rest.assign !== undefined)
    return known.has('miner') ? partsOfVector(params, beta) : params;
  return {
    ...rest,
    ...(gamma !== undefined && { focal: gamma }),
    ...(classCounts && { classSizeMargin: { a, b, lambda } }),
  };
}

/** `reduction`, `mining`, `epsilon` and `p` of the files as the plugins that do it. */
function partsOfVector(
  params: Readonly<Record<string, unknown>>,
  beta: readonly number[] | undefined,
): Record<string, unknown> {
  const { reduction, mining, distance, p, epsilon, negatives: _, ...rest } = params;
  return {
    ...rest,
    ...(beta && { betas: beta.length === 1 ? 'one' : 'class', miner: 'batch-all' }),
    ...(reduction !== undefined && { reducer: reduction }),
    ...(mining !== undefined && { miner: mining }),
    ...(epsilon !== undefined && { miner: epsilon === null ? 'batch-all' : { 'multi-similarity': { epsilon } } }),
    ...(distance !== undefined && { distance: distance === 'lp' ? { lp: { p } } : distance }),
  };
}

function groupsOf(hierarchy: readonly (readonly number[])[]): number[][] {
  const classes = 1 + Math.max(...hierarchy.map(finest));
  return hierarchy[0]!.slice(0, -1).map((_, level) => {
    const groupOf = new Map(hierarchy.map((levels) => [finest(levels), levels[level]!]));
    return Array.from({ length: classes }, (_, label) => groupOf.get(label) ?? 0);
  });
}

/** How often each triplet of a case that gives them counts: one by one, or every negative by its probability. */
function tripletsOf({ input: { triplets, negativeWeights, labels } }: LossVector): GivenTriplets | undefined {
  if (!triplets && !negativeWeights) return undefined;
  const rows = labels!.length;
  const counts = new Float32Array(rows ** 3);
  for (const [anchor, positive, negative] of triplets ?? []) counts[(anchor * rows + positive) * rows + negative]! += 1;
  for (const [anchor, weights] of (negativeWeights ?? []).entries())
    for (const positive of labels!.keys())
      if (positive !== anchor && labels![positive] === labels![anchor])
        for (const [negative, weight] of weights.entries())
          counts[(anchor * rows + positive) * rows + negative]! = weight;
  return { rows, counts };
}
