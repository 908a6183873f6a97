import { AblateError } from 'ablate-ml';

/** Quotes a text as one word of a shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Quotes a text as the value of an option in a line of `#SBATCH`, where `%` begins a pattern and double quotes hold
 * spaces; `pattern` follows as it is.
 *
 * @throws AblateError LAUNCH_REFUSED where a control character, such as a new line, would begin something else
 */
export const directive = (text: string, pattern = ''): string => {
  if (/\p{Cc}/u.test(text)) {
    const problem = `${JSON.stringify(text)} has a control character, which no job script can hold.`;
    throw new AblateError('LAUNCH_REFUSED', problem, { remedy: 'Work in a folder of another name.' });
  }
  const plain = `${text.replaceAll('%', '%%')}${pattern}`;
  return /\s/.test(plain) ? `"${plain.replaceAll('"', '\\"')}"` : plain;
};
