/** File endings of the images that are read, in lower case. */
export const imageEndings = [
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.pgm',
  '.ppm',
] as const;

/** Files and folders that systems and programs put beside images, in lower case: macOS, Synology, QNAP, Windows. */
const systemNames = new Set([
  '__macosx',
  '@eadir',
  '@__thumb',
  '#recycle',
  '$recycle.bin',
  'system volume information',
  'lost+found',
  'thumbs.db',
  'desktop.ini',
]);

/** Tells whether a name lies in a hidden folder or a system's, or is hidden or a system's itself. */
export function isSystemName(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.') || systemNames.has(part.toLowerCase()));
}

/** Tells whether a name is that of an image; what is hidden, and what systems put beside images, is not. */
export function isImageName(name: string): boolean {
  return imageEndings.some((ending) => name.toLowerCase().endsWith(ending)) && !isSystemName(name);
}

/**
 * Counts the leading characters that are folders shared by all `names`, leaving each name its file and one folder at
 * least.
 */
export function sharedFolders(names: readonly string[]): number {
  let shared = 0;
  for (;;) {
    const slash = names[0]?.indexOf('/', shared) ?? -1;
    if (slash < 0) return shared;
    const folder = names[0]!.slice(0, slash + 1);
    if (!names.every((name) => name.startsWith(folder) && name.includes('/', slash + 1))) return shared;
    shared = slash + 1;
  }
}

/** Compares names in an order of names that is the same on every machine. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
