import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { EncodedImages } from './encoded-images.ts';
import type { FileStamps } from '../lists/file-stamps.ts';
import { byName, isImageName, isSystemName } from './image-names.ts';
import { folderPlace } from './image-place.ts';
import { indexed } from '../lists/indexed.ts';
import { indexedImages } from './indexed-images.ts';
import { LeftOut } from './left-out.ts';
import { listedColumns, type ListedColumns } from '../lists/listed-columns.ts';
import { reportProgress } from '../files/report-progress.ts';
import { TextTable } from '../lists/text-table.ts';

/** An image file below a folder. */
interface FoundImage {
  readonly name: string;
  readonly size: number;
}

/** Files looked at at a time. */
const chunk = 256;

/** The listing of a folder, and what it leaves out. */
interface FolderListing extends ListedColumns {
  /** One text, empty where nothing was left out. */
  readonly leftOut: TextTable;
}

/**
 * Finds the images anywhere below `folder`, by name; links are followed, what is hidden or a system's is left out. The
 * listing of a folder of many is kept in `cacheDirectory`.
 *
 * @param folder an absolute path
 * @param warn hears what was left out
 * @throws AblateError DATA_INVALID where a link makes images stand twice, or a name is not UTF-8
 */
export async function folderImages(
  folder: string,
  cacheDirectory: string,
  warn?: (message: string) => void,
): Promise<EncodedImages> {
  const listing = await indexed<FolderListing>({ key: { folder }, title: folder, cacheDirectory }, async (seen) => {
    const found: FoundImage[] = [];
    const report = reportProgress((images) => `Looking for images below ${folder}: ${images}`);
    const walk: Walk = { folder, seen, leftOut: new LeftOut(), folders: new Map() };
    for await (const image of imagesBelow(walk, '')) report(found.push(image));
    found.sort((a, b) => byName(a.name, b.name));
    return {
      ...listedColumns(
        TextTable.of(found.map(({ name }) => name)),
        found.map(({ size }) => size),
      ),
      leftOut: TextTable.of([walk.leftOut.sentence(folder)]),
    };
  });
  const leftOut = listing.table.leftOut.at(0);
  if (leftOut) warn?.(leftOut);
  return indexedImages(listing, folderPlace(folder));
}

interface Walk {
  readonly folder: string;
  readonly seen: FileStamps;
  readonly leftOut: LeftOut;
  /** Folders gone into, by device and inode → name. */
  readonly folders: Map<string, string>;
}

async function* imagesBelow(walk: Walk, prefix: string): AsyncGenerator<FoundImage> {
  const { folder, seen, leftOut } = walk;
  const below = path.join(folder, prefix);
  seen.see(below);
  refuseTwice(walk, await fs.stat(below), below);
  const entries = await fs.readdir(below, { withFileTypes: true });
  const looked = entries.filter((entry) => {
    if (isSystemName(entry.name)) leftOut.because('hidden');
    else if (entry.isDirectory() || entry.isSymbolicLink() || isImageName(entry.name)) return true;
    else leftOut.file(entry.name);
    return false;
  });
  if (looked.length === 0) leftOut.because('empty');
  for (let begin = 0; begin < looked.length; begin += chunk) {
    const names = looked.slice(begin, begin + chunk).map((entry) => prefix + entry.name);
    const kinds = await Promise.all(names.map((name) => fs.stat(path.join(folder, name)).catch(() => undefined)));
    for (const [index, kind] of kinds.entries()) {
      const name = names[index]!;
      if (kind?.isDirectory()) yield* imagesBelow(walk, `${name}/`);
      else if (!kind && name.includes('\uFFFD'))
        throw new AblateError('DATA_INVALID', `${below} holds ${path.basename(name)}, whose name is not UTF-8 text.`, {
          remedy: 'Rename it.',
        });
      // What cannot be looked at is told, or left out as broken, when it is read.
      else if (isImageName(name) && (!kind || kind.isFile())) yield { name, size: kind?.size ?? 0 };
      else if (kind) leftOut.file(name);
      else leftOut.because('link');
    }
  }
}

/** Refuses a folder that was gone into by another name: its images would count twice, or without end. */
function refuseTwice({ folders }: Walk, { dev, ino }: Stats, below: string): void {
  const before = folders.get(`${dev} ${ino}`);
  if (before !== undefined) {
    throw new AblateError(
      'DATA_INVALID',
      `${below} and ${before} are one folder, by a link: its images would count twice.`,
      { remedy: 'Remove the link.' },
    );
  }
  folders.set(`${dev} ${ino}`, below);
}
