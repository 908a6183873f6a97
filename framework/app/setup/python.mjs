import { runCommand } from './run-command.mjs';

/**
 * The Python 3 that can run pip.
 *
 * @returns {Promise<string>} the command
 * @throws {Error} saying what is missing
 */
export async function pythonWithPip() {
  let found = false;
  for (const command of ['python3', 'python']) {
    const version = await runCommand(command, ['-c', 'import sys; sys.exit(sys.version_info < (3, 7))']);
    if (version.code !== 0) continue;
    found = true;
    if ((await runCommand(command, ['-m', 'pip', '--version'])).code === 0) return command;
  }
  throw new Error(
    found ? 'python3 has no pip (install python3-pip)' : 'python3 was not found (install python3 and python3-pip)',
  );
}
