import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from 'ablate-ml';
import { readRegularFile } from 'ablate-ml/data';
import { writeAtomically } from 'ablate-ml/runs';

/** Bytes before the numbers: rows, columns, bytes a number, type, each int32. */
const headerBytes = 16;
/** OpenCV's `CV_32F`. */
const float32 = 5;

/**
 * Reads a feature file of the MegaFace devkit: OpenCV's matrix header (rows, columns, stride, type 5), then float32
 * numbers, little-endian.
 *
 * @throws AblateError DATA_NOT_FOUND, or DATA_INVALID saying what is wrong with the file
 */
export async function readFeature(file: string): Promise<Float32Array> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file);
  } catch (cause) {
    throw new AblateError('DATA_NOT_FOUND', `Cannot read the feature file ${file}.`, {
      remedy: "Check the directory and the suffix: a list's path with the suffix behind it must name a file.",
      cause,
    });
  }
  const fault = (found: string): AblateError =>
    new AblateError('DATA_INVALID', `${file} is not a feature file of the MegaFace devkit: ${found}.`, {
      remedy: 'It should hold four int32 (rows, columns, stride, 5) and rows × columns float32.',
    });
  if (bytes.length < headerBytes) throw fault(`it has ${bytes.length} bytes, less than its header`);
  const [rows, columns, type] = [bytes.readInt32LE(0), bytes.readInt32LE(4), bytes.readInt32LE(12)];
  if (type !== float32) throw fault(`its type is ${type}, not 5 (float32)`);
  const size = rows * columns;
  if (rows < 1 || columns < 1 || bytes.length !== headerBytes + 4 * size)
    throw fault(`its header says ${rows} × ${columns} numbers, and ${bytes.length - headerBytes} bytes follow`);
  return Float32Array.from({ length: size }, (_, index) => bytes.readFloatLE(headerBytes + 4 * index));
}

/** Writes one feature `[dim]` as the devkit reads it, whole or not at all; makes the folders it needs. */
export async function writeFeature(file: string, feature: Float32Array): Promise<void> {
  const bytes = Buffer.alloc(headerBytes + 4 * feature.length);
  [feature.length, 1, 4, float32].forEach((number, index) => bytes.writeInt32LE(number, 4 * index));
  feature.forEach((value, index) => bytes.writeFloatLE(value, headerBytes + 4 * index));
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomically(file, bytes);
}
