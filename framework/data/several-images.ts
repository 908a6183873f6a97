import type { EncodedImages } from './encoded-images.ts';

/** Several sets of images as one, in the order given. Of images with the same name only the first counts. */
export function severalImages(sets: readonly EncodedImages[]): EncodedImages {
  const seen = new Set<string>();
  const rows: (readonly [set: EncodedImages, row: number])[] = [];
  for (const set of sets) {
    for (let row = 0; row < set.length; row++) {
      const name = set.name(row);
      if (!seen.has(name)) rows.push([set, row]);
      seen.add(name);
    }
  }
  const at = <T>(row: number, ask: (set: EncodedImages, row: number) => T): T => ask(...rows[row]!);
  return {
    length: rows.length,
    name: (row) => at(row, (set, own) => set.name(own)),
    location: (row) => at(row, (set, own) => set.location(own)),
    mark: (row) => at(row, (set, own) => set.mark(own)),
    read: (row) => at(row, (set, own) => set.read(own)),
    close: async () => void (await Promise.all(sets.map((set) => set.close?.()))),
  };
}
