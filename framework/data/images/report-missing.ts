import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { warnAboutData, type DataPlace } from '../files/data-file.ts';
import type { ImagePlace } from './image-place.ts';

/** Option of a data set that lists images which may not all be there. */
export const missingOption = z
  .enum(['fatal', 'skip'])
  .default('fatal')
  .describe('what listed images that are not there do: stop, or are named and left out');

/** Missing images that a message names before it counts the rest. */
const named = 10;

/** Where images were looked for, and what to do about those that are not there. */
export interface MissingImages {
  /** The file that names them. */
  readonly list: string;
  /** Images that it names in all. */
  readonly total: number;
  readonly policy: z.output<typeof missingOption>;
  /** Where they were looked for, so that the message can name what is there. */
  readonly place?: Pick<ImagePlace, 'path' | 'nearest'>;
  /** Who has the images, where a publisher has. */
  readonly publisher?: string;
  /** Hears what is left out. */
  readonly warn?: DataPlace['warn'];
}

/**
 * Says which of the images that a list names are not there.
 *
 * @param missing names
 * @throws AblateError DATA_NOT_FOUND with their number and names where `policy` is `fatal` and there are any
 */
export async function reportMissing(
  missing: readonly string[],
  { list, total, policy, place, warn, publisher }: MissingImages,
): Promise<void> {
  if (missing.length === 0) return;
  const names = [
    ...missing.slice(0, named),
    ...(missing.length > named ? [`and ${missing.length - named} more`] : []),
  ].join('\n  ');
  const message = `${missing.length} of the ${total} images that ${list} lists are not there:\n  ${names}`;
  if (policy === 'skip') {
    warnAboutData({ warn }, message);
    return;
  }
  const near = await place?.nearest(missing[0]!);
  const looked = place
    ? `Looked in ${place.path}${near === undefined ? '' : `, where the name most like ${missing[0]} is ${near}`}. `
    : '';
  throw new AblateError('DATA_NOT_FOUND', `${message}.`, {
    remedy: `${looked}Complete the images${publisher === undefined ? '' : ` from ${publisher}`}, or leave out what needs the missing ones with \`missing: skip\`.`,
  });
}
