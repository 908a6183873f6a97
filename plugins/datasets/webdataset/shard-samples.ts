import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from 'ablate-ml';
import { decodeText, isImageName, type EncodedImages } from 'ablate-ml/data';
import { readTarIndex, type TarEntry } from './tar-index.ts';

/** An image of a shard and the text of its class. */
export interface Sample {
  readonly file: string;
  readonly image: TarEntry;
  readonly label: string;
}

/** Longest file that a class is read from. */
const maxLabelBytes = 2 ** 20;

/**
 * Finds the samples of a shard: files that share their name up to the first dot after the last slash, one of them an
 * image.
 *
 * @param label ending of the file that holds the class, or `json:key`
 * @throws AblateError DATA_INVALID naming a sample without an image or a class
 */
export function shardSamples(file: string, label: string): readonly Sample[] {
  const samples = new Map<string, Map<string, TarEntry>>();
  for (const entry of readTarIndex(file)) {
    const dot = entry.name.indexOf('.', entry.name.lastIndexOf('/') + 1);
    if (dot < 0 || entry.name[dot - 1] === '/' || dot === 0) continue;
    const [key, ending] = [entry.name.slice(0, dot), entry.name.slice(dot + 1)];
    if (!samples.has(key)) samples.set(key, new Map());
    if (samples.get(key)!.has(ending)) {
      throw new AblateError('DATA_INVALID', `${file} holds ${entry.name} twice.`, {
        remedy: 'Give each sample of a shard a name of its own: the files of one name make one sample.',
      });
    }
    samples.get(key)!.set(ending, entry);
  }
  const [ending, jsonKey] = label.startsWith('json:') ? ['json', label.slice(5)] : [label, undefined];
  const fd = openSync(file, 'r');
  try {
    return [...samples].map(([key, files]) => {
      const fail = (what: string): never => {
        throw new AblateError(
          'DATA_INVALID',
          `${file}: sample ${key} ${what}; it has ${[...files.keys()].join(', ')}.`,
          { remedy: '`label` says where the class is: the ending of a text file, or `json:key`.' },
        );
      };
      const image = [...files].find(([one]) => isImageName(`x.${one}`))?.[1] ?? fail('has no image');
      const holder = files.get(ending) ?? fail(`has no file that ends in .${ending}`);
      if (holder.size > maxLabelBytes) fail(`has a .${ending} file of ${holder.size} bytes`);
      const bytes = Buffer.alloc(holder.size);
      readSync(fd, bytes, 0, holder.size, holder.offset);
      const text = decodeText(bytes, `${file}, ${holder.name}`).trim();
      return {
        file,
        image,
        label: jsonKey === undefined ? text || fail(`has an empty .${ending} file`) : jsonLabel(text, jsonKey, fail),
      };
    });
  } finally {
    closeSync(fd);
  }
}

function jsonLabel(text: string, key: string, fail: (what: string) => never): string {
  let value: unknown;
  try {
    value = (JSON.parse(text) as Record<string, unknown> | null)?.[key];
  } catch (error) {
    return fail(`has a .json file that is none: ${(error as Error).message}`);
  }
  return typeof value === 'string' || typeof value === 'number'
    ? `${value}`
    : fail(`has a .json file without a text or number ${key}`);
}

/**
 * Opens the images of samples, read from their shards when they are asked for. A sample's name is its own in its shard
 * alone, so the shard's belongs to it.
 */
export function sampleImages(samples: readonly Sample[]): EncodedImages {
  const shards = shardNames([...new Set(samples.map(({ file }) => file))]);
  return {
    length: samples.length,
    name: (row) => `${shards.get(samples[row]!.file)}/${samples[row]!.image.name}`,
    location: (row) => `${samples[row]!.file}, ${samples[row]!.image.name}`,
    mark: (row) => `${samples[row]!.image.size}`,
    async read(row) {
      const { file, image } = samples[row]!;
      const shard = await open(file);
      try {
        return (await shard.read(Buffer.alloc(image.size), 0, image.size, image.offset)).buffer;
      } finally {
        await shard.close();
      }
    },
  };
}

/** Names of shards by their files: the last part of the path, or as much more as tells all of them apart. */
function shardNames(files: readonly string[]): ReadonlyMap<string, string> {
  const ends = (parts: number): string[] => files.map((file) => file.split(path.sep).slice(-parts).join('/'));
  let parts = 1;
  while (new Set(ends(parts)).size < files.length) parts++;
  return new Map(ends(parts).map((name, index) => [files[index]!, name]));
}
