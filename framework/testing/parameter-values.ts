import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../contracts/parameter.ts';

/** Values of parameters in plain memory, by name. */
export type ParameterValues = ReadonlyMap<string, Float32Array | Int32Array>;

/** Reads every parameter. */
export async function readParameters(parameters: readonly Parameter[]): Promise<ParameterValues> {
  const values = new Map<string, Float32Array | Int32Array>();
  for (const { name, variable } of parameters) values.set(name, (await variable.data()).slice() as Float32Array | Int32Array);
  return values;
}

/** Writes a flat array into a parameter, in the parameter's shape. */
export function writeParameter({ variable }: Parameter, values: ArrayLike<number>): void {
  const typed = variable.dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  const tensor = tf.tensor(typed, variable.shape, variable.dtype);
  variable.assign(tensor);
  tensor.dispose();
}

/** Writes back what `readParameters` read; names that `values` lacks stay. */
export function writeParameters(parameters: readonly Parameter[], values: ParameterValues): void {
  for (const parameter of parameters) {
    const found = values.get(parameter.name);
    if (found) writeParameter(parameter, found);
  }
}

/** Names of the parameters whose values differ in any bit. */
export function changedParameters(before: ParameterValues, after: ParameterValues): string[] {
  return [...before].flatMap(([name, values]) => {
    const now = after.get(name);
    const equal = now !== undefined && now.length === values.length && values.every((value, index) => Object.is(value, now[index]));
    return equal ? [] : [name];
  });
}
