import { z } from 'zod';
import { AblateError } from '../errors/ablate-error.ts';

/** Option of a data set that lists images which may not all be there. */
export const missingOption = z.enum(['fatal', 'skip']).default('fatal').describe('what listed images that are not there do: stop, or are named and left out');

/** Missing images that a message names before it counts the rest. */
const named = 10;

/**
 * Says which of the images that a list names are not there.
 *
 * @param missing names; @param list the file that names them; @param total images that it names in all
 * @throws AblateError DATA_NOT_FOUND with their number and names where `policy` is `fatal` and there are any
 */
export function reportMissing(missing: readonly string[], list: string, total: number, policy: z.output<typeof missingOption>): void {
  if (missing.length === 0) return;
  const names = [...missing.slice(0, named), ...(missing.length > named ? [`and ${missing.length - named} more`] : [])].join('\n  ');
  const message = `${missing.length} of the ${total} images that ${list} lists are not there:\n  ${names}`;
  if (policy === 'fatal') throw new AblateError('DATA_NOT_FOUND', `${message}.`, { remedy: 'Complete the images, or leave out what needs the missing ones with `missing: skip`.' });
  process.stderr.write(`${message}\n`);
}
