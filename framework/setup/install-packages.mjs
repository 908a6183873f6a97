import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * True where every package that `package-lock.json` asks for is in `node_modules` in that version. Contents are compared, not
 * times: a fresh checkout may carry any time.
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
 * Installs the packages of `package-lock.json` without running their scripts; npm's own progress goes to standard error.
 *
 * @param {string} root the folder of `package.json`
 * @throws {Error} with npm's exit code and the command to type
 */
export function installPackages(root) {
  // `npm ci` empties node_modules first, which a tree that is merely out of date, and may be in use, need not suffer.
  const command = fs.existsSync(path.join(root, 'node_modules', '.package-lock.json')) ? ['install', '--no-save'] : ['ci'];
  // Started by `npm start`, npm's own settings are in the environment (--omit, --global, --dry-run); options win over those.
  const args = [...command, '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--global=false', '--dry-run=false', '--loglevel=error'];
  process.stderr.write(`Installing packages (npm ${command.join(' ')}) …\n`);
  const [file, prefix] = npmCommand();
  const result = spawnSync(file, [...prefix, ...args], { cwd: root, stdio: ['ignore', 2, 2], shell: prefix.length === 0 && process.platform === 'win32' });
  if (result.status !== 0) {
    throw new Error(`npm ended with ${result.error?.message ?? `exit code ${result.status}`}; to see why, type: npm ${command[0]} --ignore-scripts`);
  }
}

function npmCommand() {
  const npm = process.env.npm_execpath;
  return npm && /npm-cli\.[cm]?js$/.test(npm) && fs.existsSync(npm) ? [process.execPath, [npm]] : ['npm', []];
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
