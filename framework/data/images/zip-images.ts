import type { EncodedImages } from './encoded-images.ts';
import { byName, isImageName, isSystemName } from './image-names.ts';
import { LeftOut } from './left-out.ts';
import { openZip } from '../archives/zip-archive.ts';

/**
 * Opens the images of a zip file, by name.
 *
 * @param warn hears what was left out
 */
export async function zipImages(file: string, warn?: (message: string) => void): Promise<EncodedImages> {
  const zip = await openZip(file);
  const leftOut = new LeftOut();
  for (const name of zip.names) {
    if (isSystemName(name)) leftOut.because('hidden');
    else if (!isImageName(name)) leftOut.file(name);
  }
  const sentence = leftOut.sentence(file);
  if (sentence) warn?.(sentence);
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
