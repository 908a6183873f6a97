import type { EncodedImages } from './encoded-images.ts';

/** Joins several sets of images to one, in the order given. Closing it closes them. */
export function severalImages(sets: readonly EncodedImages[]): EncodedImages {
  const starts = sets.map((_, index) => sets.slice(0, index).reduce((sum, set) => sum + set.length, 0));
  const at = <T>(row: number, ask: (set: EncodedImages, own: number) => T): T => {
    const index = starts.findLastIndex((start) => start <= row);
    return ask(sets[index]!, row - starts[index]!);
  };
  return {
    length: sets.reduce((sum, set) => sum + set.length, 0),
    name: (row) => at(row, (set, own) => set.name(own)),
    location: (row) => at(row, (set, own) => set.location(own)),
    mark: (row) => at(row, (set, own) => set.mark(own)),
    read: (row) => at(row, (set, own) => set.read(own)),
    close: async () => void (await Promise.all(sets.map((set) => set.close?.()))),
  };
}
