import { realpathSync } from 'node:fs';
import path from 'node:path';
import { AblateError } from '../base/errors/ablate-error.ts';
import { shownFile } from '../base/errors/shown-file.ts';
import { belongsToUser } from './belongs-to-user.ts';
import { ownerOf, packageFolder, packageOf } from './package-folder.ts';
import { isPath, pluginFile, type PluginFile } from './plugin-file.ts';
import type { Project } from './project.ts';

/** Whose code may run. */
export interface Trust {
  /** Everything that a spec names: `--trust`. */
  readonly everything: boolean;
  /** The project that someone works in; undefined where that is none. */
  readonly project: Project | undefined;
}

/**
 * Refuses the code of a plugin that nobody here has agreed to run. What comes with Ablate is trusted; so are the
 * packages that the project's own
 * `package.json` depends on or lists, as they lie in that project, and the files that it lists. A copy beside somebody
 * else's spec is none of these.
 *
 * @param named as the spec names it
 * @throws AblateError PLUGIN_UNTRUSTED
 */
export function requireTrust(named: string, found: PluginFile, { everything, project }: Trust): void {
  if (everything || found.origin === 'built-in' || (project && isListed(named, found, project))) return;
  const line = found.origin === 'package' ? ownerOf(named) : lineFor(found.file, project);
  const file = project ? shownFile(project.file) : 'a package.json of your own in the folder that you work in';
  const other = found.origin === 'package' && project ? elsewhere(named, found, project) : undefined;
  const what = found.origin === 'package' ? `the package "${named}"` : shownFile(found.file);
  const isForeign = found.origin === 'package' && !isOwnPackage(found.file);
  const why = isForeign
    ? `${shownFile(path.dirname(found.file))} belongs to another user`
    : other
      ? `it lies in ${shownFile(path.dirname(found.file))}, and this project's own copy in ${shownFile(other)}`
      : 'this project does not list it';
  throw new AblateError('PLUGIN_UNTRUSTED', `${what} is somebody's code, and none of it was run: ${why}`, {
    remedy: other
      ? 'If you trust that code, add --trust, or take the spec into this project.'
      : `If you trust that code, add "ablate": {"plugins": [${JSON.stringify(line)}]} to ${file}, or --trust for this once.`,
  });
}

function isListed(named: string, found: PluginFile, project: Project): boolean {
  const file = realpathSync(found.file);
  const paths = project.plugins.filter(isPath);
  if (paths.some((entry) => sameFile(() => pluginFile(undefined, entry, project.directory).file, file))) return true;
  if (found.origin !== 'package') return false;
  const owner = ownerOf(named);
  const listed = [...project.dependencies, ...project.plugins.filter((entry) => !isPath(entry)).map(ownerOf)].includes(
    owner,
  );
  return listed && isOwnPackage(file) && sameFile(() => pluginFile(undefined, named, project.directory).file, file);
}

/**
 * Whether a package belongs to the user: what a project lacks is looked for above it too, where others may have left
 * one.
 */
function isOwnPackage(file: string): boolean {
  const { directory } = packageOf(file) ?? {};
  return directory === undefined || belongsToUser(directory);
}

/** Whether `find` leads to the file; one that leads nowhere does not. */
function sameFile(find: () => string, file: string): boolean {
  try {
    return realpathSync(find()) === file;
  } catch (error) {
    if (error instanceof AblateError || (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Where the project has a package of this name itself, other than the one that was found. */
function elsewhere(named: string, found: PluginFile, project: Project): string | undefined {
  const own = packageFolder(named, project.directory);
  return own && !realpathSync(found.file).startsWith(realpathSync(own) + path.sep) ? own : undefined;
}

/** A file as the project's list would name it. */
function lineFor(file: string, project: Project | undefined): string {
  const relative = path
    .relative(project?.directory ?? process.cwd(), file)
    .split(path.sep)
    .join('/');
  return relative.startsWith('../') || path.isAbsolute(relative) ? relative : `./${relative}`;
}
