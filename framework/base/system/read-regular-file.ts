import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Says why a file is not read, in the words that follow its name. */
export class UnreadableFile extends Error {
  /** The system's, or `ENODEV` of what is neither file nor folder, `EFBIG` of a file that is too large. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'the file may not be read',
};

/**
 * Reads a file that a user or a stranger names, whole: a regular one alone, since a device or pipe may never end, and
 * not even open.
 *
 * @param maxBytes a larger file is not read
 * @throws UnreadableFile
 */
export async function readRegularFile(file: string, maxBytes = Infinity): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    ({ code = '' }: NodeJS.ErrnoException) => {
      throw new UnreadableFile(reasons[code] ?? `the file cannot be read (${code})`, code);
    },
  );
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw new UnreadableFile(reasons['EISDIR']!, 'EISDIR');
    if (!found.isFile()) throw new UnreadableFile('this is a device or pipe', 'ENODEV');
    if (found.size > maxBytes)
      throw new UnreadableFile(`the file has ${found.size.toLocaleString('en')} bytes`, 'EFBIG');
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
