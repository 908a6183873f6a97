import type { EncodedImages } from './encoded-images.ts';
import { sharedFolders } from './image-names.ts';

/** Gives the same images under other names; of those that get one name, the first alone stays. */
export function renamedImages(images: EncodedImages, rename: (name: string) => string): EncodedImages {
  const rows = new Map<string, number>();
  for (let row = 0; row < images.length; row++) {
    const name = rename(images.name(row));
    if (!rows.has(name)) rows.set(name, row);
  }
  const names = [...rows.keys()];
  const own = [...rows.values()];
  return {
    length: own.length,
    name: (row) => names[row]!,
    location: (row) => images.location(own[row]!),
    mark: (row) => images.mark(own[row]!),
    read: (row) => images.read(own[row]!),
    close: async () => images.close?.(),
  };
}

/**
 * Gives the same images without the folders that hold all of them; each keeps one folder, and a folder in `kept` is
 * never left out.
 */
export function withoutSharedFolders(images: EncodedImages, kept: readonly string[] = []): EncodedImages {
  const names = Array.from({ length: images.length }, (_, row) => images.name(row));
  const shared = (names[0] ?? '').slice(0, sharedFolders(names)).split('/').slice(0, -1);
  const first = shared.findIndex((folder) => kept.includes(folder));
  const left = shared
    .slice(0, first < 0 ? undefined : first)
    .map((folder) => `${folder}/`)
    .join('').length;
  return left === 0 ? images : renamedImages(images, (name) => name.slice(left));
}
