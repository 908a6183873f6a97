import { AblateError } from '../../base/errors/ablate-error.ts';
import { locateFile, locateFolder, warnAboutData, type DataFile, type DataPlace } from '../files/data-file.ts';
import type { EncodedImages } from './encoded-images.ts';
import { folderImages } from './folder-images.ts';
import { imageEndings } from './image-names.ts';
import { zipImages } from './zip-images.ts';

/**
 * Opens the images of a folder or a zip file, by name.
 *
 * @throws AblateError DATA_NOT_FOUND where it is missing or holds no image, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function openImages(source: DataFile, place: DataPlace): Promise<EncodedImages> {
  const images = await open(source, place);
  if (images.length > 0) return images;
  await images.close?.();
  throw new AblateError('DATA_NOT_FOUND', `${typeof source === 'string' ? source : source.url} holds no image.`, {
    given: source,
    remedy: `Images are files that end in ${imageEndings.join(', ')}.`,
  });
}

async function open(source: DataFile, place: DataPlace): Promise<EncodedImages> {
  const warn = (message: string): void => warnAboutData(place, message);
  if (typeof source === 'string' && !/\.zip$/i.test(source))
    return folderImages(await locateFolder(source, place), place.cacheDirectory, warn);
  return zipImages(await locateFile(source, place), warn);
}
