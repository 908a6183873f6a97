import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { StoredPieces, StoredTensor } from '../../contracts/checkpoint.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { diskFull } from '../../base/system/disk-full.ts';
import { temporaryName } from '../../base/system/temporary-name.ts';
import { syncFolder } from '../../base/system/write-atomically.ts';
import { safetensorsHeader } from '../../data/files/safetensors-header.ts';
import { dtypes } from './safetensors.ts';

/** One file of a checkpoint's large tensors: a safetensors file that holds some neighboring rows of one of them. */
export interface Shard {
  /** Path from the checkpoints' folder, with `/`. */
  readonly file: string;
  readonly tensor: string;
  readonly dtype: StoredTensor['dtype'];
  /** Shape of the whole tensor. */
  readonly shape: readonly number[];
  /** The rows that it holds: `begin` … `begin + rows − 1`. */
  readonly begin: number;
  readonly rows: number;
  readonly bytes: number;
  /** Of the file. */
  readonly sha256: string;
}

const count = z.int().nonnegative();
const shardsModel: z.ZodType<readonly Shard[]> = z.array(
  z.object({
    // Beside the checkpoint, whoever wrote the file.
    file: z.string().regex(/^step-\d+-[0-9a-f]+\.shards\/\d+\.safetensors$/),
    tensor: z.string(),
    dtype: z.enum(['float32', 'int32']),
    shape: z.array(count).min(1),
    begin: count,
    rows: count,
    bytes: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);

/**
 * Reads the shards that the metadata of a checkpoint's file name; none where it keeps all tensors itself.
 *
 * @throws AblateError CHECKPOINT_INVALID where what they say is no list of shards
 */
export function shardsOf(metadata: Readonly<Record<string, string>> | undefined): readonly Shard[] {
  try {
    return shardsModel.parse(JSON.parse(metadata?.['shards'] ?? '[]'));
  } catch (cause) {
    throw damaged('The checkpoint does not say where its shards lie', cause);
  }
}

/**
 * Looks whether a shard is the file that was written: a regular one in the checkpoints' folder, of the size and with
 * the checksum that the checkpoint tells.
 *
 * @param directory the checkpoints' folder
 * @throws AblateError CHECKPOINT_INVALID naming the file that is missing, cut short, damaged or something else
 */
export async function checkShard(directory: string, { file, bytes, sha256 }: Shard): Promise<void> {
  const whole = join(directory, file);
  const [folder, found] = await Promise.all([lstat(dirname(whole)), lstat(whole)]).catch((cause: unknown) => {
    throw damaged(`${whole} cannot be read`, cause);
  });
  if (!folder.isDirectory() || !found.isFile()) throw damaged(`${whole} is not a file of the checkpoint's own folder`);
  if (found.size !== bytes)
    throw damaged(`${whole} has ${found.size} bytes of ${bytes}: it does not have the checksum it was written with`);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(whole, { highWaterMark: 2 ** 22 })) hash.update(chunk as Uint8Array);
  } catch (cause) {
    throw damaged(`${whole} cannot be read`, cause);
  }
  if (hash.digest('hex') !== sha256) throw damaged(`${whole} does not have the checksum it was written with`);
}

const rowSize = (shape: readonly number[]): number => shape.slice(1).reduce((product, size) => product * size, 1);

/**
 * Writes large tensors into a folder of their own, which appears whole or not at all. No more than a piece of a tensor
 * is in memory.
 *
 * @param folder must not exist; @param shardBytes data of a file at most, but for a single row that is longer
 * @throws AblateError DISK_FULL; nothing is left then
 */
export async function writeShards(
  folder: string,
  tensors: readonly StoredPieces[],
  shardBytes: number,
): Promise<Shard[]> {
  const temporary = temporaryName(folder);
  await mkdir(temporary, { recursive: true });
  const shards: Shard[] = [];
  try {
    for (const tensor of tensors) await writeTensor(tensor, shardBytes, temporary, basename(folder), shards);
    await syncFolder(temporary);
    await rename(temporary, folder);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw (
      diskFull(
        cause,
        folder,
        tensors.reduce((sum, { shape }) => sum + 4 * shape[0]! * rowSize(shape), 0),
      ) ?? cause
    );
  }
  await syncFolder(dirname(folder));
  return shards;
}

async function writeTensor(
  { name, dtype, shape, pieces }: StoredPieces,
  shardBytes: number,
  directory: string,
  folder: string,
  shards: Shard[],
): Promise<void> {
  const width = rowSize(shape);
  const most = Math.max(1, Math.floor(shardBytes / (4 * width)));
  const source = pieces()[Symbol.asyncIterator]();
  let piece: StoredTensor['data'] = new Float32Array(0);
  for (let begin = 0; begin < shape[0]!; begin += most) {
    const rows = Math.min(most, shape[0]! - begin);
    const file = `${String(shards.length + 1).padStart(5, '0')}.safetensors`;
    const hash = createHash('sha256');
    const handle = await open(join(directory, file), 'w');
    let bytes = 0;
    const put = async (chunk: Uint8Array): Promise<void> => {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    };
    try {
      const entry = {
        name,
        dtype: dtypes[dtype],
        shape: [rows, ...shape.slice(1)],
        offsets: [0, 4 * rows * width],
      } as const;
      await put(
        safetensorsHeader([entry], Object.entries({ format: 'ablate-shard', version: '1', begin: String(begin) })),
      );
      for (let left = rows * width; left > 0; ) {
        if (piece.length === 0) piece = ((await source.next()) as IteratorYieldResult<StoredTensor['data']>).value;
        const part: StoredTensor['data'] = piece.subarray(0, left);
        await put(bytesOf(part));
        left -= part.length;
        piece = piece.subarray(part.length);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    shards.push({
      file: `${folder}/${file}`,
      tensor: name,
      dtype,
      shape,
      begin,
      rows,
      bytes,
      sha256: hash.digest('hex'),
    });
  }
}

/**
 * Opens the large tensors of a checkpoint, whose files have been compared with their checksums; rows are read when they
 * are asked for.
 *
 * @param directory the checkpoints' folder
 * @throws AblateError CHECKPOINT_INVALID naming the file that is missing, cut short or damaged
 */
export async function readShards(directory: string, shards: readonly Shard[]): Promise<Map<string, StoredPieces>> {
  for (const shard of shards) await checkShard(directory, shard);
  const tensors = new Map<string, StoredPieces>();
  for (const { tensor, dtype, shape } of shards) {
    const own = shards.filter((shard) => shard.tensor === tensor).sort((one, other) => one.begin - other.begin);
    if (own.reduce((rows, shard) => rows + (shard.begin === rows ? shard.rows : NaN), 0) !== shape[0])
      throw damaged(`The shards of ${tensor} in ${directory} are not all of it`);
    tensors.set(tensor, { name: tensor, dtype, shape, pieces: () => piecesOf(directory, own, dtype) });
  }
  return tensors;
}

async function* piecesOf(
  directory: string,
  shards: readonly Shard[],
  dtype: StoredTensor['dtype'],
): AsyncGenerator<StoredTensor['data']> {
  for (const { file, rows, shape, bytes } of shards) {
    const width = rowSize(shape);
    const atOnce = Math.max(1, Math.floor(2 ** 24 / (4 * width)));
    const handle = await open(join(directory, file), 'r');
    try {
      // The data are all that follows the header, to the end of the file.
      let position = bytes - 4 * rows * width;
      for (let begin = 0; begin < rows; begin += atOnce) {
        const size = Math.min(atOnce, rows - begin) * width;
        const values = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
        const target = bytesOf(values);
        for (let done = 0; done < target.length; ) {
          const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
          if (bytesRead === 0) throw damaged(`${join(directory, file)} is cut short`);
          done += bytesRead;
        }
        position += target.length;
        yield values;
      }
    } finally {
      await handle.close();
    }
  }
}

const damaged = (what: string, cause?: unknown): AblateError =>
  new AblateError('CHECKPOINT_INVALID', `${what}.`, { remedy: 'Use an older checkpoint, or train again.', cause });
