import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../../contracts/parameter.ts';

/** Values of parameters in plain memory, by name. */
export type ParameterValues = ReadonlyMap<string, Float32Array | Int32Array>;

/** The whole value of a parameter: its variable, or every row of its table. */
async function readParameter({ variable, rows }: Parameter): Promise<Float32Array | Int32Array> {
  return rows ? rows.table.read(0, rows.table.classes) : ((await variable.data()).slice() as Float32Array | Int32Array);
}

/** Reads every parameter. */
export async function readParameters(parameters: readonly Parameter[]): Promise<ParameterValues> {
  const values = new Map<string, Float32Array | Int32Array>();
  for (const parameter of parameters) values.set(parameter.name, await readParameter(parameter));
  return values;
}

/** Writes a flat array into a parameter, in the parameter's shape, or into its table. */
export function writeParameter({ variable, rows }: Parameter, values: ArrayLike<number>): void {
  if (rows) return rows.table.fill(0, Float32Array.from(values));
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

/** Finds the names of the parameters whose values differ in any bit. */
export function changedParameters(before: ParameterValues, after: ParameterValues): string[] {
  return [...before].flatMap(([name, values]) => {
    const now = after.get(name);
    const equal =
      now !== undefined && now.length === values.length && values.every((value, index) => Object.is(value, now[index]));
    return equal ? [] : [name];
  });
}
