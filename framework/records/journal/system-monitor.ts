import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import type { RunListener } from '../../contracts/run-event.ts';
import { gpuUsage } from './gpu-usage.ts';

const megabyte = 1e6;
const intervalMilliseconds = 10_000;

/** How a monitor works. */
export interface MonitorOptions {
  /** Hears a `system` event a sample. */
  readonly emit: RunListener;
  /** Steps done so far. */
  readonly step: () => number;
  /** Folder on whose disk the room is told. */
  readonly directory: string;
  /** Time between two samples, in milliseconds. */
  readonly interval?: number;
}

/** Percent of all processors that this process used since. */
function share({ cpu, time }: { cpu: NodeJS.CpuUsage; time: number }): number {
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 10 / (performance.now() - time) / availableParallelism();
}

/**
 * Measures this process's share of the processors, the memory, the disk's room and, where `nvidia-smi` works, the GPUs,
 * at once and every ten seconds, under the names that MLflow's own system metrics have. The first sample cannot tell a
 * share of the processors.
 *
 * @returns stops it
 */
export function startSystemMonitor({
  emit,
  step,
  directory,
  interval = intervalMilliseconds,
}: MonitorOptions): () => void {
  let before: { cpu: NodeJS.CpuUsage; time: number } | undefined;
  let hasGpu = true;
  let busy = false;
  let stopped = false;
  const sample = async (): Promise<void> => {
    const metrics: Record<string, number> = {
      ...(before && { cpu_utilization_percentage: share(before) }),
      process_memory_usage_megabytes: process.memoryUsage.rss() / megabyte,
      system_memory_usage_megabytes: (totalmem() - freemem()) / megabyte,
      system_memory_usage_percentage: 100 * (1 - freemem() / totalmem()),
    };
    before = { cpu: process.cpuUsage(), time: performance.now() };
    const disk = await statfs(directory).catch(() => undefined);
    if (disk) metrics['disk_available_megabytes'] = (disk.bavail * disk.bsize) / megabyte;
    const gpus = hasGpu ? await gpuUsage() : undefined;
    hasGpu = gpus !== undefined;
    if (!stopped) emit({ type: 'system', step: step(), metrics: { ...metrics, ...gpus } });
  };
  const beat = (): void => {
    if (busy) return;
    busy = true;
    // A journal that cannot be written is met again by the next event of the run itself, which stops it.
    void sample()
      .catch(() => undefined)
      .finally(() => (busy = false));
  };
  beat();
  const timer = setInterval(beat, interval).unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
