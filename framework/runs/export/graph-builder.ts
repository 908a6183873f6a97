import type * as tf from '@tensorflow/tfjs';
import type { GraphConstant, GraphNode, NodeAttribute, NumberType } from './graph.ts';

/** Collects nodes under names of their own. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly #names = new Set<string>();
  readonly #constants = new Map<number, string>();

  /** Adds an operation. @returns its name */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NodeAttribute>> = {},
    wanted = op,
  ): string {
    const name = this.#free(wanted);
    this.nodes.push({ name, op, inputs, attributes });
    return name;
  }

  /** A tensor's value as a node, once for each tensor. */
  tensor(tensor: tf.Tensor, wanted: string): string {
    const known = this.#constants.get(tensor.id);
    if (known !== undefined) return known;
    const name = this.#constant(tensor, tensor.dtype as NumberType, tensor.shape, wanted);
    this.#constants.set(tensor.id, name);
    return name;
  }

  /** Numbers as a node: a list, or a scalar where `shape` is empty. */
  numbers(
    type: NumberType,
    values: readonly number[],
    wanted: string,
    shape: readonly number[] = [values.length],
  ): string {
    return this.#constant(values, type, shape, wanted);
  }

  #constant(value: GraphConstant, type: NumberType, shape: readonly number[], wanted: string): string {
    const name = this.#free(wanted);
    this.nodes.push({ name, op: 'Const', inputs: [], attributes: { dtype: { type }, shape: { shape } }, value });
    return name;
  }

  /** TensorFlow's names hold letters, digits, `_ . - /`; a second of the same is numbered. */
  #free(wanted: string): string {
    const plain = wanted.replace(/[^\w./-]/g, '_').replace(/^[^A-Za-z0-9.]+/, '');
    let name = plain;
    for (let count = 1; this.#names.has(name); count++) name = `${plain}_${count}`;
    this.#names.add(name);
    return name;
  }
}
