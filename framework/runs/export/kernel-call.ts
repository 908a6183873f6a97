import type { GraphBuilder } from './graph-builder.ts';
import type { NodeAttribute, NumberType } from './graph.ts';

/** A call of a kernel on its way into a graph. */
export interface KernelCall {
  readonly kernel: string;
  /** Nodes of the inputs, by the kernel's names of them. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of the first input. */
  readonly dtype: NumberType;
  /** Sides of the first input; −1 for the batch. */
  readonly inputShape: readonly number[];
  /** Sides of the output; −1 for the batch. */
  readonly shape: readonly number[];
  readonly outputType: NumberType;
  readonly graph: GraphBuilder;
}

/** Adds what a kernel does to the graph. @returns the node that holds its output */
export type KernelTranslation = (call: KernelCall) => string;

/** Gives the attribute `T` of an operation on numbers of the first input's type. */
export const typed = ({ dtype }: KernelCall): Record<string, NodeAttribute> => ({ T: { type: dtype } });
