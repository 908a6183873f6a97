import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import type { ClassTable, TableStorage } from '../../contracts/class-table.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { ops } from '../ops/ops.ts';
import { DenseClassTable } from './dense-class-table.ts';
import { FileRows } from './file-rows.ts';
import { HostRows } from './host-rows.ts';
import { PlainClassTable } from './plain-class-table.ts';
import { requireRoom } from './require-room.ts';
import { storagePlace } from './storage-place.ts';

/** Rows that are made and written at a time, so that a large table is never in memory twice: 16 MB. */
const pieceBytes = 2 ** 24;

/**
 * Makes a table of `classes` × `dim` numbers.
 *
 * @param draw gives the next number of the initial rows, row by row; all zero where it is left out
 * @throws AblateError TOO_LARGE with the bytes needed and free; DEVICE_UNAVAILABLE for memory outside of a device that
 * can't be read without waiting
 */
export function createClassTable(storage: TableStorage, classes: number, dim: number, draw?: () => number): ClassTable {
  const directory = join(cacheDirectory(), 'class-tables');
  requireRoom(storagePlace(storage, directory), classes, dim);
  const table = emptyTable(storage, classes, dim, directory);
  if (!draw) return table;
  const rows = Math.max(1, Math.floor(pieceBytes / (4 * dim)));
  for (let begin = 0; begin < classes; begin += rows) {
    const values = new Float32Array((Math.min(classes, begin + rows) - begin) * dim);
    for (let index = 0; index < values.length; index++) values[index] = draw();
    table.fill(begin, values);
  }
  return table;
}

function emptyTable(storage: TableStorage, classes: number, dim: number, directory: string): ClassTable {
  if (storage === 'device' && ops.classTable) return ops.classTable(classes, dim);
  if (tf.getBackend() === 'webgpu') {
    if (storage === 'device') return new DenseClassTable(tf.tidy(() => tf.variable(tf.zeros([classes, dim]), false)));
    throw new AblateError(
      'DEVICE_UNAVAILABLE',
      `storage: ${storage} needs a device that can be read without waiting, which webgpu is not.`,
      { remedy: 'Use storage: device, or another device.' },
    );
  }
  // Of the other devices the memory is the machine's.
  return new PlainClassTable(storage === 'file' ? new FileRows(directory, classes, dim) : new HostRows(classes, dim));
}
