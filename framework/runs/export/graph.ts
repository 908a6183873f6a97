import type * as tf from '@tensorflow/tfjs';

/** Types of numbers that a graph holds. */
export type NumberType = 'float32' | 'int32' | 'bool';

/** An attribute of a node, by the type that TensorFlow gives it. */
export type NodeAttribute =
  | { readonly type: NumberType }
  | { readonly text: string }
  | { readonly flag: boolean }
  | { readonly integer: number }
  | { readonly float: number }
  | { readonly integers: readonly number[] }
  /** −1 for a side of any length. */
  | { readonly shape: readonly number[] };

/** A value within the graph: a weight, or numbers that an operation takes as an input, such as a shape. */
export type GraphConstant = tf.Tensor | readonly number[];

/** One operation of TensorFlow's own set. */
export interface GraphNode {
  readonly name: string;
  /** TensorFlow's name of the operation: `Conv2D`, `Mul`. */
  readonly op: string;
  /** Names of nodes; `name:1` for a second output. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, NodeAttribute>>;
  /** A constant's value. */
  readonly value?: GraphConstant;
}

/** A function from images to embeddings in TensorFlow's operations. */
export interface Graph {
  /** Each after the nodes that it takes. */
  readonly nodes: readonly GraphNode[];
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  readonly output: { readonly name: string; readonly shape: readonly number[] };
}
