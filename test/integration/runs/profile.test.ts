import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { Profiler } from '../../../framework/runs/profile/profiler.ts';
import { ablate } from '#test/ablate';

interface Span {
  readonly ph: string;
  readonly name: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly name?: string };
}

async function tracksOf(file: string): Promise<Record<string, Span[]>> {
  const { traceEvents } = JSON.parse(await readFile(file, 'utf8')) as { traceEvents: Span[] };
  const named = traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'thread_name');
  return Object.fromEntries(
    named.map(({ args, tid }) => [args!.name, traceEvents.filter((event) => event.ph === 'X' && event.tid === tid)]),
  );
}

describe('ablate run --trace', () => {
  it('writes a trace of steps, input, journal and kernels, and tells the most expensive kernels', async () => {
    const spec = join(import.meta.dirname, 'small.yaml');
    const ended = await ablate([
      'run',
      spec,
      '--json',
      '--trace',
      '--out',
      await mkdtemp(join(tmpdir(), 'ablate-profile-')),
      '--set',
      'train.steps=4',
      '--set',
      'figures=[]',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    const {
      runs: [run],
    } = JSON.parse(ended.stdout) as { runs: [{ dir: string }] };
    const { steps, input, journal, kernels } = await tracksOf(join(run.dir, 'trace.json'));
    expect(steps!.map(({ name }) => name)).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
    expect(input!.map(({ name }) => name)).toEqual(['batch 0', 'batch 1', 'batch 2', 'batch 3']);
    expect(journal!.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['started', 'step', 'epoch', 'checkpointed']),
    );
    for (const step of steps!) {
      const inside = kernels!.filter(({ ts, dur }) => ts >= step.ts && ts + dur <= step.ts + step.dur + 1);
      expect(inside.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'SparseSoftmaxCrossEntropyWithLogits',
          expect.stringMatching(/^(Ablate)?Conv2D$/),
          expect.stringMatching(/^(Conv2DBackpropFilter|AblateConv2DWeightGrad)$/),
        ]),
      );
      expect(inside.reduce((sum, { dur }) => sum + dur, 0)).toBeLessThanOrEqual(step.dur + 1);
    }
    const table = ended.stderr.split('\n').filter((line) => /^ *\w+ +\d+ +[\d.]+ +[\d.]+ +[\d.]+ %$/.test(line));
    expect(table).toHaveLength(10);
    expect(table.join('\n')).toMatch(/Conv2D +\d+/);
    expect(ended.stderr).toContain('trace.json');
  });

  it('is of one process', async () => {
    const ended = await ablate(['run', join(import.meta.dirname, 'small.yaml'), '--trace', '--workers', '2']);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('--workers shares it') });
  });
});

describe('a profile', () => {
  it.each(['cpu', 'tensorflow'] as const)(
    'counts the kernels of %s while it lasts, and what fails too',
    async (device) => {
      await useDevice(device);
      const square = (): void => tf.tidy(() => void tf.square(tf.tensor1d([1, 2])).dataSync());
      square();
      const profiler = new Profiler();
      square();
      square();
      expect(() =>
        profiler.during('steps', 'failed', () => {
          throw new Error('a fault');
        }),
      ).toThrow('a fault');
      await expect(
        profiler.during('input', 'late', async () => {
          throw new Error('a late fault');
        }),
      ).rejects.toThrow('a late fault');
      const file = join(await mkdtemp(join(tmpdir(), 'ablate-profile-')), 'trace.json');
      const [heading, row] = await profiler.end(file);
      square();
      expect(heading).toMatch(/^kernel +calls +ms +ms a call +share$/);
      expect(row).toMatch(/^Square +2 /);
      const tracks = await tracksOf(file);
      expect(tracks.kernels!.map(({ name }) => name)).toEqual(['Square', 'Square']);
      expect([...tracks.steps!, ...tracks.input!].map(({ name }) => name)).toEqual(['failed', 'late']);
    },
  );
});
