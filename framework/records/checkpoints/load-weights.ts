import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';
import { locateFile, warnAboutData, type DataFile, type DataPlace } from '../../data/files/data-file.ts';
import { sizeOf, type ArrayFile } from '../../data/embeddings/stored-array.ts';
import { openWeights } from '../../data/weights/open-weights.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { layerOf, recognizeNames, type FileArray, type NamedPart, type PytorchNames } from './weight-names.ts';

/** Ablate's name of a parameter within its layer → PyTorch's within its module. */
const within: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gain: 'weight',
  offset: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
  slope: 'weight',
  gamma: 'gamma',
};

/** How strictly weights must fit. */
export interface WeightsFit {
  /** Whether what is missing, left over or of another shape is refused; if not, it is told, and the rest is taken. */
  readonly strict?: boolean;
}

/**
 * Puts weights that were trained before into a network's parameters: those of `ablate export --format safetensors` by
 * their own names, or a PyTorch state dictionary by `names`, in safetensors or in PyTorch's own formats. Half precision
 * is widened.
 *
 * @throws AblateError DATA_NOT_FOUND, DOWNLOAD_FAILED; DATA_INVALID naming every tensor that is missing, too many or of
 * another shape: nothing has changed then
 */
export async function loadWeights(
  file: DataFile,
  parameters: readonly Parameter[],
  names: PytorchNames,
  place: DataPlace,
  fit: WeightsFit = {},
): Promise<void> {
  const stored = await openFile(file, place);
  try {
    const values = await valuesOf(stored, { parameters, names, place, fit });
    for (const { variable, value } of values) variable.assign(value);
    tf.dispose(values.map(({ value }) => value));
  } finally {
    await stored.close();
  }
}

/**
 * Opens a file of weights and reads the names in it, for `inspect`.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function inspectWeights(file: DataFile, place: DataPlace): Promise<void> {
  await (await openFile(file, place)).close();
}

/** Opens a file of weights; what is wrong with it is told at the option that names it. */
async function openFile(file: DataFile, place: DataPlace): Promise<ArrayFile> {
  const found = await locateFile(file, place);
  return openWeights(found).catch((error: unknown) => {
    if (!(error instanceof AblateError) || error.given !== undefined) throw error;
    throw new AblateError(error.code, error.problem, { remedy: error.remedy, cause: error, given: file });
  });
}

interface Wanted {
  readonly parameter: Parameter;
  /** Name in the file's terms. */
  readonly name: string;
  /** From the file's array to the parameter's value. */
  arrange(value: tf.Tensor): tf.Tensor;
}

interface Fitting {
  readonly parameters: readonly Parameter[];
  readonly names: PytorchNames;
  readonly place: DataPlace;
  readonly fit: WeightsFit;
}

interface Value {
  readonly variable: tf.Variable;
  readonly value: tf.Tensor;
}

async function valuesOf(stored: ArrayFile, { parameters, names, place, fit }: Fitting): Promise<Value[]> {
  const own = parameters.every(({ name }) => stored.names.includes(`backbone/${name}`));
  const { library, parts } = recognizeNames(own ? [] : stored.names, names);
  const wanted = parameters.map(
    (parameter): Wanted =>
      own
        ? { parameter, name: `backbone/${parameter.name}`, arrange: (value) => value.clone() }
        : fromPytorch(parameter, names),
  );
  const partsOf = (name: string): readonly NamedPart[] =>
    own ? [{ name, part: 0, transposed: false }] : (parts.get(name) ?? []);
  const faults: string[] = [];
  const taken: { one: Wanted; array: FileArray }[] = [];
  for (const one of wanted) {
    const { name: parameterName, variable } = one.parameter;
    const optional = names.optional?.includes(layerOf(parameterName)) ?? false;
    const found = partsOf(one.name);
    if (found.length === 0) {
      if (!optional) faults.push(`"${one.name}" is missing (${parameterName})`);
      continue;
    }
    const shape = await joinedShape(stored, found);
    const convert = own ? undefined : names.converted?.[parameterName];
    const array = convert ? convert(await joined(stored, found), library) : undefined;
    if (arranged(one, array?.shape ?? shape).join() === variable.shape.join())
      taken.push({ one, array: array ?? (await joined(stored, found)) });
    else if (!optional)
      faults.push(
        `"${found[0]!.name}" is [${shape.join(', ')}], which does not fit ${parameterName} [${variable.shape.join(', ')}]`,
      );
  }
  const known = new Set([...wanted.map(({ name }) => name), ...Object.keys(names.constant ?? {})]);
  for (const [name, extra] of parts)
    if (!known.has(name)) faults.push(...extra.map((part) => `"${part.name}" has no place in this network`));
  for (const [name, number] of Object.entries(names.constant ?? {})) {
    const [part] = own ? [] : (parts.get(name) ?? []);
    if (part && !(await joined(stored, [part])).numbers.every((value) => value === number))
      faults.push(`"${part.name}" is not ${number} throughout, as this network takes it to be`);
  }
  if (faults.length > 0) {
    const list = `${faults.slice(0, 10).join('\n  ')}${faults.length > 10 ? `\n  and ${faults.length - 10} more` : ''}`;
    const problem = `The weights of ${stored.file}${library ? `, by ${library}'s names,` : ''} do not fit:\n  ${list}.`;
    if (fit.strict !== false)
      throw new AblateError('DATA_INVALID', problem, {
        remedy:
          "Set the backbone's options to what the weights were made for; the README of the backbone lists the names.",
      });
    warnAboutData(place, `${problem}\nThe other ${taken.length} of ${parameters.length} tensors are taken.`);
  }
  return taken.map(({ one, array: { numbers, shape } }) => ({
    variable: one.parameter.variable,
    value: tf.tidy(() => one.arrange(tf.tensor(numbers, [...shape]))),
  }));
}

/** The shape of a tensor in the file's terms: of its parts, one below the other. */
async function joinedShape(stored: ArrayFile, parts: readonly NamedPart[]): Promise<number[]> {
  const shapes = await Promise.all(parts.map(async ({ name }) => (await stored.array(name))?.shape ?? []));
  const [first = [], ...others] = shapes;
  if (parts[0]?.transposed) return [...first].reverse();
  if (others.length === 0) return [...first];
  return [shapes.reduce((rows, [count = 0]) => rows + count, 0), ...first.slice(1)];
}

/** The numbers of a tensor's parts, one below the other. */
async function joined(stored: ArrayFile, parts: readonly NamedPart[]): Promise<FileArray> {
  const shape = await joinedShape(stored, parts);
  const numbers = new Float32Array(sizeOf(shape));
  let place = 0;
  for (const { name } of parts) {
    const array = await stored.array(name);
    await array?.read((piece) => {
      numbers.set(piece, place);
      place += piece.length;
    });
  }
  if (!parts[0]!.transposed) return { shape, numbers };
  const [rows = 0, columns = 0] = shape;
  return {
    shape,
    numbers: numbers.map((_, index) => numbers[(index % columns) * rows + Math.floor(index / columns)]!),
  };
}

/** The shape after arranging, without arranging. */
function arranged({ arrange }: Wanted, shape: readonly number[]): number[] {
  return tf.tidy(() => {
    try {
      return arrange(tf.zeros([...shape])).shape;
    } catch {
      // A rank or size that cannot be arranged at all.
      return [...shape, 0];
    }
  });
}

const withoutOnes = (shape: readonly number[]): string => shape.filter((side) => side !== 1).join();

/** PyTorch has outputs first and images as channels, rows, columns; TensorFlow has outputs last and channels behind. */
function fromPytorch(parameter: Parameter, names: PytorchNames): Wanted {
  const layer = layerOf(parameter.name);
  const part = parameter.name.slice(layer === '' ? 0 : layer.length + 1);
  // A tensor that is no layer's, such as a class token, has a name of its own.
  const name = layer === '' ? part : `${names.module(layer)}.${within[part] ?? part}`;
  const { shape } = parameter.variable;
  const map = names.flattened?.[layer];
  const arrange = (value: tf.Tensor): tf.Tensor => {
    if (part !== 'kernel')
      return withoutOnes(value.shape) === withoutOnes(shape) ? tf.reshape(value, shape) : value.clone();
    if (value.rank === 4)
      return tf.transpose(value, shape[3] === 1 && value.shape[0] === shape[2] ? [2, 3, 0, 1] : [2, 3, 1, 0]);
    if (value.rank !== 2) return value.clone();
    if (!map) return tf.transpose(value);
    const [height, width, channels] = map;
    return tf.reshape(tf.transpose(tf.reshape(value, [value.shape[0]!, channels, height, width]), [2, 3, 1, 0]), [
      -1,
      value.shape[0]!,
    ]);
  };
  return { parameter, name, arrange };
}
