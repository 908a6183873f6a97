import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../framework/base/system/cache-directory.ts';

/**
 * Python of a virtual environment in the user's cache that has these packages; makes it on first use.
 *
 * @param name folder of the environment; @param modules what must import; @param packages pip requirements that bring
 * them
 */
export function pythonEnvironment(name: string, modules: readonly string[], packages: readonly string[]): string {
  const folder = join(cacheDirectory(), 'bench', name);
  const python = join(folder, 'bin', 'python');
  const ready = (): boolean =>
    existsSync(python) &&
    spawnSync(python, ['-c', modules.map((module) => `import ${module}`).join('\n')]).status === 0;
  if (ready()) return python;
  process.stderr.write(`Installing ${packages.join(', ')} for the bench…\n`);
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return python;
}
