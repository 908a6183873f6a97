import fs from 'node:fs';
import path from 'node:path';
import { checkBinding } from './check-binding.mjs';
import { computeCapability } from './nvidia-gpu.mjs';
import { progress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

const HOST = 'https://storage.googleapis.com/';
const STALL_MS = 60_000;

/**
 * Runs the npm package's own install script: an older library (2.9.1 and before), downloaded from its makers' storage.
 *
 * @param {string} root the folder that holds `node_modules`
 * @param {{name: string, folder: string}} npmPackage
 * @throws {Error} saying in one line why it does not serve
 */
export async function ownDownload(root, npmPackage) {
  const gpu = npmPackage.name.endsWith('-gpu');
  if (gpu && (computeCapability() ?? 9) >= 9) throw new Error('its own build (CUDA 11.2) is too old for this GPU');
  await requireReachable();
  const bin = path.join(root, 'node_modules', '.bin');
  const bar = progress(`Downloading the library of ${npmPackage.name}`, 0);
  let bytes = -1;
  let grew = Date.now();
  const result = await runCommand(process.execPath, ['scripts/install.js', ...(gpu ? ['gpu', 'download'] : [])], {
    cwd: npmPackage.folder,
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
    onTick: () => {
      const now = folderSize(npmPackage.folder);
      if (now !== bytes) grew = Date.now();
      bytes = now;
      bar.update(0);
      return Date.now() - grew < STALL_MS;
    },
    tickMs: 1000,
  });
  bar.end();
  try {
    if (result.code !== 0) throw new Error(`its own install script failed: ${result.output.trim().split('\n').at(-1)}`);
    await checkBinding(npmPackage.folder);
  } catch (error) {
    for (const name of ['deps', 'lib']) fs.rmSync(path.join(npmPackage.folder, name), { recursive: true, force: true });
    throw error;
  }
}

async function requireReachable() {
  const { env } = process;
  // The script uses the proxy and Node's fetch does not: behind one, only the script itself can tell.
  if (env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy) return;
  try {
    await fetch(env.TFJS_NODE_CDN_STORAGE || HOST, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    throw new Error(`${HOST} does not answer (${error.cause?.code ?? error.name})`);
  }
}

function folderSize(folder) {
  return ['deps', 'lib', 'build'].reduce((sum, name) => {
    try {
      return (
        sum +
        fs
          .readdirSync(path.join(folder, name), { recursive: true })
          .reduce((inner, file) => inner + fs.statSync(path.join(folder, name, file)).size, 0)
      );
    } catch {
      return sum;
    }
  }, 0);
}
