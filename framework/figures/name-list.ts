/** More names than these make a sentence that nobody reads. */
const most = 6;

/** Writes names in a sentence: the first, and how many more. */
export function nameList(names: readonly string[]): string {
  return names.length <= most ? names.join('; ') : `${names.slice(0, most).join('; ')} and ${names.length - most} more`;
}
