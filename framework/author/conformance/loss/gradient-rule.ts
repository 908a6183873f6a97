import type { Loss } from '../../../contracts/loss.ts';
import { unconnectedLoss } from '../../../training/engine/unconnected-loss.ts';
import type { HeldConstants } from '../../../math/ops/held-constants.ts';
import { writeParameter, readParameters } from '../rules/parameter-values.ts';
import { broken, holds, notApplicable, type Finding, type Rule } from '../rules/rule.ts';
import { directionsIn, moved, type Direction } from './directions.ts';
import { evaluateLoss, heldConstantsOf, valueOf, type LossOutcome } from './evaluate-loss.ts';
import { generatedCases, seedParameters } from './generated-cases.ts';
import { viewName, type LossCase } from './loss-case.ts';
import { disposeLoss, makeLoss, type LossSubject } from './loss-subject.ts';
import { riddersDerivative, type NumericDerivative } from './ridders-derivative.ts';

/**
 * Share of the largest possible derivative in a direction by which gradient and central differences may differ: float32
 * at a scale of 64 leaves 1e-3.
 */
const RELATIVE = 4e-3;
/** Share of it at which the central difference's own error no longer matters. */
const ENOUGH = 1e-4;
/** Estimated errors of the central difference that are granted beside it. */
const ERRORS = 4;
/** Share of the largest possible derivative above which the central difference's own error leaves the question open. */
const UNDECIDED = 0.05;
/** Classes above which one direction a block must do: each step there costs as much as the other inputs together. */
const MANY_CLASSES = 1000;
/**
 * First steps of the central differences, as shares of a row's norm: the shorter ones where a longer one crosses a
 * hinge.
 */
const FIRST_STEPS = [0.1, 0.1 / 16, 0.1 / 128] as const;

/** What one direction says. */
type Verdict =
  | { readonly kind: 'agrees'; readonly share: number }
  | { readonly kind: 'undecided' }
  | { readonly kind: 'kink' }
  | { readonly kind: 'differs'; readonly text: string };

interface Point {
  readonly loss: Loss;
  readonly input: LossCase;
  readonly outcome: LossOutcome;
  readonly subject: LossSubject;
  readonly held: HeldConstants;
}

/** Each gradient against central differences of the value, and finite where the value has a kink. */
export const gradientRule: Rule<LossSubject> = {
  name: 'the gradient is that of the value',
  why: 'Training follows the gradient, so the loss that is minimized would be another than the one that is written.',
  async find(subject) {
    const findings: Finding[] = [];
    for (const input of generatedCases(subject)) findings.push(await findingAt(subject, input));
    return findings;
  },
};

async function findingAt(subject: LossSubject, bare: LossCase): Promise<Finding> {
  const shapes = await shapesOf(subject, bare);
  const loss = await makeLoss(subject, seedParameters(bare, shapes));
  let held: HeldConstants | undefined;
  try {
    const started = Object.fromEntries(await readParameters(loss.parameters));
    const input = { ...bare, parameters: started };
    const outcome = await evaluateLoss(loss, input, subject.needs);
    const fault = notFinite(outcome) ?? (outcome.connected ? undefined : unconnectedWords(subject.manifest.name));
    if (fault) return broken(bare.name, fault);
    if (!bare.smooth) return holds(bare.name, 'finite; the gradient is not unique here');
    held = heldConstantsOf(loss, input, subject.needs);
    return await compared({ loss, input, outcome, subject, held });
  } finally {
    held?.dispose();
    disposeLoss(loss);
  }
}

function unconnectedWords(name: string): string {
  const { problem, remedy } = unconnectedLoss([name]);
  return `${problem} ${remedy}`;
}

async function shapesOf(subject: LossSubject, input: LossCase): Promise<Record<string, readonly number[]>> {
  const loss = await makeLoss(subject, input);
  const shapes = Object.fromEntries(loss.parameters.map(({ name, variable }) => [name, variable.shape]));
  disposeLoss(loss);
  return shapes;
}

function notFinite({ value, gradients, logits }: LossOutcome): string | undefined {
  if (!Number.isFinite(value)) return `The value is ${value}.`;
  for (const [block, numbers] of Object.entries({ ...gradients, ...(logits && { logits }) })) {
    const found = numbers.find((number) => !Number.isFinite(number));
    if (found !== undefined)
      return `${block === 'logits' ? 'The logits contain' : `The gradient of ${block} contains`} ${found}.`;
  }
  return undefined;
}

async function compared(point: Point): Promise<Finding> {
  const { input, outcome, subject } = point;
  const exempt = subject.manifest.inexactGradients?.(subject.options as never) ?? {};
  const blocks = Object.keys(outcome.gradients).filter((block) => exempt[block] === undefined);
  if (blocks.length === 0)
    return notApplicable(
      input.name,
      `by design not the derivative of the value: ${Object.entries(exempt)
        .map(([block, reason]) => `${block} (${reason})`)
        .join(', ')}`,
    );
  const tally = { agrees: 0, undecided: 0, kink: 0 };
  let largest = 0;
  const most = input.classes > MANY_CLASSES ? 1 : Infinity;
  for (const direction of blocks.flatMap((block) => directionsOf(block, point).slice(0, most))) {
    const verdict = await judge(direction, point);
    if (verdict.kind === 'differs') return broken(input.name, verdict.text);
    tally[verdict.kind]++;
    if (verdict.kind === 'agrees') largest = Math.max(largest, verdict.share);
  }
  const rest = [
    tally.undecided && `${tally.undecided} beyond what float32 can decide`,
    tally.kink && `${tally.kink} across a kink`,
  ]
    .filter(Boolean)
    .join(', ');
  return holds(
    input.name,
    `${tally.agrees} directions agree to ${(100 * largest).toPrecision(2)} %${rest && `, ${rest}`}`,
    { largestErrorOfAllowed: largest / RELATIVE },
  );
}

function directionsOf(block: string, { input, outcome, loss }: Point): Direction[] {
  const gradient = outcome.gradients[block]!;
  if (block === 'embedding')
    return directionsIn(
      block,
      input.embedding.values,
      gradient,
      input.embedding.rows,
      input.embedding.rows > 1 ? [0, 1] : [],
    );
  const view = (input.views ?? []).find((_, index) => viewName(index) === block);
  if (view) return directionsIn(block, view.values, gradient, view.rows, view.rows > 1 ? [0] : []);
  if (block === 'classWeights')
    return directionsIn(block, input.classWeights!.values, gradient, input.classWeights!.rows, [
      input.labels[0]! * input.subCenters,
    ]);
  if (block === 'bias') return directionsIn(block, input.bias!, gradient, 1, []);
  const { shape } = loss.parameters.find(({ name }) => name === block)!.variable;
  return directionsIn(block, input.parameters[block]!, gradient, shape.length > 1 ? shape[0]! : 1, []);
}

async function judge(direction: Direction, point: Point): Promise<Verdict> {
  const { loss, input, outcome, subject, held } = point;
  const parameter = loss.parameters.find(({ name }) => name === direction.block);
  const at = async (h: number): Promise<number> => {
    const there = moved(input, direction, h);
    if (parameter) writeParameter(parameter, there.parameters[direction.block]!);
    return valueOf(loss, there, subject.needs, held);
  };
  try {
    const { expected, possible } = along(outcome.gradients[direction.block]!, direction.values);
    if (possible === 0 && (await movesUnheld(direction, point))) {
      return {
        kind: 'differs',
        text: `Moving ${direction.name} changes the value, and its gradient is 0: everything that depends on ${direction.block} is held constant.`,
      };
    }
    let first: Verdict | undefined;
    for (const step of FIRST_STEPS) {
      const numeric = await riddersDerivative(at, step, ENOUGH * possible);
      const verdict = verdictOf(direction.name, expected, possible, numeric, (1e-6 * Math.abs(outcome.value)) / step);
      first ??= verdict;
      if (first.kind !== 'differs' || verdict.kind === 'agrees') return verdict;
    }
    return (await isKink(at, expected, possible)) ? { kind: 'kink' } : first!;
  } finally {
    if (parameter) writeParameter(parameter, input.parameters[direction.block]!);
  }
}

/** Whether the value changes in a short step when the constants follow the input, as they do in training. */
async function movesUnheld(direction: Direction, { loss, input, outcome, subject }: Point): Promise<boolean> {
  if (loss.parameters.some(({ name }) => name === direction.block)) return false;
  const there = await valueOf(loss, moved(input, direction, FIRST_STEPS[2]), subject.needs);
  return Math.abs(there - outcome.value) > 1e-5 * Math.abs(outcome.value);
}

function verdictOf(
  name: string,
  expected: number,
  possible: number,
  numeric: NumericDerivative,
  rounding: number,
): Verdict {
  const error = ERRORS * numeric.error;
  const difference = Math.abs(expected - numeric.value);
  if (difference > RELATIVE * possible + error + rounding) {
    return {
      kind: 'differs',
      text: `Moving ${name} changes the value by ${numeric.value.toPrecision(5)} a unit (central differences, ± ${error.toExponential(1)}); the gradient says ${expected.toPrecision(5)}.`,
    };
  }
  if (possible <= rounding) return { kind: 'agrees', share: 0 };
  return error > UNDECIDED * possible ? { kind: 'undecided' } : { kind: 'agrees', share: difference / possible };
}

/**
 * The derivative that the gradient gives in a direction, and the largest that it could give were each row's gradient
 * along its direction.
 */
function along(gradient: Float32Array, direction: Float64Array): { expected: number; possible: number } {
  let expected = 0;
  let squares = 0;
  let length = 0;
  for (const [index, step] of direction.entries()) {
    expected += gradient[index]! * step;
    squares += (gradient[index]! * (step === 0 ? 0 : 1)) ** 2;
    length += step * step;
  }
  return {
    expected,
    possible: Math.max(Math.abs(expected), Math.sqrt(squares * length) / Math.sqrt(direction.length)),
  };
}

/** Whether left and right derivatives stay apart as the step shrinks, with the gradient between them. */
async function isKink(at: (h: number) => Promise<number>, expected: number, possible: number): Promise<boolean> {
  const jumps: number[] = [];
  for (const h of [FIRST_STEPS[1], FIRST_STEPS[1] / 4]) {
    const [left, middle, right] = [await at(-h), await at(0), await at(h)];
    const sides = [(middle - left) / h, (right - middle) / h];
    const slack = 0.05 * possible;
    if (expected < Math.min(...sides) - slack || expected > Math.max(...sides) + slack) return false;
    jumps.push(Math.abs(sides[1]! - sides[0]!));
  }
  return jumps[1]! > 0.6 * jumps[0]!;
}
