import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../contracts/run-event.ts';
import { parseGpuUsage } from './gpu-usage.ts';
import { startSystemMonitor } from './system-monitor.ts';

it('tells what the machine does, until it is stopped', async () => {
  const events: RunEvent[] = [];
  const stop = startSystemMonitor({
    emit: (event) => void events.push(event),
    step: () => 7,
    directory: tmpdir(),
    interval: 20,
  });
  await expect.poll(() => events.length, { timeout: 10_000 }).toBeGreaterThan(1);
  stop();
  const count = events.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(events.length).toBe(count);
  expect(events[0]).not.toHaveProperty('metrics.cpu_utilization_percentage');
  const { metrics } = events[1] as Extract<RunEvent, { type: 'system' }>;
  expect(events[1]).toMatchObject({ type: 'system', step: 7 });
  expect(metrics['cpu_utilization_percentage']).toBeGreaterThanOrEqual(0);
  expect(metrics['system_memory_usage_percentage']).toBeGreaterThan(1);
  expect(metrics['system_memory_usage_percentage']).toBeLessThan(100);
  expect(metrics['process_memory_usage_megabytes']).toBeGreaterThan(20);
  expect(metrics['disk_available_megabytes']).toBeGreaterThan(0);
});

it('reads what nvidia-smi prints, with what a GPU does not tell left out', () => {
  expect(parseGpuUsage('0, 50, 1000, 4000, 123.5\n1, 0, 0, 8000, [N/A]\n')).toEqual({
    gpu_0_utilization_percentage: 50,
    gpu_0_memory_usage_megabytes: 1000,
    gpu_0_memory_usage_percentage: 25,
    gpu_0_power_usage_watts: 123.5,
    gpu_1_utilization_percentage: 0,
    gpu_1_memory_usage_megabytes: 0,
    gpu_1_memory_usage_percentage: 0,
  });
});
