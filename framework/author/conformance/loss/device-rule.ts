import * as tf from '@tensorflow/tfjs';
import { useDevice, type DeviceName } from '../../../devices/devices.ts';
import { ops, registerOps } from '../../../math/ops/ops.ts';
import { AblateError } from '../../../base/errors/ablate-error.ts';
import { float32Tolerance, largestDifference } from '../rules/largest-difference.ts';
import { broken, holds, notApplicable, type Finding, type Rule } from '../rules/rule.ts';
import { evaluateLoss, type LossOutcome } from './evaluate-loss.ts';
import { generatedCases } from './generated-cases.ts';
import { disposeLoss, makeLoss, type LossSubject } from './loss-subject.ts';

/** Value and gradients agree between the device in use and the others that work here. */
export const deviceRule: Rule<LossSubject> = {
  name: 'every device gives the same',
  why: 'A run on another device would measure the device instead of the loss.',
  async find(subject) {
    const home = { backend: tf.getBackend(), ops: { ...ops } };
    const expected = await outcomes(subject);
    const findings: Finding[] = [];
    try {
      for (const device of subject.devices) findings.push(...(await on(device, subject, expected)));
    } finally {
      await tf.setBackend(home.backend);
      registerOps(home.ops);
    }
    return findings.length > 0 ? findings : [notApplicable('other devices', 'none was asked for')];
  },
};

async function on(
  device: string,
  subject: LossSubject,
  expected: ReadonlyMap<string, LossOutcome>,
): Promise<Finding[]> {
  try {
    await useDevice(device as DeviceName);
  } catch (error) {
    if (error instanceof AblateError && error.code === 'DEVICE_UNAVAILABLE')
      return [notApplicable(device, error.message)];
    throw error;
  }
  const got = await outcomes(subject);
  return [...expected].map(([input, outcome]) => compared(device, input, outcome, got.get(input)!));
}

async function outcomes(subject: LossSubject): Promise<ReadonlyMap<string, LossOutcome>> {
  const found = new Map<string, LossOutcome>();
  for (const input of generatedCases(subject).filter(({ smooth }) => smooth)) {
    const loss = await makeLoss(subject, input);
    found.set(input.name, await evaluateLoss(loss, input, subject.needs));
    disposeLoss(loss);
  }
  return found;
}

function compared(device: string, input: string, expected: LossOutcome, got: LossOutcome): Finding {
  const where = `${device}: ${input}`;
  const quantities: [string, ArrayLike<number>, ArrayLike<number>][] = [
    ['value', [got.value], [expected.value]],
    ...Object.entries(expected.gradients).map(
      ([block, values]) =>
        [`gradient of ${block}`, got.gradients[block] ?? [], values] as [string, ArrayLike<number>, ArrayLike<number>],
    ),
  ];
  let worst = 0;
  for (const [quantity, here, there] of quantities) {
    const { largest, within, allowed } = largestDifference(here, there, { ...float32Tolerance, rel: 5e-4 });
    if (!within)
      return broken(
        where,
        `The ${quantity} is ${largest.toExponential(2)} away from that of the first device; ${allowed.toExponential(2)} is allowed.`,
        { largestError: largest },
      );
    worst = Math.max(worst, largest / allowed);
  }
  return holds(where, `within ${(100 * worst).toPrecision(2)} % of what is allowed`);
}
