import type * as tf from '@tensorflow/tfjs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { elementwise } from './elementwise.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Graph, NumberType } from './graph.ts';
import type { KernelTranslation } from './kernel-call.ts';
import { shaping } from './shaping.ts';
import type { Source, Trace, TracedStep } from './trace.ts';
import { windows } from './windows.ts';

const translations: Readonly<Record<string, KernelTranslation>> = { ...elementwise, ...windows, ...shaping };

const remedy = 'Export the weights alone with --format safetensors.';

/** What two traces of one function with batches of different length tell of it. */
export interface TracePair {
  readonly first: Trace;
  readonly second: Trace;
  /** Sides of an image batch, −1 for the batch. */
  readonly inputShape: readonly number[];
  /** Name of a constant that is a weight. */
  readonly nameOf: (tensor: tf.Tensor) => string | undefined;
}

/**
 * Makes the graph of a traced function, for batches of any length: what differs between two traces is the length of the
 * batch.
 *
 * @throws AblateError EXPORT_UNSUPPORTED where it calls a kernel that has no translation, or does other things for
 * other batches
 */
export function graphOf({ first, second, inputShape, nameOf }: TracePair): Graph {
  const graph = new GraphBuilder();
  const input = graph.add('Placeholder', [], { dtype: { type: 'float32' }, shape: { shape: inputShape } }, 'images');
  const nodes: string[][] = [];
  const nodeOf = (source: Source): string => {
    if ('input' in source) return input;
    if ('step' in source) return nodes[source.step]![source.output]!;
    return graph.tensor(source.constant, nameOf(source.constant) ?? 'constant');
  };
  const valueOf = (source: Source): { shape: readonly number[]; dtype: NumberType } => {
    if ('input' in source) return { shape: inputShape, dtype: 'float32' };
    if ('step' in source)
      return { shape: shapes[source.step]!, dtype: first.steps[source.step]!.outputs[source.output]!.dtype };
    return { shape: source.constant.shape, dtype: source.constant.dtype as NumberType };
  };
  if (first.steps.length !== second.steps.length) throw unlike('another number of operations');
  const shapes = first.steps.map((step, index) => commonShape(step, second.steps[index]!));
  first.steps.forEach((step, index) => {
    const translate = translations[step.kernel];
    if (!translate)
      throw new AblateError(
        'EXPORT_UNSUPPORTED',
        `The backbone calls the kernel ${step.kernel}, which Ablate cannot write as a graph.`,
        { remedy },
      );
    const sources = Object.values(step.inputs);
    const { shape: firstShape, dtype } = valueOf(sources[0]!);
    const inputs = Object.fromEntries(Object.entries(step.inputs).map(([name, source]) => [name, nodeOf(source)]));
    nodes[index] = [
      translate({
        kernel: step.kernel,
        inputs,
        attributes: step.attributes,
        dtype,
        inputShape: firstShape,
        shape: shapes[index]!,
        outputType: step.outputs[0]!.dtype,
        graph,
      }),
    ];
  });
  const output = graph.add('Identity', [nodeOf(first.result)], { T: { type: 'float32' } }, 'embedding');
  return {
    nodes: graph.nodes,
    input: { name: input, shape: inputShape },
    output: { name: output, shape: valueOf(first.result).shape },
  };
}

/** Sides of a step's output, −1 where two batches of different length differ. */
function commonShape(one: TracedStep, other: TracedStep): number[] {
  const [{ shape }, { shape: otherShape }] = [one.outputs[0]!, other.outputs[0]!];
  const same =
    one.kernel === other.kernel &&
    shape.length === otherShape.length &&
    (one.kernel === 'Reshape' || JSON.stringify(one.attributes) === JSON.stringify(other.attributes));
  if (!same) throw unlike(`${one.kernel} with other options`);
  const common = shape.map((side, axis) => (side === otherShape[axis] ? side : -1));
  if (common.filter((side) => side === -1).length > 1)
    throw unlike(`${one.kernel} over more than one side of the batch's length`);
  return common;
}

function unlike(what: string): AblateError {
  return new AblateError(
    'EXPORT_UNSUPPORTED',
    `The backbone does other things for batches of other lengths: ${what}.`,
    { remedy },
  );
}
