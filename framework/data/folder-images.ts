import fs from 'node:fs/promises';
import path from 'node:path';
import type { EncodedImages } from './encoded-images.ts';
import type { FileStamps } from './file-stamps.ts';
import { byName, isImageName } from './image-names.ts';
import { folderPlace } from './image-place.ts';
import { indexed } from './indexed.ts';
import { indexedImages } from './indexed-images.ts';
import { listedColumns } from './listed-columns.ts';
import { reportProgress } from './report-progress.ts';
import { TextTable } from './text-table.ts';

/** An image file below a folder. */
interface FoundImage {
  readonly name: string;
  readonly size: number;
}

/** Files looked at at a time. */
const chunk = 256;

/**
 * The images anywhere below `folder`, by name; links are followed. The listing of a folder of many is kept in `cacheDirectory`.
 *
 * @param folder an absolute path
 */
export async function folderImages(folder: string, cacheDirectory: string): Promise<EncodedImages> {
  const listing = await indexed({ key: { folder }, title: folder, cacheDirectory }, async (seen) => {
    const found: FoundImage[] = [];
    const report = reportProgress((images) => `Looking for images below ${folder}: ${images}`);
    for await (const image of imagesBelow(folder, '', seen)) report(found.push(image));
    found.sort((a, b) => byName(a.name, b.name));
    return listedColumns(TextTable.of(found.map(({ name }) => name)), found.map(({ size }) => size));
  });
  return indexedImages(listing, folderPlace(folder));
}

async function* imagesBelow(folder: string, prefix: string, seen: FileStamps): AsyncGenerator<FoundImage> {
  const below = path.join(folder, prefix);
  seen.see(below);
  const entries = (await fs.readdir(below, { withFileTypes: true })).filter((entry) => entry.isDirectory() || entry.isSymbolicLink() || isImageName(prefix + entry.name));
  for (let begin = 0; begin < entries.length; begin += chunk) {
    const names = entries.slice(begin, begin + chunk).map((entry) => prefix + entry.name);
    const kinds = await Promise.all(names.map((name) => fs.stat(path.join(folder, name))));
    for (const [index, kind] of kinds.entries()) {
      const name = names[index]!;
      if (kind.isDirectory()) yield* imagesBelow(folder, `${name}/`, seen);
      else if (kind.isFile() && isImageName(name)) yield { name, size: kind.size };
    }
  }
}
