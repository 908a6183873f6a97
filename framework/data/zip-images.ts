import type { EncodedImages } from './encoded-images.ts';
import { byName, isImageName, sharedFolders } from './image-names.ts';
import { openZip } from './zip-archive.ts';

/** The images of a zip file, by name; folders that hold all of them are left out of the names. */
export async function zipImages(file: string): Promise<EncodedImages> {
  const zip = await openZip(file);
  const entries = zip.names.filter(isImageName).sort(byName);
  const shared = sharedFolders(entries);
  return {
    length: entries.length,
    name: (row) => entries[row]!.slice(shared),
    location: (row) => `${file}, ${entries[row]!}`,
    mark: (row) => zip.checksum(entries[row]!).toString(16),
    read: (row) => zip.read(entries[row]!),
    close: async () => zip.close(),
  };
}
