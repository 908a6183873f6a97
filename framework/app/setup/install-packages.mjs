import fs from 'node:fs';
import path from 'node:path';
import { runNpm } from './run-npm.mjs';

/**
 * True where every package that `package-lock.json` asks for is in `node_modules` in that version. Contents are
 * compared, not times: a fresh checkout may carry any time.
 *
 * @param {string} root the folder of `package.json`
 */
export function packagesInstalled(root) {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const present = readPackages(path.join(root, 'node_modules', '.package-lock.json'));
  if (!wanted) return fs.existsSync(path.join(root, 'node_modules'));
  if (!present) return false;
  return Object.entries(wanted).every(([place, { version, optional, devOptional, peer }]) => {
    if (place === '' || optional || devOptional || peer) return true;
    return present[place]?.version === version;
  });
}

/**
 * Installs the packages of `package-lock.json` without running their scripts; npm's own progress goes to standard
 * error.
 *
 * @param {string} root the folder of `package.json`
 * @returns {Promise<void>}
 * @throws {Error} with npm's exit code and the command to type
 */
export async function installPackages(root) {
  // `npm ci` empties node_modules first, which a tree that is merely out of date, and may be in use, need not suffer.
  const command = fs.existsSync(path.join(root, 'node_modules', '.package-lock.json'))
    ? ['install', '--no-save']
    : ['ci'];
  // Started by `npm start`, npm's own settings are in the environment (--omit, --global, --dry-run); options win over
  // those.
  const args = [
    ...command,
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--global=false',
    '--dry-run=false',
    '--loglevel=error',
  ];
  process.stderr.write(`Installing packages (npm ${command.join(' ')}) …\n`);
  const { status, output } = await runNpm(args, root, ['ignore', 2, 2]);
  if (status !== 0) {
    throw new Error(
      `npm ended with ${output || `exit code ${status}`}; to see why, type: npm ${command[0]} --ignore-scripts`,
    );
  }
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
