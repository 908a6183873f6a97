import { realpathSync } from 'node:fs';
import path from 'node:path';
import { belongsToUser } from './belongs-to-user.ts';

/**
 * Tells whether a file is one of the project that somebody works in, rather than of one that was unpacked or cloned
 * somewhere, be it below: it is the user's, and the nearest folder above it with a `package.json` or a repository is
 * also the nearest one above `folder`. Where there is none above `folder`, what lies in that folder is the project.
 *
 * @param file absolute; what is no path (`--set`, the name of a variable) was said by the user
 */
export function isOfProject(file: string, folder: string): boolean {
  if (!path.isAbsolute(file)) return true;
  if (!belongsToUser(file)) return false;
  const [directory, working] = [path.dirname(realpathSync(file)), realpathSync(folder)];
  const project = projectFolder(working);
  if (projectFolder(directory) !== project) return false;
  return project !== undefined || directory === working || directory.startsWith(working + path.sep);
}

/** The nearest folder from `directory` upwards that is a project of the user's. */
function projectFolder(directory: string): string | undefined {
  if (['package.json', '.git'].some((name) => belongsToUser(path.join(directory, name)))) return directory;
  const parent = path.dirname(directory);
  return parent === directory ? undefined : projectFolder(parent);
}
