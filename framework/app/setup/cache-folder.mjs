import os from 'node:os';
import path from 'node:path';

/**
 * The user's cache folder: `ABLATE_CACHE`, else `$XDG_CACHE_HOME/ablate`, else `~/.cache/ablate`.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} an absolute path, which need not exist yet
 */
export function cacheFolder(env = process.env) {
  if (env.ABLATE_CACHE) return path.resolve(env.ABLATE_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'ablate');
}
