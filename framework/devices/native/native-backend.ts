import * as tf from '@tensorflow/tfjs';

/** One attribute of a TensorFlow operation. */
export interface OperationAttribute {
  readonly name: string;
  /** One of the binding's `TF_ATTR_…` constants. */
  readonly type: number;
  readonly value: unknown;
}

/** What the library says of a tensor that an operation has made. */
export interface NativeTensor {
  /** Its number within the library. */
  readonly id: number;
  readonly shape: number[];
  /** One of the binding's `TF_…` types. */
  readonly dtype: number;
}

/** Numbers of a tensor in JavaScript. */
export type NativeValues = Float32Array | Int32Array | Uint8Array;

/** tfjs-node's binding of the library. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  /** Puts numbers, or strings, into the library, which may go on using their memory. */
  createTensor(shape: number[], dtype: number, values: NativeValues): number;
  /** Runs an operation on tensors by their numbers within the library. */
  executeOp(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): NativeTensor[];
  /** A copy of a tensor's numbers. */
  tensorDataSync(id: number): NativeValues;
  deleteTensor(id: number): void;
  runSavedModel(model: number, inputs: number[], inputNames: string, outputNames: string): NativeTensor[];
}

/** What tfjs-node's backend offers beyond TensorFlow.js: any operation of the library by its name. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  binding: NativeBinding;
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
