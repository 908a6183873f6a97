import { sep } from 'node:path';

/** Shortens folders' paths to as much of their end as tells each from the others. */
export function folderNames(folders: readonly string[]): Map<string, string> {
  const ending = (path: string, count: number): string => path.split(sep).slice(-count).join('/');
  return new Map(
    folders.map((folder) => {
      let count = 1;
      while (folders.some((other) => other !== folder && ending(other, count) === ending(folder, count))) count++;
      return [folder, ending(folder, count)];
    }),
  );
}
