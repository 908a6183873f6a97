import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { RunSpec } from '../../../framework/experiment/spec/spec.ts';
import { ablate } from '#test/ablate';

const command = fileURLToPath(new URL('../../../framework/app/bin/ablate.mjs', import.meta.url));
const spec = fileURLToPath(new URL('./memory.yaml', import.meta.url));
const MiB = 2 ** 20;

/**
 * Peak resident memory of a run in MiB, from the time that it writes down what it does: the device is in use by then. Linux
 * keeps the mark until the process has ended, so it is read as the process goes. Loading the native library passes
 * through hundreds of megabytes of its file, given back at once, of which the kernel maps more or less as it likes:
 * they are no part of a run, and the mark starts anew behind them.
 */
async function peakOf(settings: readonly string[], out: string): Promise<number> {
  rmSync(path.join(out, 'memory'), { recursive: true, force: true });
  const child = spawn(
    process.execPath,
    [command, 'run', spec, '--out', out, '--fresh', ...settings.flatMap((setting) => ['--set', setting])],
    { stdio: 'ignore' },
  );
  let [peak, begun] = [0, false];
  const watch = setInterval(() => {
    try {
      if (!begun) writeFileSync(`/proc/${child.pid}/clear_refs`, '5');
      begun ||= readdirSync(path.join(out, 'memory')).some((run) =>
        existsSync(path.join(out, 'memory', run, 'journal.jsonl')),
      );
      if (begun)
        peak =
          Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? peak * 1024) / 1024;
    } catch {
      // It has not begun, or has ended.
    }
  }, 20);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(watch);
  expect(code).toBe(0);
  return peak;
}

const validate = (settings: readonly string[], more: readonly string[] = []) =>
  spawnSync(
    process.execPath,
    [command, 'validate', spec, '--memory', '--json', ...more, ...settings.flatMap((setting) => ['--set', setting])],
    { encoding: 'utf8' },
  );

describe.runIf(process.platform === 'linux')('the estimate of memory', () => {
  let out: string;
  beforeAll(() => void (out = mkdtempSync(path.join(tmpdir(), 'ablate-memory-'))));
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  // The first is the program's own memory for the most part, the second activations, the third class weights and their
  // slots.
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
    expect(JSON.parse(validate([...large, `train.accumulate=${parts}`], limit).stdout).specs[0].memory[0].fits).toBe(
      true,
    );
    // Left to be chosen, with a fifth to spare.
    const [auto] = JSON.parse(validate([...large, 'train.accumulate=auto'], limit).stdout).specs[0].memory as [
      { fits: boolean; parts: number },
    ];
    expect([auto.fits, auto.parts >= Number(parts)]).toEqual([true, true]);
  });

  it('chooses the parts of a batch that a spec leaves open; a run keeps them when it goes on', async () => {
    const settings = ['backbone.conv-4.channels=64', 'train.batch=448', 'train.accumulate=auto', 'train.steps=2'];
    const { peak } = JSON.parse(validate(settings).stdout).specs[0].memory[0].estimate as { peak: number };
    const parts = path.join(out, 'parts');
    const run = (bytes: number, ...more: string[]) =>
      ablate(['run', spec, '--out', parts, ...settings.flatMap((setting) => ['--set', setting]), ...more], {
        env: {
          NODE_OPTIONS: `--import=${pathToFileURL(path.join(import.meta.dirname, '../faults/little-memory.mjs')).href}`,
          ABLATE_TEST_MEMORY: String(Math.round(bytes)),
        },
      });
    const first = await run(peak);
    expect(first.stderr).toMatch(
      /train\.accumulate: auto computes each batch of 448 images in (\d+) parts, to fit into memory/,
    );
    const [id] = readdirSync(path.join(parts, 'memory')).filter((name) =>
      existsSync(path.join(parts, 'memory', name, 'spec.yaml')),
    );
    const chosen = (): unknown =>
      (parse(readFileSync(path.join(parts, 'memory', id!, 'spec.yaml'), 'utf8')) as RunSpec).train.accumulate;
    const before = chosen();
    expect(before).toBeGreaterThan(1);
    // With twice the memory, and a step more to take.
    const again = await run(4 * peak, '--set', 'train.steps=3', '--resume', '--allow-changes');
    expect([again.code, again.stderr.includes('auto computes')]).toEqual([0, false]);
    expect(chosen()).toBe(before);
  });
});
