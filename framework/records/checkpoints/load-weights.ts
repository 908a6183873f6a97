import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';
import { locateFile, type DataFile, type DataPlace } from '../../data/files/data-file.ts';
import { openSafetensors } from '../../data/embeddings/open-safetensors.ts';
import { sizeOf, type ArrayFile, type StoredArray } from '../../data/embeddings/stored-array.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** How a PyTorch implementation names the modules of a network. */
export interface PytorchNames {
  /** PyTorch's module of a layer: `stage1/unit2/convolution1` → `layer1.1.conv1`. */
  module(layer: string): string;
  /** Layers behind feature maps laid out flat, which PyTorch flattens channel by channel: their maps' sides. */
  readonly flattened?: Readonly<Record<string, readonly [height: number, width: number, channels: number]>>;
  /** Layers that are left as they begin where the file's are of another shape, such as a classifier's. */
  readonly optional?: readonly string[];
  /** Tensors that the network lacks because they are all this number. */
  readonly constant?: Readonly<Record<string, number>>;
}

/** Ablate's name of a parameter within its layer → PyTorch's within its module. */
const within: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gain: 'weight',
  offset: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
  slope: 'weight',
};

const invalid = (problem: string, remedy: string): AblateError => new AblateError('DATA_INVALID', problem, { remedy });

/**
 * Puts weights that were trained before into a network's parameters: those of `ablate export --format safetensors` by
 * their own names, or a PyTorch state dictionary by `names`. Half precision is widened.
 *
 * @throws AblateError DATA_NOT_FOUND, DOWNLOAD_FAILED; DATA_INVALID naming every tensor that is missing, too many or of
 * another shape: nothing has changed then
 */
export async function loadWeights(
  file: DataFile,
  parameters: readonly Parameter[],
  names: PytorchNames,
  place: DataPlace,
): Promise<void> {
  const stored = await openWeights(file, place);
  try {
    const values = await valuesOf(stored, parameters, names);
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
  await (await openWeights(file, place)).close();
}

async function openWeights(file: DataFile, place: DataPlace): Promise<ArrayFile> {
  const found = await locateFile(file, place);
  if (found.endsWith('.safetensors')) return openSafetensors(found);
  throw new AblateError('DATA_INVALID', `${found} is not a safetensors file.`, {
    given: file,
    remedy: "In Python: safetensors.torch.save_file(torch.load('model.pth', map_location='cpu'), 'model.safetensors')",
  });
}

interface Wanted {
  readonly parameter: Parameter;
  /** Name in the file. */
  readonly name: string;
  /** From the file's array to the parameter's value. */
  arrange(value: tf.Tensor): tf.Tensor;
}

async function valuesOf(
  stored: ArrayFile,
  parameters: readonly Parameter[],
  names: PytorchNames,
): Promise<{ variable: tf.Variable; value: tf.Tensor }[]> {
  const own = parameters.every(({ name }) => stored.names.includes(`backbone/${name}`));
  const prefix = !own && stored.names.every((name) => name.startsWith('module.')) ? 'module.' : '';
  const wanted = parameters.map((parameter) =>
    own
      ? { parameter, name: `backbone/${parameter.name}`, arrange: (value: tf.Tensor) => value.clone() }
      : fromPytorch(parameter, names, prefix),
  );
  const faults: string[] = [];
  const taken: { one: Wanted; array: StoredArray }[] = [];
  for (const one of wanted) {
    const array = await stored.array(one.name);
    const optional = names.optional?.includes(layerOf(one.parameter.name)) ?? false;
    if (!array) {
      if (!optional) faults.push(`"${one.name}" is missing (${one.parameter.name})`);
    } else if (arranged(one, array.shape).join() === one.parameter.variable.shape.join()) taken.push({ one, array });
    else if (!optional)
      faults.push(
        `"${one.name}" is [${array.shape.join(', ')}], which does not fit ${one.parameter.name} [${one.parameter.variable.shape.join(', ')}]`,
      );
  }
  const known = new Set([
    ...wanted.map(({ name }) => name),
    ...Object.keys(names.constant ?? {}).map((name) => prefix + name),
  ]);
  const extra = own ? [] : stored.names.filter((name) => !known.has(name) && !name.endsWith('.num_batches_tracked'));
  faults.push(...extra.map((name) => `"${name}" has no place in this network`));
  for (const [name, number] of Object.entries(names.constant ?? {})) {
    const array = own ? undefined : await stored.array(prefix + name);
    if (array && !(await read(array)).every((value) => value === number))
      faults.push(`"${prefix + name}" is not ${number} throughout, as this network takes it to be`);
  }
  if (faults.length > 0)
    throw invalid(
      `The weights of ${stored.file} do not fit:\n  ${faults.slice(0, 10).join('\n  ')}${faults.length > 10 ? `\n  and ${faults.length - 10} more` : ''}.`,
      "Set the backbone's options to what the weights were made for; the README of the backbone lists the names.",
    );
  const values: { variable: tf.Variable; value: tf.Tensor }[] = [];
  for (const { one, array } of taken) {
    const numbers = await read(array);
    values.push({
      variable: one.parameter.variable,
      value: tf.tidy(() => one.arrange(tf.tensor(numbers, [...array.shape]))),
    });
  }
  return values;
}

async function read(array: StoredArray): Promise<Float32Array> {
  const numbers = new Float32Array(sizeOf(array.shape));
  let place = 0;
  await array.read((piece) => {
    numbers.set(piece, place);
    place += piece.length;
  });
  return numbers;
}

const layerOf = (parameter: string): string => parameter.slice(0, parameter.lastIndexOf('/'));

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

/** PyTorch has outputs first and images as channels, rows, columns; TensorFlow has outputs last and channels behind. */
function fromPytorch(parameter: Parameter, names: PytorchNames, prefix: string): Wanted {
  const layer = layerOf(parameter.name);
  const name = `${prefix}${names.module(layer)}.${within[parameter.name.slice(layer.length + 1)]}`;
  const { shape } = parameter.variable;
  const map = names.flattened?.[layer];
  const arrange = (value: tf.Tensor): tf.Tensor => {
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
