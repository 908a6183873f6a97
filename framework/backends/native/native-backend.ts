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
    readonly TF_ATTR_SHAPE: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_STRING: number;
  };
  executeSingleOutput(name: string, attributes: readonly OperationAttribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(name: string, attributes: readonly OperationAttribute[], inputs: readonly tf.Tensor[], outputs: number): tf.Tensor[];
}

/** The native backend; it must be the one in use. */
export const nativeBackend = (): NativeBackend => tf.backend() as unknown as NativeBackend;
