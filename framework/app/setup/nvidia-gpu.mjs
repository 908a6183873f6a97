import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * Whether an NVIDIA GPU and its driver are on this machine. `ABLATE_SETUP_GPU=1` or `=0` answers instead, so that the
 * GPU build can be staged on a machine that has none, or left out where there is one.
 */
export function hasNvidiaGpu(env = process.env) {
  if (env.ABLATE_SETUP_GPU) return env.ABLATE_SETUP_GPU !== '0';
  if (process.platform !== 'linux') return false;
  if (
    ['/dev/nvidia0', '/proc/driver/nvidia/version', '/usr/lib/wsl/lib/nvidia-smi'].some((file) => fs.existsSync(file))
  )
    return true;
  return (env.PATH ?? '').split(':').some((folder) => folder && fs.existsSync(`${folder}/nvidia-smi`)) && listsGpus();
}

/**
 * The highest compute capability of the GPUs here, as nvidia-smi prints it (9 is Hopper); undefined where it does not
 * answer.
 *
 * @returns {number | undefined}
 */
export function computeCapability() {
  const answer = spawnSync('nvidia-smi', ['--query-gpu=compute_cap', '--format=csv,noheader'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const values = (answer.stdout ?? '').split('\n').map(Number.parseFloat).filter(Number.isFinite);
  return values.length > 0 ? Math.max(...values) : undefined;
}

const listsGpus = () =>
  /GPU \d/.test(spawnSync('nvidia-smi', ['-L'], { encoding: 'utf8', timeout: 20_000 }).stdout ?? '');
