import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Device } from '../../contracts/device.ts';

/** What computed a run. */
export interface DeviceFacts extends Device {
  /** Models of the machine's NVIDIA GPUs where the device is one, in `nvidia-smi`'s order. */
  readonly gpus: readonly string[];
  /** Version of the NVIDIA driver where the device is a GPU and tells. */
  readonly driver: string | null;
}

/** Describes the device with its GPUs and their driver, by `nvidia-smi`. */
export async function deviceFacts(device: Device): Promise<DeviceFacts> {
  const text = device.gpu
    ? await promisify(execFile)('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'], {
        timeout: 10_000,
      }).then(
        ({ stdout }) => stdout,
        () => '',
      )
    : '';
  return { ...device, ...parseGpuFacts(text) };
}

/** Reads the table that `nvidia-smi` prints: a GPU a line, its model and its driver. */
export function parseGpuFacts(table: string): Pick<DeviceFacts, 'gpus' | 'driver'> {
  const rows = table
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  return { gpus: rows.map(([name]) => name!), driver: rows[0]?.[1] ?? null };
}
