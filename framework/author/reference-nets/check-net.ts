import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import type { Backbone } from '../../contracts/backbone.ts';
import type { PluginManifest } from '../../contracts/plugin.ts';
import { openSafetensors } from '../../data/embeddings/open-safetensors.ts';
import { sizeOf } from '../../data/embeddings/stored-array.ts';
import { subjectOf } from '../conformance/kinds/subject.ts';
import type { Check } from '../conformance/rules/check-report.ts';
import { reasonOf } from '../conformance/rules/rule.ts';

/** Differences that are allowed, as a share of the largest value: single precision, through many layers. */
const tolerance = { embedding: 1e-4, gradient: 1e-3 } as const;

const side = z.tuple([z.int().min(1), z.int().min(1)]);
const specModel = z.object({
  name: z.string(),
  library: z.string(),
  class: z.string(),
  architecture: z.record(z.string(), z.unknown()),
  input: z.object({
    size: side,
    resized: side.optional(),
    range: z.tuple([z.literal(0), z.number().positive()]),
    channels: z.enum(['RGB', 'BGR']),
    mean: z.array(z.number()),
    std: z.array(z.number()),
  }),
});
type Spec = z.output<typeof specModel>;

/** What a folder of reference numbers was compared with. */
export interface NetReport {
  readonly net: string;
  /** The plugin that is this net. */
  readonly plugin: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly checks: readonly Check[];
}

/**
 * Builds the backbone that a folder's `spec.json` means, loads the weights beside it by their names, and compares its
 * embeddings and gradients with those of the library that made them. The device must have been chosen.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID of the folder; PLUGIN_NOT_FOUND where no backbone is that net
 */
export async function checkNet(folder: string, plugins: readonly PluginManifest<'backbone'>[]): Promise<NetReport> {
  const spec = await readSpec(folder);
  const [found] = plugins.flatMap((manifest) => {
    const options = manifest.reference?.(spec);
    return options ? [{ manifest, options }] : [];
  });
  if (!found)
    throw new AblateError('PLUGIN_NOT_FOUND', `No backbone is ${spec.class} of ${spec.library}.`, {
      remedy: 'A backbone says which nets it is by `reference` in its manifest.',
    });
  const { mean, std, range, channels, size, resized } = spec.input;
  const weightsFiles = ['weights.safetensors', 'weights.pth'].filter((file) => existsSync(join(folder, file)));
  if (weightsFiles.length === 0)
    throw new AblateError('DATA_NOT_FOUND', `There is neither weights.safetensors nor weights.pth in ${folder}.`);
  const checks: Check[] = [];
  for (const weights of weightsFiles) {
    const options = found.manifest.schema.parse({
      ...found.options,
      weights: join(folder, weights),
      preparation: { mean, std, range: range[1], channels },
    }) as Readonly<Record<string, unknown>>;
    const subject = subjectOf(found.manifest, options);
    const make = (shape: readonly [number, number]): Promise<Backbone> =>
      subject.make({
        imageShape: [...shape, mean.length],
        baseDirectory: process.cwd(),
        cacheDirectory: cacheDirectory(),
      });
    const inputs = [
      ['reference.safetensors', size, ''],
      ['reference-resized.safetensors', resized, 'resized '],
    ] as const;
    for (const [file, shape, what] of inputs)
      if (shape && existsSync(join(folder, file)))
        checks.push(...(await compared(join(folder, file), spec, () => make(shape), { name: weights, before: what })));
  }
  return { net: spec.name, plugin: found.manifest.name, options: found.options, checks };
}

async function readSpec(folder: string): Promise<Spec> {
  const file = join(folder, 'spec.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AblateError('DATA_NOT_FOUND', `There is no readable ${file}.`, {
      cause,
      remedy: 'Name a folder with spec.json, weights.safetensors or weights.pth, and reference.safetensors.',
    });
  });
  const refuse = (what: string, cause?: unknown): never => {
    throw new AblateError('DATA_INVALID', `${file} ${what}.`, {
      cause,
      remedy: 'The README of test/reference/nets says what it holds.',
    });
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return refuse('is no JSON', cause);
  }
  const parsed = specModel.safeParse(json);
  return parsed.success
    ? parsed.data
    : refuse(`does not describe a net: ${z.prettifyError(parsed.error)}`, parsed.error);
}

/** Numbers of an array of a file. */
async function numbersIn(
  file: string,
  names: readonly string[],
): Promise<Record<string, { shape: number[]; numbers: Float32Array }>> {
  const arrays = await openSafetensors(file);
  try {
    const found: Record<string, { shape: number[]; numbers: Float32Array }> = {};
    for (const name of names) {
      const array = await arrays.array(name);
      if (!array)
        throw new AblateError('DATA_INVALID', `${file} holds no array "${name}".`, { remedy: 'Make the file again.' });
      const numbers = new Float32Array(sizeOf(array.shape));
      let place = 0;
      await array.read((piece) => {
        numbers.set(piece, place);
        place += piece.length;
      });
      found[name] = { shape: [...array.shape], numbers };
    }
    return found;
  } finally {
    await arrays.close();
  }
}

interface Title {
  readonly name: string;
  readonly before: string;
}

/** The embedding and its gradient of one file of reference numbers. */
async function compared(
  file: string,
  { input: { std, range, channels } }: Spec,
  make: () => Promise<Backbone>,
  title: Title,
): Promise<Check[]> {
  const { pixels, embedding, gradient } = await numbersIn(file, ['pixels', 'embedding', 'gradient']);
  let backbone: Backbone;
  try {
    backbone = await make();
  } catch (error) {
    return [{ name: title.name, passed: false, input: `${title.before}net`, message: reasonOf(error) }];
  }
  try {
    // The preparation is the backbone's: it gets pixels in [−1, 1], as from a data set.
    const images = tf.tensor4d(
      pixels!.numbers.map((byte) => byte / 127.5 - 1),
      pixels!.shape as [number, number, number, number],
    );
    const forward = (x: tf.Tensor): tf.Tensor2D => backbone.forward(x as tf.Tensor4D, { training: false, step: 0 });
    const [value, slope] = tf.tidy(() => {
      const found = tf.grad((x) => tf.sum(tf.square(forward(x))))(images);
      const ordered = channels === 'BGR' ? tf.reverse(found, 3) : found;
      // From [−1, 1] to the library's own input: x = (range / 2 · image + …) / std.
      const toInput = tf.mul(ordered, tf.tensor1d(std.map((deviation) => (2 * deviation) / range[1])));
      return [forward(images), tf.transpose(toInput, [0, 3, 1, 2])] as [tf.Tensor, tf.Tensor];
    });
    const checks = [
      await difference(value, embedding!.numbers, 'embedding', title),
      await difference(slope, gradient!.numbers, 'gradient', title),
    ];
    tf.dispose([images, value, slope]);
    return checks;
  } finally {
    tf.dispose(backbone.parameters.map(({ variable }) => variable));
  }
}

async function difference(
  found: tf.Tensor,
  expected: Float32Array,
  what: keyof typeof tolerance,
  { name, before }: Title,
): Promise<Check> {
  const input = before + what;
  const numbers = await found.data();
  if (numbers.length !== expected.length)
    return { name, passed: false, input, message: `${numbers.length} numbers instead of ${expected.length}` };
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
  const worst = expected.reduce(
    // A difference that is no number is the worst there is.
    (most, value, index) =>
      Math.max(most, Math.abs(value - numbers[index]!) / largest || (numbers[index] === value ? 0 : Infinity)),
    0,
  );
  const message = `differs by ${worst.toExponential(1)} of the largest value, ${tolerance[what]} is allowed`;
  return { name, passed: worst <= tolerance[what], input, message };
}
