import * as tf from '@tensorflow/tfjs';
import { currentPlugin } from '../../plugins/current-plugin.ts';
import { LEAKS_IN_A_ROW, leakError } from '../../plugins/leak-error.ts';

/** The engine's own book-keeping of every tensor, variables among them. */
interface TensorBook {
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
}

/** Notes whose code made each tensor, while it is on. */
class Makers {
  readonly #made: { readonly tensor: tf.Tensor; readonly plugin: string | undefined }[] = [];
  readonly #book = tf.engine() as unknown as TensorBook;

  constructor() {
    const track = this.#book.trackTensor;
    this.#book.trackTensor = (tensor, backend) => {
      this.#made.push({ tensor, plugin: currentPlugin() });
      track.call(this.#book, tensor, backend);
    };
  }

  /** How many of the tensors made so far are still there, by plugin. */
  left(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { tensor, plugin } of this.#made)
      if (plugin !== undefined && !tensor.isDisposed) counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
    return counts;
  }

  /** Back to the engine's own, which lies on its prototype. */
  stop(): void {
    delete (this.#book as Partial<TensorBook>).trackTensor;
  }
}

/**
 * Watches training for tensors that are left behind at every step, which would fill the memory, and names the plugin
 * that leaves them.
 */
export class LeakWatch {
  #before = Infinity;
  #grown = 0;
  #makers: Makers | undefined;

  /**
   * Called between steps, when nothing of a step is left.
   *
   * @throws AblateError PLUGIN_FAILED once a plugin has left tensors in many steps in a row
   */
  look(): void {
    const { numTensors } = tf.memory();
    this.#grown = numTensors > this.#before ? this.#grown + 1 : 0;
    this.#before = numTensors;
    const found = this.#makers?.left();
    this.stop();
    const [culprit] = found ?? [];
    if (culprit && this.#grown > LEAKS_IN_A_ROW) throw leakError(...culprit, 'step');
    if (this.#grown === LEAKS_IN_A_ROW) this.#makers = new Makers();
  }

  /** Ends the watch. */
  stop(): void {
    this.#makers?.stop();
    this.#makers = undefined;
  }
}
