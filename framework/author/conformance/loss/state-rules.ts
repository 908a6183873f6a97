import * as tf from '@tensorflow/tfjs';
import type { Loss } from '../../../contracts/loss.ts';
import { captureRule, ROUNDS } from '../rules/capture-rule.ts';
import { changedParameters, readParameters, writeParameters } from '../rules/parameter-values.ts';
import { broken, holds, notApplicable, type Finding, type Rule } from '../rules/rule.ts';
import { differingStart, sameStart, twoBuilds } from '../rules/same-start.ts';
import { evaluateLoss, updateLoss, valueOf, type LossOutcome } from './evaluate-loss.ts';
import { generatedCases, usualCase } from './generated-cases.ts';
import type { LossCase } from './loss-case.ts';
import { disposeLoss, makeLoss, type LossSubject } from './loss-subject.ts';

/** Runs `body` with a loss made for `input`. */
async function withLoss<T>(subject: LossSubject, input: LossCase, body: (loss: Loss) => Promise<T>): Promise<T> {
  const loss = await makeLoss(subject, input);
  try {
    return await body(loss);
  } finally {
    disposeLoss(loss);
  }
}

/** `forward` and `logits` change no parameter; `update` changes no trainable one. */
export const pureForwardRule: Rule<LossSubject> = {
  name: 'forward leaves the state alone, and update leaves what is trained alone',
  why: 'Validation and a repeated forward pass would change training, and a resumed run would part from one that was never stopped.',
  async find(subject) {
    const input = usualCase(subject);
    return withLoss(subject, input, async (loss) => {
      const before = await readParameters(loss.parameters);
      await evaluateLoss(loss, input, subject.needs);
      const afterForward = await readParameters(loss.parameters);
      const changed = changedParameters(before, afterForward);
      if (changed.length > 0) return [broken(input.name, `The forward pass changed ${changed.join(' and ')}.`)];
      if (!loss.update) return [holds(input.name, 'forward changes nothing; there is no update rule')];
      updateLoss(loss, input, subject.needs);
      const trainable = loss.parameters.filter((parameter) => parameter.trainable);
      const moved = changedParameters(afterForward, await readParameters(loss.parameters)).filter((name) =>
        trainable.some((parameter) => parameter.name === name),
      );
      if (moved.length > 0)
        return [broken(input.name, `update() changed ${moved.join(' and ')}, which the optimizer trains.`)];
      return [holds(input.name)];
    });
  },
};

const flat = ({ value, gradients }: LossOutcome): Map<string, Float32Array> =>
  new Map([['value', Float32Array.of(value)], ...Object.entries(gradients)]);

const sameBits = (one: LossOutcome, other: LossOutcome): string | undefined =>
  changedParameters(flat(one), flat(other))[0];

/** The input with other embeddings. */
const scaledBy = (factor: number, { embedding, ...input }: LossCase): LossCase => ({
  ...input,
  embedding: { ...embedding, values: embedding.values.map((value) => value * factor) },
});

/** Steps in one call of the device give and leave the same. */
export const lossCaptureRule: Rule<LossSubject> = captureRule((subject, capture) => {
  const input = usualCase(subject);
  return withLoss(subject, input, async (loss) => {
    let outcome: LossOutcome | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      const scaled = scaledBy(1 + round / 64, input);
      outcome = await evaluateLoss(loss, scaled, subject.needs, capture);
      capture.run(() => updateLoss(loss, scaled, subject.needs));
    }
    return new Map([...flat(outcome!), ...(await readParameters(loss.parameters))]);
  });
});

/** Two losses of one seed begin alike and say the same. */
export const sameStartRule: Rule<LossSubject> = {
  ...sameStart,
  find(subject) {
    const input = usualCase(subject);
    return withLoss(subject, input, (loss) =>
      withLoss(subject, input, async (again) => {
        const differing = await differingStart(loss.parameters, again.parameters);
        if (differing) return [differing];
        const [one, other] = [
          await evaluateLoss(loss, input, subject.needs),
          await evaluateLoss(again, input, subject.needs),
        ];
        const changed = sameBits(one, other);
        if (changed)
          return [
            broken(
              twoBuilds,
              `In the first step ${changed === 'value' ? 'the value' : `the gradient of ${changed}`} differs.`,
            ),
          ];
        return [holds(twoBuilds, 'the same to the bit')];
      }),
    );
  },
};

/** A loss whose parameters are written back takes the same next step to the bit. */
export const restoreRule: Rule<LossSubject> = {
  name: 'its parameters are all of its state',
  why: 'A checkpoint holds the parameters and nothing else, so a resumed run would not be the run that was stopped.',
  async find(subject) {
    const [first, second] = generatedCases(subject) as [LossCase, LossCase];
    return withLoss(subject, first, async (loss) => {
      for (const input of [first, second, first]) {
        await evaluateLoss(loss, input, subject.needs);
        updateLoss(loss, input, subject.needs);
      }
      const saved = await readParameters(loss.parameters);
      const expected = await evaluateLoss(loss, second, subject.needs);
      updateLoss(loss, second, subject.needs);
      const after = await readParameters(loss.parameters);
      return withLoss(subject, first, async (restored) => {
        writeParameters(restored.parameters, saved);
        const got = await evaluateLoss(restored, second, subject.needs);
        updateLoss(restored, second, subject.needs);
        const different =
          sameBits(expected, got) ?? changedParameters(after, await readParameters(restored.parameters))[0];
        if (different)
          return [
            broken(
              'the fourth step, after a restore',
              `With the parameters of three steps written back, ${different === 'value' ? 'the value' : different} differs in the next step: something is remembered outside of \`parameters\`.`,
            ),
          ];
        return [holds('the fourth step, after a restore', 'the same to the bit')];
      });
    });
  },
};

const STEPS = 200;

/** Tensors and their memory stay flat. */
export const leakRule: Rule<LossSubject> = {
  name: `no tensor is left behind in ${STEPS} steps`,
  why: 'Memory that grows with every step ends a long run.',
  async find(subject) {
    const input = usualCase(subject);
    return withLoss(subject, input, async (loss) => {
      const step = async (): Promise<void> => {
        await valueOf(loss, input, subject.needs);
        updateLoss(loss, input, subject.needs);
      };
      for (let index = 0; index < 3; index++) await step();
      const before = tf.memory().numTensors;
      for (let index = 0; index < STEPS; index++) await step();
      const left = tf.memory().numTensors - before;
      if (left !== 0)
        return [
          broken(
            input.name,
            `After ${STEPS} steps there are ${left} tensors more than before (${(left / STEPS).toPrecision(2)} a step).`,
          ),
        ];
      return [holds(input.name, 'flat')];
    });
  },
};

/** A value that the schema also takes for this option, or undefined. */
function anotherValue(subject: LossSubject, name: string, value: number): number | undefined {
  return [value * 0.75, value * 1.25, value + 0.25, value - 0.25, value + 1, value - 1].find((candidate) => {
    const parsed = subject.manifest.schema.safeParse({ ...subject.options, [name]: candidate });
    return candidate !== value && parsed.success && (parsed.data as Record<string, unknown>)[name] === candidate;
  });
}

/** A numeric option that changes between steps counts from then on. */
export const liveOptionsRule: Rule<LossSubject> = {
  name: 'numeric options are read at every step',
  why: 'Any numeric option may be given as a schedule; a loss that copies it keeps the first value for the whole run, silently.',
  async find(subject) {
    const findings: Finding[] = [];
    for (const [name, value] of Object.entries(subject.options)) {
      if (typeof value !== 'number') continue;
      const other = anotherValue(subject, name, value);
      if (other !== undefined) findings.push(await changedLive(subject, name, value, other));
    }
    return findings.length > 0 ? findings : [notApplicable('all options', 'it has no numeric option')];
  },
};

async function changedLive(subject: LossSubject, name: string, value: number, other: number): Promise<Finding> {
  const input = usualCase(subject);
  const where = `${name} from ${value} to ${other}`;
  let now = value;
  const live = Object.defineProperty({ ...subject.options }, name, { enumerable: true, get: () => now });
  const fresh = { ...subject, options: { ...subject.options, [name]: other } };
  const run = async (loss: Loss): Promise<LossOutcome> => {
    const outcome = await evaluateLoss(loss, input, subject.needs);
    updateLoss(loss, input, subject.needs);
    return {
      ...outcome,
      gradients: {
        ...outcome.gradients,
        ...(Object.fromEntries(await readParameters(loss.parameters)) as Record<string, Float32Array>),
      },
    };
  };
  return withLoss({ ...subject, options: live }, input, async (loss) => {
    const started = await readParameters(loss.parameters);
    const before = await run(loss);
    return withLoss(fresh, input, async (made) => {
      const shapes = (of: Loss): string =>
        of.parameters.map((each) => `${each.name}:${each.variable.shape.join('x')}`).join();
      if (shapes(made) !== shapes(loss))
        return notApplicable(where, 'it decides the shape of the parameters, so it cannot be a schedule');
      writeParameters(made.parameters, started);
      const expected = await run(made);
      if (!sameBits(expected, before)) return notApplicable(where, 'it has no effect at these options');
      writeParameters(loss.parameters, started);
      now = other;
      const got = await run(loss);
      const different = sameBits(expected, got);
      if (!different) return holds(where, 'counts from the next step on');
      return broken(
        where,
        `After the option ${name} changed from ${value} to ${other}, ${different === 'value' ? 'the value' : `the ${different}`} is not that of a loss made with ${other}: the option was copied when the loss was made.`,
      );
    });
  });
}
