import { newCapture, noCapture, type Capture } from '../../../math/ops/capture.ts';
import { changedParameters, type ParameterValues } from './parameter-values.ts';
import { broken, holds, notApplicable, type Finding, type Rule } from './rule.ts';

/** Times that a body comes: from JavaScript's weights, twice to be known, once to be proven, and in one call. */
export const ROUNDS = 5;

/**
 * Makes the rule of everything that computes in a step: long runs take each in one call of the device, where it has
 * that.
 *
 * @param find what `ROUNDS` rounds give and leave, each of them in the capture
 */
export const captureRule = <S>(find: (subject: S, capture: Capture) => Promise<ParameterValues>): Rule<S> => ({
  name: 'a step in one call of the device has the same bits',
  why: 'Long runs take their steps in one call each, and would find something else than short ones.',
  async find(subject) {
    const capture = newCapture();
    if (capture === noCapture) return [notApplicable(where, 'this device does operations one by one')];
    try {
      const plain = await find(subject, noCapture);
      return [compared(plain, await find(subject, capture), capture.calls)];
    } finally {
      capture.dispose();
    }
  },
});

const where = `${ROUNDS} rounds`;

function compared(plain: ParameterValues, captured: ParameterValues, calls: number): Finding {
  const [changed] = changedParameters(plain, captured);
  if (changed !== undefined)
    return broken(
      where,
      `${changed} differs. What follows in a step from numbers that JavaScript alone knows must reach the device as numbers.`,
    );
  return holds(where, calls > 0 ? `the same to the bit, ${calls} in one call` : 'its operations are done one by one');
}
