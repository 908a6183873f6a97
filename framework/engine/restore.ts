import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../contracts/parameter.ts';
import { AblateError } from '../errors/ablate-error.ts';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';

/** Every parameter's value, read one at a time. */
export async function* storedTensors(parameters: readonly Parameter[]): AsyncGenerator<StoredTensor> {
  for (const { name, variable } of parameters) {
    yield { name, dtype: variable.dtype as StoredTensor['dtype'], shape: variable.shape, data: (await variable.data()) as Float32Array | Int32Array };
  }
}

/**
 * Puts a checkpoint's values into the parameters.
 *
 * @throws AblateError CHECKPOINT_INVALID where one is missing, too many or of another shape; nothing has changed then
 */
export function restore(parameters: readonly Parameter[], checkpoint: Pick<Checkpoint, 'tensors'>): void {
  const wanted = new Set(parameters.map(({ name }) => name));
  const faults = [...checkpoint.tensors.keys()].filter((name) => !wanted.has(name)).map((name) => `${name} is not part of this run`);
  for (const { name, variable } of parameters) {
    const stored = checkpoint.tensors.get(name);
    if (!stored) faults.push(`${name} is missing`);
    else if (stored.shape.join() !== variable.shape.join()) faults.push(`${name} is [${stored.shape.join(', ')}] instead of [${variable.shape.join(', ')}]`);
  }
  if (faults.length > 0) {
    throw new AblateError('CHECKPOINT_INVALID', `The checkpoint does not fit this spec: ${faults.join('; ')}.`, { remedy: 'Resume with the spec the run was started with, or start a fresh run.' });
  }
  for (const { name, variable } of parameters) {
    const { data, shape, dtype } = checkpoint.tensors.get(name)!;
    const value = tf.tensor(data, [...shape], dtype);
    variable.assign(value);
    value.dispose();
  }
}
