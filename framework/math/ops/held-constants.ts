import * as tf from '@tensorflow/tfjs';

let active: HeldConstants | undefined;

/**
 * The constants of one evaluation. What a function holds constant for the gradient (mined pairs, a batch's statistics)
 * depends on its input all the same; central differences agree with such a gradient only where the constants stay those
 * of the point in question.
 */
export class HeldConstants {
  readonly #kept: tf.Tensor[] = [];
  #replayed: number | undefined;
  #nested = false;

  /** Runs `body` and keeps each constant that it computes. */
  record<T>(body: () => T): T {
    return this.#during(undefined, body);
  }

  /** Runs `body` with the recorded constants in place of those that it would compute. */
  replay<T>(body: () => T): T {
    return this.#during(0, body);
  }

  /** Disposes the constants. */
  dispose(): void {
    tf.dispose(this.#kept.splice(0));
  }

  /** One constant: computed and kept, or the recorded one. Constants inside a constant are part of it. */
  next<T extends tf.Tensor>(compute: () => T): T {
    if (this.#nested) return compute();
    if (this.#replayed !== undefined) {
      const recorded = this.#kept[this.#replayed++];
      if (recorded) return tf.clone(recorded) as T;
    }
    this.#nested = true;
    try {
      const value = compute();
      if (this.#replayed === undefined) this.#kept.push(tf.keep(tf.clone(value)));
      return value;
    } finally {
      this.#nested = false;
    }
  }

  #during<T>(replayed: number | undefined, body: () => T): T {
    const before = active;
    active = this;
    this.#replayed = replayed;
    try {
      return body();
    } finally {
      active = before;
    }
  }
}

/** Computes a constant, through the recording in progress where there is one. */
export function holdConstant<T extends tf.Tensor>(compute: () => T): T {
  return active ? active.next(compute) : compute();
}
