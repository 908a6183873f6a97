import path from 'node:path';

/**
 * A file as people are shown it: relative to the working folder where it lies in it. What is no absolute path stays as
 * it is.
 */
export function shownFile(file: string): string {
  if (!path.isAbsolute(file)) return file;
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/') || '.';
}
