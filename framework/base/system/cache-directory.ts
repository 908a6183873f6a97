import os from 'node:os';
import path from 'node:path';

/**
 * Finds the user's cache folder: `ABLATE_CACHE`, else `$XDG_CACHE_HOME/ablate`, else `~/.cache/ablate`. An absolute
 * path, which need not exist yet. (`framework/app/setup/cache-folder.mjs` is the same rule for set-up, which runs
 * before TypeScript can.)
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ABLATE_CACHE) return path.resolve(env.ABLATE_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'ablate');
}
