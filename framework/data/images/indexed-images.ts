import { rmSync } from 'node:fs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { EncodedImages } from './encoded-images.ts';
import type { ImagePlace } from './image-place.ts';
import type { Indexed } from '../lists/indexed.ts';
import type { ListedColumns } from '../lists/listed-columns.ts';

/**
 * Gives the images of a listing that may be older than they are: one that has another size than it had then is refused
 * when it is read, and the listing made anew the next time.
 */
export function indexedImages({ table, file }: Indexed<ListedColumns>, place: ImagePlace): EncodedImages {
  const { names, marks, identity } = table;
  return {
    length: names.length,
    identity: file === undefined ? undefined : identity.at(0),
    name: (row) => names.at(row),
    location: (row) => place.location(names.at(row)),
    mark: (row) => place.mark(marks[row]!),
    async read(row) {
      const bytes = await place.read(names.at(row));
      if (file === undefined || place.agrees(bytes, marks[row]!)) return bytes;
      rmSync(file, { force: true });
      throw new AblateError(
        'DATA_INVALID',
        `${place.location(names.at(row))} is not what it was when the images of the data set were listed.`,
        { remedy: 'Start again: they are listed anew.' },
      );
    },
    close: place.close,
  };
}
