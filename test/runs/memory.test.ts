import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../framework/bin/ablate.mjs', import.meta.url));
const spec = fileURLToPath(new URL('./memory.yaml', import.meta.url));
const MiB = 2 ** 20;

/** Peak resident memory of a run in MiB: Linux keeps the mark until the process has ended, so it is read as the process goes. */
async function peakOf(settings: readonly string[], out: string): Promise<number> {
  const child = spawn(process.execPath, [command, 'run', spec, '--out', out, '--fresh', ...settings.flatMap((setting) => ['--set', setting])], { stdio: 'ignore' });
  let peak = 0;
  const watch = setInterval(() => {
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }, 50);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(watch);
  expect(code).toBe(0);
  return peak;
}

const validate = (settings: readonly string[], more: readonly string[] = []) =>
  spawnSync(process.execPath, [command, 'validate', spec, '--memory', '--json', ...more, ...settings.flatMap((setting) => ['--set', setting])], { encoding: 'utf8' });

describe.runIf(process.platform === 'linux')('the estimate of memory', () => {
  let out: string;
  beforeAll(() => void (out = mkdtempSync(path.join(tmpdir(), 'ablate-memory-'))));
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  // The first is the program's own memory for the most part, the second activations, the third class weights and their slots.
  it.each([
    ['a small batch', ['train.batch=32']],
    ['a large batch', ['backbone.conv-4.channels=64', 'train.batch=192']],
    ['a large batch in parts', ['backbone.conv-4.channels=64', 'train.batch=192', 'train.accumulate=4']],
    ['many weights', ['backbone={mlp: {hidden: [8192, 4096], embedding: 64}}', 'optimizer={adam: {}}']],
  ])('is within 20 %% of the measured peak: %s', async (_, settings) => {
    const { stdout, status } = validate(settings);
    const { peak } = JSON.parse(stdout).specs[0].memory[0].estimate as { peak: number };
    const measured = await peakOf(settings, out);
    expect(status).toBe(0);
    expect(peak / MiB / measured).toBeGreaterThan(0.8);
    expect(peak / MiB / measured).toBeLessThan(1.2);
  });

  it('ends with 2 and says what would fit, where it does not; and that fits', () => {
    const large = ['backbone.conv-4.channels=64', 'train.batch=448'];
    const { peak } = JSON.parse(validate(large).stdout).specs[0].memory[0].estimate as { peak: number };
    // A little less than it takes: half the activations are more than that.
    const limit = ['--memory-limit', ((0.96 * peak) / 2 ** 30).toFixed(3)];
    const { stdout, status } = validate(large, limit);
    expect(status).toBe(2);
    const [{ fits, advice }] = JSON.parse(stdout).specs[0].memory as [{ fits: boolean; advice: string[] }];
    expect(fits).toBe(false);
    const parts = /^train\.accumulate: (\d+) /.exec(advice[0]!)![1]!;
    expect(JSON.parse(validate([...large, `train.accumulate=${parts}`], limit).stdout).specs[0].memory[0].fits).toBe(true);
  });
});
