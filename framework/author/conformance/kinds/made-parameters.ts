import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../../contracts/parameter.ts';

/** Something whose variables must be disposed. */
interface WithParameters {
  readonly parameters: readonly Parameter[];
}

/** Runs `body` with a component and disposes its variables. */
export async function withComponent<C extends WithParameters, T>(
  making: Promise<C>,
  body: (component: C) => Promise<T>,
): Promise<T> {
  const component = await making;
  try {
    return await body(component);
  } finally {
    for (const { variable, rows } of component.parameters) {
      variable.dispose();
      rows?.dispose();
    }
  }
}

/** Finds a name that two parameters share, which a checkpoint would mix up; undefined where all differ. */
export function twice(parameters: readonly Parameter[]): string | undefined {
  const names = parameters.map(({ name }) => name);
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** Reads a tensor and disposes it. */
export async function taken(tensor: tf.Tensor): Promise<Float32Array> {
  const values = (await tensor.data()).slice() as Float32Array;
  tensor.dispose();
  return values;
}

/** Counts the tensors left behind by one call of `step`, measured over `steps` after a warm-up. */
export async function tensorsLeftBy(step: () => void | Promise<void>, steps: number): Promise<number> {
  for (let index = 0; index < 2; index++) await step();
  const before = tf.memory().numTensors;
  for (let index = 0; index < steps; index++) await step();
  return (tf.memory().numTensors - before) / steps;
}
