/** A text as one word of a shell. */
export const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A text as the value of an option in a line of `#SBATCH`, where `%` begins a pattern and double quotes hold spaces; `pattern` follows as it is. */
export const directive = (text: string, pattern = ''): string => {
  const plain = `${text.replaceAll('%', '%%')}${pattern}`;
  return /\s/.test(plain) ? `"${plain.replaceAll('"', '\\"')}"` : plain;
};
