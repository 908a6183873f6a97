import type * as tf from '@tensorflow/tfjs';

/** What the webgpu backend asks of a shader, as far as it is used here. */
interface Program {
  readonly variableNames: readonly string[];
  readonly uniforms: string;
  readonly size: boolean;
  readonly outputShape: readonly number[];
  readonly workgroupSize: readonly [number, number, number];
  readonly dispatchLayout: { readonly x: readonly number[] };
  readonly dispatch: readonly [number, number, number];
  readonly shaderKey: string;
  getUserCode(): string;
}

interface Backend {
  runWebGPUProgram(
    program: Program,
    inputs: readonly tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms: readonly { readonly type: string; readonly data: readonly number[] }[],
  ): tf.TensorInfo;
}

/** A shader in WGSL, a thread an index: `fn main(index : i32)` by the backend's own conventions. */
interface Shader {
  /** Of this code alone, whatever the shapes: compiled shaders are kept by it. */
  readonly name: string;
  readonly code: string;
  /** Tensors of floats by their names in the code. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Integers by their names in the code, as `uniforms.NAME`. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Of the result, of floats. */
  readonly shape: readonly number[];
  /** One a number of the result where it is left out. */
  readonly threads?: number;
}

const workgroup = 64;

/** Runs a shader of Ablate's own on the webgpu backend. */
export function runShader(backend: unknown, { name, code, inputs, uniforms, shape, threads }: Shader): tf.TensorInfo {
  const program: Program = {
    variableNames: Object.keys(inputs),
    uniforms: Object.keys(uniforms)
      .map((uniform) => `${uniform} : i32,`)
      .join(' '),
    size: true,
    outputShape: shape,
    workgroupSize: [workgroup, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil((threads ?? shape.reduce((size, one) => size * one, 1)) / workgroup), 1, 1],
    shaderKey: name,
    getUserCode: () => code,
  };
  return (backend as Backend).runWebGPUProgram(
    program,
    Object.values(inputs),
    'float32',
    Object.values(uniforms).map((value) => ({ type: 'int32', data: [value] })),
  );
}
