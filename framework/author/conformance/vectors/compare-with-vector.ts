import type { LossOutcome } from '../loss/evaluate-loss.ts';
import type { LossCase } from '../loss/loss-case.ts';
import { float32Tolerance, largestDifference, placeOf } from '../rules/largest-difference.ts';
import type { ParameterValues } from '../rules/parameter-values.ts';
import { transpose } from './loss-case-of-vector.ts';
import type { LossVector } from './vector-file.ts';

/** One compared quantity of a reference case. */
export interface Comparison {
  /** `value`, `logits`, `embedding gradient`, `next centers`, … */
  readonly quantity: string;
  readonly largestError: number;
  /** `largestError` over what the tolerance allows. */
  readonly share: number;
  /** A sentence where it is outside the tolerance. */
  readonly fault?: string;
}

interface Expectation {
  readonly quantity: string;
  readonly got: ArrayLike<number> | undefined;
  readonly expected: readonly number[];
  readonly shape: readonly number[];
  readonly gradient?: boolean;
}

const flatten = (rows: readonly (readonly number[])[]): number[] => rows.flat();

/** Compares everything that the case expects with what the loss gave and what it left behind. */
export function compareWithVector(
  vector: LossVector,
  input: LossCase,
  outcome: LossOutcome,
  after: ParameterValues,
): Comparison[] {
  const { expected } = vector;
  const { rows, columns } = input.embedding;
  const expectations: Expectation[] = [
    { quantity: 'value', got: [outcome.value], expected: [expected.value], shape: [1] },
  ];
  const add = (
    quantity: string,
    got: ArrayLike<number> | undefined,
    values: readonly number[] | undefined,
    shape: readonly number[],
    gradient = false,
  ): void => {
    if (values) expectations.push({ quantity, got, expected: values, shape, gradient });
  };
  const weightRows = expected.classWeightsGradient && transpose(expected.classWeightsGradient);
  add('logits', outcome.logits, expected.logits && flatten(expected.logits), [rows, expected.logits?.[0]?.length ?? 0]);
  add(
    'embedding gradient',
    outcome.gradients.embedding,
    expected.embeddingGradient && flatten(expected.embeddingGradient),
    [rows, columns],
    true,
  );
  add(
    'second embedding gradient',
    outcome.gradients.secondEmbedding,
    expected.secondEmbeddingGradient && flatten(expected.secondEmbeddingGradient),
    [rows, columns],
    true,
  );
  add(
    'class weights gradient',
    outcome.gradients.classWeights ?? outcome.gradients.proxies,
    weightRows && flatten(weightRows),
    [weightRows?.length ?? 0, columns],
    true,
  );
  add('bias gradient', outcome.gradients.bias, expected.biasGradient, [expected.biasGradient?.length ?? 0], true);
  add(
    'radius gradient',
    outcome.gradients.radius,
    expected.radiusGradient === undefined ? undefined : [expected.radiusGradient],
    [1],
    true,
  );
  add('beta gradient', outcome.gradients.beta, expected.betaGradient, [expected.betaGradient?.length ?? 0], true);
  add(
    'shared bias gradient',
    outcome.gradients.sharedBias,
    expected.sharedBiasGradient === undefined ? undefined : [expected.sharedBiasGradient],
    [1],
    true,
  );
  add('parts', Object.values(outcome.parts), expected.parts, [expected.parts?.length ?? 0]);
  add('next centers', after.get('centers'), expected.nextCenters && flatten(expected.nextCenters), [
    expected.nextCenters?.length ?? 0,
    columns,
  ]);
  for (const [name, value] of Object.entries(expected.nextState ?? {}))
    add(`next state ${name}`, after.get(name), [value], [1]);
  return expectations.map((expectation) =>
    expectation.gradient && vector.gradientCheck === 'finite' ? finite(expectation) : within(expectation, vector),
  );
}

function within({ quantity, got, expected, shape }: Expectation, vector: LossVector): Comparison {
  if (!got)
    return {
      quantity,
      largestError: Infinity,
      share: Infinity,
      fault: `The case expects the ${quantity}; the loss gives none.`,
    };
  const difference = largestDifference(got, expected, vector.tolerance ?? float32Tolerance);
  const share = difference.largest / difference.allowed;
  const compared = { quantity, largestError: difference.largest, share };
  if (difference.within) return compared;
  if (difference.at < 0)
    return { ...compared, fault: `The ${quantity} has ${got.length} numbers instead of ${expected.length}.` };
  const place = expected.length > 1 ? ` at ${placeOf(difference.at, shape)}` : '';
  return {
    ...compared,
    fault: `The ${quantity}${place} is ${got[difference.at]} instead of ${expected[difference.at]}: ${difference.largest.toExponential(2)} apart, ${difference.allowed.toExponential(2)} allowed.`,
  };
}

function finite({ quantity, got }: Expectation): Comparison {
  const bad = got ? [...Array.from(got)].findIndex((value) => !Number.isFinite(value)) : -1;
  const compared = { quantity, largestError: 0, share: 0 };
  if (got && bad < 0) return compared;
  return {
    ...compared,
    largestError: NaN,
    share: Infinity,
    fault: got ? `The ${quantity} has ${got[bad]}; at this kink it must be finite.` : `The loss gives no ${quantity}.`,
  };
}
