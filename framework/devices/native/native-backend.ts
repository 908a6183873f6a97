import * as tf from '@tensorflow/tfjs';

/** One attribute of a TensorFlow operation. */
export interface OperationAttribute {
  readonly name: string;
  /** One of the binding's `TF_ATTR_…` constants. */
  readonly type: number;
  readonly value: unknown;
}

/** What tfjs-node's backend offers beyond TensorFlow.js: any operation of the library by its name. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: {
    readonly TF_Version: string;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_SHAPE: number;
    /** Runs an operation on tensors by their numbers within the library. */
    executeOp(
      name: string,
      attributes: readonly OperationAttribute[],
      inputs: readonly number[],
      outputs: number,
    ): { readonly id: number }[];
    deleteTensor(id: number): void;
  };
  /** What is known of each tensor's memory; `id` is its number within the library. */
  readonly tensorMap: { get(dataId: object): { id: number; readonly refCount: number } };
  /** Numbers within the library; puts tensors there that were not yet. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  executeSingleOutput(name: string, attributes: readonly OperationAttribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/** Attributes of an operation that are whole numbers. */
export function integerAttributes(
  { binding }: NativeBackend,
  numbers: Readonly<Record<string, number>>,
): OperationAttribute[] {
  return Object.entries(numbers).map(([name, value]) => ({ name, type: binding.TF_ATTR_INT, value }));
}

/** Gives the native backend; it must be the one in use. */
export const nativeBackend = (): NativeBackend => tf.backend() as unknown as NativeBackend;
