import * as tf from '@tensorflow/tfjs';
import { ops, plainOps, registerOps } from '../../math/ops/ops.ts';
import type { NumberType } from './graph.ts';

/** A tensor of a trace: the input, what an operation gave, or a value that was there before. */
export type Source =
  | { readonly input: true }
  | { readonly step: number; readonly output: number }
  | { readonly constant: tf.Tensor };

/** What an operation gave, without its numbers. */
interface TracedValue {
  readonly shape: readonly number[];
  readonly dtype: NumberType;
}

/** One kernel that a function called. */
export interface TracedStep {
  /** TensorFlow.js's name of the kernel: `Conv2D`, `Multiply`. */
  readonly kernel: string;
  /** By the kernel's own names of its inputs; `0`, `1`, … where it takes a list. */
  readonly inputs: Readonly<Record<string, Source>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TracedValue[];
}

/** Everything that a function computed from its input. The constants are the caller's or kept until `dispose`. */
export interface Trace {
  readonly steps: readonly TracedStep[];
  readonly result: Source;
  dispose(): void;
}

interface Engine {
  runKernel(
    kernel: string,
    inputs: Record<string, tf.Tensor | undefined>,
    attributes?: Record<string, unknown>,
  ): tf.Tensor | tf.Tensor[];
}

/**
 * Calls `compute` once and writes down the kernels that it calls, with the plain operations in place of a device's own.
 * Nothing in it may read a tensor's values.
 *
 * @param input stays the caller's
 */
export function trace(input: tf.Tensor, compute: (input: tf.Tensor) => tf.Tensor): Trace {
  const engine = tf.engine() as unknown as Engine;
  const { runKernel } = engine;
  const owned = { ...ops };
  const steps: TracedStep[] = [];
  const known = new Map<number, Source>([[input.id, { input: true }]]);
  const constants = new Set<tf.Tensor>();
  const sourceOf = (tensor: tf.Tensor): Source => {
    const found = known.get(tensor.id);
    if (found) return found;
    if (!(tensor instanceof tf.Variable)) constants.add(tf.keep(tensor));
    const source = { constant: tensor };
    known.set(tensor.id, source);
    return source;
  };
  // The plain operations are compositions of kernels, which other programs know.
  registerOps(plainOps);
  engine.runKernel = (kernel, inputs, attributes = {}) => {
    const result = runKernel.call(engine, kernel, inputs, attributes);
    const outputs = Array.isArray(result) ? result : [result];
    // What comes of nothing, as a fill does, is a constant to whatever takes it.
    if (Object.values(inputs).every((tensor) => tensor === undefined)) return result;
    const given = Object.entries(inputs).flatMap(([name, tensor]) =>
      tensor ? [[name, sourceOf(tensor)] as const] : [],
    );
    steps.push({
      kernel,
      inputs: Object.fromEntries(given),
      attributes: { ...attributes },
      outputs: outputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype: dtype as NumberType })),
    });
    outputs.forEach(({ id }, output) => known.set(id, { step: steps.length - 1, output }));
    return result;
  };
  try {
    const result = tf.tidy(() => sourceOf(compute(input)));
    return { steps, result, dispose: () => tf.dispose([...constants]) };
  } catch (error) {
    tf.dispose([...constants]);
    throw error;
  } finally {
    engine.runKernel = runKernel;
    registerOps(owned);
  }
}
