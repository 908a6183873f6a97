import path from 'node:path';

/**
 * Shortens a file's path to what people are shown: relative to the working folder where it lies in it. What is no
 * absolute path stays as it is.
 */
export function shownFile(file: string): string {
  if (!path.isAbsolute(file)) return file;
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/') || '.';
}
