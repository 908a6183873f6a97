import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const query = [
  '--query-gpu=index,utilization.gpu,memory.used,memory.total,power.draw',
  '--format=csv,noheader,nounits',
];

/**
 * Asks what `nvidia-smi` says of each GPU now, under MLflow's names: `gpu_0_utilization_percentage`,
 * `gpu_0_memory_usage_megabytes`, `gpu_0_memory_usage_percentage`, `gpu_0_power_usage_watts`.
 *
 * @returns undefined where there is no such command or it fails
 */
export async function gpuUsage(): Promise<Record<string, number> | undefined> {
  const text = await promisify(execFile)('nvidia-smi', query, { timeout: 5000 }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
  return text === undefined ? undefined : parseGpuUsage(text);
}

/** Reads the table that `nvidia-smi` prints; a number that a GPU does not tell (`[N/A]`) is left out. */
export function parseGpuUsage(table: string): Record<string, number> {
  const rows = table
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const named = rows.flatMap(
    ([index, utilization, used, total, power]) =>
      [
        [`gpu_${index}_utilization_percentage`, utilization],
        [`gpu_${index}_memory_usage_megabytes`, used],
        [`gpu_${index}_memory_usage_percentage`, (100 * used!) / total!],
        [`gpu_${index}_power_usage_watts`, power],
      ] as const,
  );
  return Object.fromEntries(
    named.flatMap(([name, value]) => (value !== undefined && Number.isFinite(value) ? [[name, value]] : [])),
  );
}
