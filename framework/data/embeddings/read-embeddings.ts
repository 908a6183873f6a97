import path from 'node:path';
import { locateFile } from '../files/data-file.ts';
import { readText } from '../lists/read-text.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { embeddingsFrom } from '../../math/metrics/row-source.ts';
import { rowRoles, type Embeddings, type RowPairs } from './embeddings.ts';
import { openArrays } from './open-arrays.ts';
import { readIntegers, readRows, type ReadRows } from './read-arrays.ts';
import type { ArrayFile } from './stored-array.ts';

const maxInteger = 2 ** 31 - 1;
const pairTensors = ['left', 'right', 'same', 'fold'] as const;

/**
 * Reads embeddings: tensors `embedding [n, dim]` and `label [n]`, optionally `role [n]` and the pairs `left [p]`,
 * `right [p]`, `same [p]`, `fold [p]`, from `.npz`, `.npy` (the embedding alone), `.safetensors` or `.json`.
 *
 * @param labelFile where the labels are, if not in the same file: `.npy`, `.json` (a list), or a text file with one a
 * line
 * @param inFile numbers from which on rows of an unpacked file are not read whole but in parts, whenever they are asked
 * for
 * @throws AblateError USAGE, DATA_NOT_FOUND, DATA_INVALID naming the file, the tensor and the place in it
 */
export async function readEmbeddings(file: string, labelFile?: string, inFile?: number): Promise<Embeddings> {
  const arrays = await openArrays(file, 'embedding');
  let read: ReadRows | undefined;
  try {
    const source = (read = await readRows(arrays, 'embedding', inFile));
    const rows = { of: 'rows of embedding', count: source.count };
    const given = labelFile === undefined ? await ownLabels(arrays, rows) : await readLabelFile(labelFile, rows);
    const roles = arrays.names.includes('role')
      ? await readIntegers(arrays, 'role', {
          least: 0,
          most: 2,
          length: rows,
          meaning: 'neither 0 (gallery), 1 (probe) nor 2 (distractor)',
        })
      : undefined;
    const pairs = pairTensors.some((name) => arrays.names.includes(name))
      ? await readPairs(arrays, rows.count)
      : undefined;
    // A distractor shows nobody in question, whatever its label was filled with.
    const labels = roles ? given.map((label, row) => (roles[row] === rowRoles.distractors ? -1 : label)) : given;
    return embeddingsFrom(source, {
      ...withClassNames(labels, arrays.classNames),
      ...(roles && { roles: Uint8Array.from(roles) }),
      ...(pairs && { pairs }),
      ...(source.close && { close: source.close }),
    });
  } catch (error) {
    read?.close?.();
    throw error;
  } finally {
    await arrays.close();
  }
}

interface Rows {
  readonly of: string;
  readonly count: number;
}

function labelRange(rows: Rows, classes?: number): Parameters<typeof readIntegers>[2] {
  if (classes !== undefined)
    return { least: -1, most: classes - 1, length: rows, meaning: `outside the range of the ${classes} classes` };
  return {
    least: -1,
    most: maxInteger,
    length: rows,
    meaning: `no label: those are whole numbers from 0 to ${maxInteger}, or −1 for an image of no class`,
    remedy:
      'Number what else names a class, such as words and larger ids: numpy.unique(label, return_inverse=True)[1].',
  };
}

async function ownLabels(arrays: ArrayFile, rows: Rows): Promise<Int32Array> {
  if (path.extname(arrays.file).toLowerCase() === '.npy')
    throw new AblateError('USAGE', `${arrays.file} holds one array, so the labels must come from elsewhere.`, {
      remedy: 'Add --labels FILE, or save both with numpy.savez(file, embedding=…, label=…).',
    });
  return readIntegers(arrays, 'label', labelRange(rows, arrays.classNames?.length));
}

async function readLabelFile(file: string, rows: Rows): Promise<Int32Array> {
  const ending = path.extname(file).toLowerCase();
  if (ending === '.npy' || ending === '.npz' || ending === '.safetensors')
    return fromArrays(await openArrays(file, 'label'));
  const text = await readText(await locateFile(file, { baseDirectory: process.cwd(), cacheDirectory: '' }));
  return fromArrays(
    textArrays(file, ending === '.json' ? text.replace(/[[\]\s]+/g, '').split(',') : text.trimEnd().split(/\r?\n/)),
  );

  async function fromArrays(arrays: ArrayFile): Promise<Int32Array> {
    try {
      return await readIntegers(arrays, 'label', labelRange(rows));
    } finally {
      await arrays.close();
    }
  }
}

function textArrays(file: string, words: readonly string[]): ArrayFile {
  return {
    file,
    names: ['label'],
    array: async () => ({
      dtype: 'json',
      shape: [words.length],
      quote: (place) => JSON.stringify(words[place]!.trim().replace(/^"(.*)"$/, '$1')),
      read: async (take) => take(words.map((word) => (word.trim() === '' ? NaN : Number(word)))),
    }),
    close: async () => undefined,
  };
}

async function readPairs(arrays: ArrayFile, rows: number): Promise<RowPairs> {
  const place = { least: 0, most: rows - 1, meaning: `no row: there are ${rows}` };
  const left = await readIntegers(arrays, 'left', place);
  const pairs = { of: 'pairs in left', count: left.length };
  return {
    left,
    right: await readIntegers(arrays, 'right', { ...place, length: pairs }),
    same: Uint8Array.from(
      await readIntegers(arrays, 'same', { least: 0, most: 1, length: pairs, meaning: 'neither 0 nor 1' }),
    ),
    fold: await readIntegers(arrays, 'fold', {
      least: 0,
      most: 9999,
      length: pairs,
      meaning: 'no fold: those are numbered from 0',
    }),
  };
}

/**
 * Labels as they are where the classes have names; else numbered without gaps, in the same order, so that 2³¹ − 1 needs
 * no list of names.
 */
function withClassNames(
  labels: Int32Array,
  classNames: readonly string[] | undefined,
): Pick<Embeddings, 'labels' | 'classNames'> {
  if (classNames) return { labels, classNames };
  const used = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  const dense = new Map(used.map((label, index) => [label, index]));
  return { labels: labels.map((label) => dense.get(label) ?? -1), classNames: used.map(String) };
}
