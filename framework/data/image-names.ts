/** File endings of the images that are read, in lower case. */
export const imageEndings = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif', '.pgm', '.ppm'] as const;

/** Whether a name is that of an image; what macOS and others put beside images in archives is not. */
export function isImageName(name: string): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const hidden = last.startsWith('.') || name.startsWith('__MACOSX/') || name.includes('/__MACOSX/');
  return !hidden && imageEndings.some((ending) => last.toLowerCase().endsWith(ending));
}

/** Number of leading characters that are folders shared by all `names`, leaving each name its file and one folder at least. */
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

/** Order of names that is the same on every machine. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
