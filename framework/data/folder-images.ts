import fs from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';
import type { EncodedImages } from './encoded-images.ts';
import { byName, isImageName } from './image-names.ts';

/** The images anywhere below `folder`, by name; links are followed. */
export async function folderImages(folder: string): Promise<EncodedImages> {
  const found = (await imagesBelow(folder, '')).sort((a, b) => byName(a.name, b.name));
  const location = (row: number): string => path.join(folder, found[row]!.name);
  return {
    length: found.length,
    name: (row) => found[row]!.name,
    location,
    mark: (row) => `${found[row]!.size}`,
    read: (row) => readImage(location(row)),
  };
}

/**
 * Bytes of an image file.
 *
 * @throws AblateError DATA_NOT_FOUND naming it
 */
export async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(file);
  } catch (cause) {
    throw new AblateError('DATA_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

async function imagesBelow(folder: string, prefix: string): Promise<{ name: string; size: number }[]> {
  const found: { name: string; size: number }[] = [];
  for (const entry of await fs.readdir(path.join(folder, prefix), { withFileTypes: true })) {
    const name = prefix + entry.name;
    if (!entry.isDirectory() && !entry.isSymbolicLink() && !isImageName(name)) continue;
    const kind = await fs.stat(path.join(folder, name));
    if (kind.isDirectory()) found.push(...(await imagesBelow(folder, `${name}/`)));
    else if (kind.isFile() && isImageName(name)) found.push({ name, size: kind.size });
  }
  return found;
}
