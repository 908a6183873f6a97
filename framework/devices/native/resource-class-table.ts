import * as tf from '@tensorflow/tfjs';
import type { ClassTable } from '../../contracts/class-table.ts';
import type { NativeBackend, OperationAttribute } from './native-backend.ts';
import { sumDuplicateRows } from './sum-duplicate-rows.ts';

let made = 0;

/**
 * A class table in a resource variable of the native library, on the processor or the GPU: rows are read and changed
 * where they lie.
 */
export class ResourceClassTable implements ClassTable {
  readonly classes: number;
  readonly dim: number;
  readonly #backend: NativeBackend;
  readonly #handle: tf.Tensor;
  readonly #float: OperationAttribute;
  readonly #indices: OperationAttribute;

  /** All zero. */
  constructor(backend: NativeBackend, classes: number, dim: number) {
    const { TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding;
    [this.#backend, this.classes, this.dim] = [backend, classes, dim];
    this.#float = { name: 'dtype', type: TF_ATTR_TYPE, value: TF_FLOAT };
    this.#indices = { name: 'Tindices', type: TF_ATTR_TYPE, value: TF_INT32 };
    const place = [
      { name: 'container', type: TF_ATTR_STRING, value: '' },
      { name: 'shared_name', type: TF_ATTR_STRING, value: `class-table-${made++}` },
    ];
    this.#handle = tf.keep(
      backend.executeSingleOutput(
        'VarHandleOp',
        [this.#float, { name: 'shape', type: TF_ATTR_SHAPE, value: [classes, dim] }, ...place],
        [],
      ),
    );
    tf.tidy(() => {
      // The library's own zeros: TensorFlow.js would make them in JavaScript first, and hold them twice.
      const types = [
        { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
        { name: 'index_type', type: TF_ATTR_TYPE, value: TF_INT32 },
      ];
      const zeros = backend.executeSingleOutput('Fill', types, [tf.tensor1d([classes, dim], 'int32'), tf.scalar(0)]);
      backend.executeMultipleOutputs('AssignVariableOp', [this.#float], [this.#handle, zeros], 0);
    });
  }

  /** {@inheritDoc} */
  gather(labels: tf.Tensor1D): tf.Tensor2D {
    const { TF_ATTR_BOOL, TF_ATTR_INT } = this.#backend.binding;
    const settings = [
      { name: 'batch_dims', type: TF_ATTR_INT, value: 0 },
      { name: 'validate_indices', type: TF_ATTR_BOOL, value: true },
    ];
    return this.#backend.executeSingleOutput(
      'ResourceGather',
      [this.#float, this.#indices, ...settings],
      [this.#handle, labels],
    ) as tf.Tensor2D;
  }

  /** {@inheritDoc} */
  write(labels: tf.Tensor1D, rows: tf.Tensor2D): void {
    this.#backend.executeMultipleOutputs(
      'ResourceScatterUpdate',
      [this.#float, this.#indices],
      [this.#handle, labels, rows],
      0,
    );
  }

  /** {@inheritDoc} */
  scatterAdd(labels: tf.Tensor1D, delta: tf.Tensor2D): void {
    tf.tidy(() => this.write(labels, tf.add(this.gather(labels), sumDuplicateRows(labels, delta))));
  }

  /** {@inheritDoc} */
  async read(begin: number, end: number): Promise<Float32Array> {
    const rows = tf.tidy(() => this.gather(tf.range(begin, end, 1, 'int32')));
    const values = await rows.data<'float32'>();
    rows.dispose();
    return values;
  }

  /** {@inheritDoc} */
  fill(begin: number, values: Float32Array): void {
    tf.tidy(() => {
      const rows = tf.tensor2d(values, [values.length / this.dim, this.dim]);
      this.write(tf.range(begin, begin + rows.shape[0], 1, 'int32'), rows);
    });
  }

  /** {@inheritDoc} */
  zerosLike(): ResourceClassTable {
    return new ResourceClassTable(this.#backend, this.classes, this.dim);
  }

  /** {@inheritDoc} */
  dispose(): void {
    if (this.#handle.isDisposed) return;
    const { TF_ATTR_BOOL } = this.#backend.binding;
    this.#backend.executeMultipleOutputs(
      'DestroyResourceOp',
      [{ name: 'ignore_lookup_error', type: TF_ATTR_BOOL, value: true }],
      [this.#handle],
      0,
    );
    this.#handle.dispose();
  }
}
