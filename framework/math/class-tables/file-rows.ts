import { bytesOf } from '../../base/system/bytes-of.ts';
import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskFull } from '../../base/system/disk-full.ts';
import type { PlainRows } from './plain-class-table.ts';

/**
 * Rows in a file that is read and written by the row; what is used often stays in the system's file cache. The file has
 * no name from the start, so that nothing of it is left however the process ends: what lasts are the checkpoints.
 */
export class FileRows implements PlainRows {
  readonly classes: number;
  readonly dim: number;
  readonly #directory: string;
  readonly #file: number;
  #open = true;

  /**
   * @param directory made where it does not exist
   * @throws AblateError DISK_FULL when a row is written for which there is no room
   */
  constructor(directory: string, classes: number, dim: number) {
    [this.classes, this.dim, this.#directory] = [classes, dim, directory];
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `${randomUUID()}.rows`);
    // Made anew: a file or link that somebody left there is not written to.
    this.#file = openSync(path, 'wx+', 0o600);
    rmSync(path);
    ftruncateSync(this.#file, 4 * classes * dim);
  }

  /** {@inheritDoc} */
  read(begin: number, target: Float32Array): void {
    const bytes = bytesOf(target);
    for (let done = 0; done < bytes.length; )
      done += readSync(this.#file, bytes, done, bytes.length - done, 4 * begin * this.dim + done);
  }

  /** {@inheritDoc} */
  write(begin: number, values: Float32Array): void {
    const bytes = bytesOf(values);
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#file, bytes, done, bytes.length - done, 4 * begin * this.dim + done);
    } catch (cause) {
      throw diskFull(cause, join(this.#directory, 'class weights'), 4 * this.classes * this.dim) ?? cause;
    }
  }

  /** {@inheritDoc} */
  zerosLike(): FileRows {
    return new FileRows(this.#directory, this.classes, this.dim);
  }

  /** {@inheritDoc} */
  close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}
