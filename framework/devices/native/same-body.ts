import type { NativeValues, OperationAttribute } from './native-backend.ts';
import { isCall, type NotedBody, type NotedStep, type TensorKind } from './noted-body.ts';

/**
 * Compares two bodies but for the numbers that JavaScript gave.
 *
 * @returns the steps of the first whose constants the second has not; undefined where anything else differs
 */
export function differingConstants(one: NotedBody, other: NotedBody): Set<number> | undefined {
  if (one.steps.length !== other.steps.length || !sameNumbers(one.live, other.live)) return undefined;
  if (one.externals.length !== other.externals.length || !sameExternals(one.externals, other.externals, 0))
    return undefined;
  const differing = new Set<number>();
  for (const [at, step] of one.steps.entries()) {
    const same = sameStep(step, other.steps[at]!);
    if (same === undefined) return undefined;
    if (!same) differing.add(at);
  }
  return differing;
}

/** False where only the numbers differ, undefined where more does. */
function sameStep(one: NotedStep, other: NotedStep): boolean | undefined {
  if (isCall(one)) {
    const same =
      isCall(other) &&
      one.name === other.name &&
      sameNumbers(one.inputs, other.inputs) &&
      sameAttributes(one.attributes, other.attributes) &&
      one.outputs.length === other.outputs.length &&
      one.outputs.every((kind, index) => sameKind(kind, other.outputs[index]!));
    return same || undefined;
  }
  if (isCall(other) || one.slot !== other.slot || !sameKind(one, other)) return undefined;
  return one.values === undefined || (other.values !== undefined && sameBits(one.values, other.values));
}

/** Says whether two tensors have one shape and type. */
export const sameKind = (one: TensorKind, other: TensorKind): boolean =>
  one.dtype === other.dtype && sameNumbers(one.shape, other.shape);

/** Compares lists. */
export function sameNumbers(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (!Object.is(one[index], other[index])) return false;
  return true;
}

/** Compares bits, so that −0 is not 0 and no NaN another. */
export const sameBits = (one: NativeValues, other: NativeValues): boolean =>
  Buffer.compare(bytesOf(one), bytesOf(other)) === 0;

const bytesOf = (values: NativeValues): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Compares attributes of an operation, in their order. */
export function sameAttributes(one: readonly OperationAttribute[], other: readonly OperationAttribute[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ name, type, value }, index) => {
    const { name: otherName, type: otherType, value: otherValue } = other[index]!;
    if (name !== otherName || type !== otherType) return false;
    if (Array.isArray(value) && Array.isArray(otherValue)) return sameNumbers(value, otherValue);
    return Object.is(value, otherValue);
  });
}

/** Compares what was taken from outside, from the place `from` of the second on. */
export function sameExternals(one: NotedBody['externals'], other: NotedBody['externals'], from: number): boolean {
  for (let index = from; index < other.length; index++) {
    const [a, b] = [one[index], other[index]!];
    if (!a || a.slot !== b.slot || !sameKind(a, b)) return false;
  }
  return true;
}
