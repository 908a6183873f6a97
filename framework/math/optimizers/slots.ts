import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';

/** An optimizer's tensors by parameter (momentum, moments), zero at the start and kept in the checkpoint. */
export class Slots {
  readonly #names: readonly string[];
  readonly #parameters: Parameter[] = [];
  readonly #variables = new Map<string, tf.Variable>();

  /** @param names what is kept for each parameter: `['momentum']` */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Makes the slots of these parameters, in each one's shape. */
  prepare(parameters: readonly Parameter[]): void {
    for (const { name, variable } of parameters) {
      for (const slot of this.#names) {
        const key = `${name}/${slot}`;
        const zeros = tf.zeros(variable.shape);
        const value = tf.variable(zeros, false);
        zeros.dispose();
        this.#variables.set(key, value);
        this.#parameters.push({ name: key, variable: value, trainable: false, weightDecay: false });
      }
    }
  }

  /** All slots, named `<parameter>/<slot>`. */
  get all(): readonly Parameter[] {
    return this.#parameters;
  }

  /** The slot of a parameter; `prepare` must have seen it. */
  of(parameter: Parameter, slot: string): tf.Variable {
    return this.#variables.get(`${parameter.name}/${slot}`)!;
  }
}
