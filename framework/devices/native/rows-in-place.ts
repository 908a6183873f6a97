import { sumDuplicateRows } from './sum-duplicate-rows.ts';
import * as tf from '@tensorflow/tfjs';
import type { Ops } from '../../math/ops/ops.ts';
import type { NativeBackend } from './native-backend.ts';
import { ensureExclusiveBuffer } from './ensure-exclusive-buffer.ts';
import { ResourceClassTable } from './resource-class-table.ts';

/**
 * Makes the operations that change rows where they lie, at a cost that does not depend on how many classes there are.
 */
export function rowsInPlace(backend: NativeBackend): Pick<Ops, 'writeRows' | 'addRows' | 'classTable'> {
  const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const float = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  // The output shares the variable's memory, which is what has changed.
  const writeRows = (variable: tf.Variable, labels: tf.Tensor1D, rows: tf.Tensor2D): void => {
    ensureExclusiveBuffer(backend, [variable]);
    backend.executeSingleOutput('InplaceUpdate', [float], [variable, labels, rows]).dispose();
  };
  return {
    writeRows,
    // A row named twice is written twice with the same sum, so that no order of the writes shows.
    addRows: (variable, labels, delta) =>
      tf.tidy(() => writeRows(variable, labels, tf.add(tf.gather(variable, labels), sumDuplicateRows(labels, delta)))),
    classTable: (classes, dim) => new ResourceClassTable(backend, classes, dim),
  };
}
