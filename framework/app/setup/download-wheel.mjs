import fs from 'node:fs';
import path from 'node:path';
import { requireChecksum } from './checksum.mjs';
import { progress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/** No byte for this long means that the package index cannot be reached. */
const STALL_MS = 45_000;

/**
 * Downloads one pinned wheel with pip, which knows the user's mirror, proxy and certificates, and checks it.
 *
 * @param {string} python the command that runs pip
 * @param {import('./wheels.mjs').Wheel} wheel
 * @param {string} folder where the wheel goes
 * @returns {Promise<string>} the wheel's path
 * @throws {Error} where the wheel cannot be had, stalls, or is not the pinned one
 */
export async function downloadWheel(python, wheel, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const [pythonVersion, abi, platform] = wheel.tags;
  const bar = progress(`Downloading ${wheel.name} ${wheel.version}`, wheel.bytes);
  let bytes = 0;
  let grew = Date.now();
  const result = await runCommand(
    python,
    [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--no-cache-dir',
      '--progress-bar=off',
      '--timeout=15',
      '--retries=1',
      '--disable-pip-version-check',
      `--python-version=${pythonVersion}`,
      '--implementation=cp',
      `--abi=${abi}`,
      `--platform=${platform}`,
      `--dest=${folder}`,
      `${wheel.name}==${wheel.version}`,
    ],
    {
      // pip writes the wheel below its temporary folder and moves it when it is whole: watching that gives the
      // progress.
      env: { ...process.env, TMPDIR: folder },
      onTick: () => {
        const now = sizeOf(folder);
        if (now > bytes) grew = Date.now();
        bytes = now;
        bar.update(bytes);
        return Date.now() - grew < STALL_MS;
      },
    },
  );
  bar.end();
  const file = fs.readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (result.stopped) throw new Error(`the download of ${wheel.name} stood still for ${STALL_MS / 1000} s`);
  if (result.code !== 0 || !file)
    throw new Error(`pip could not download ${wheel.name} ${wheel.version}: ${lastError(result.output)}`);
  await requireChecksum(path.join(folder, file), wheel.sha256);
  return path.join(folder, file);
}

function sizeOf(folder) {
  try {
    return fs
      .readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.whl'))
      .reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}

function lastError(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'no output';
}
