import type { EncodedImages } from './encoded-images.ts';
import { byName, isImageName } from './image-names.ts';
import { openZip } from './zip-archive.ts';

/** The images of a zip file, by name. */
export async function zipImages(file: string): Promise<EncodedImages> {
  const zip = await openZip(file);
  const entries = zip.names.filter(isImageName).sort(byName);
  return {
    length: entries.length,
    name: (row) => entries[row]!,
    location: (row) => `${file}, ${entries[row]!}`,
    mark: (row) => zip.checksum(entries[row]!).toString(16),
    read: (row) => zip.read(entries[row]!),
    close: async () => zip.close(),
  };
}
