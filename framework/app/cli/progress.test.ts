import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../contracts/run-event.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { Progress } from './progress.ts';

const run = { label: 'lambda 0.1' } as PlannedRun;
const step = {
  type: 'step',
  step: 0,
  epoch: 0,
  loss: 1.0961,
  parts: { softmax: 1.09, center: 0.012, triplet: 0.5, 'multi-similarity': 0.25 },
  images: 32,
  rate: 0.01,
} as unknown as RunEvent;

/** What a terminal of 80 columns is sent, or a pipe. */
function shown(isTTY: boolean): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 80,
    rows: 24,
    cursorTo: () => true,
    clearLine: () => true,
  });
  const progress = new Progress(1, undefined, stream as unknown as NodeJS.WriteStream);
  progress.show(run, { type: 'started', steps: 10, resumedAtStep: 0 } as unknown as RunEvent);
  progress.show(run, step);
  progress.show(run, {
    type: 'warning',
    message: `A sentence ${'that is long '.repeat(10)}and ends.`,
  } as unknown as RunEvent);
  for (let index = 1; index < 10; index++) progress.show(run, { ...step, step: index } as unknown as RunEvent);
  progress.show(run, { type: 'ended', status: 'finished' } as unknown as RunEvent);
  return String(stream.read());
}

describe('the progress of runs', () => {
  it('keeps a warning on a terminal: no bar is alive while it is written, whose end would go back over it, and lines wrap', () => {
    const before = shown(true).split('Warning:')[0]!;
    const count = (sequence: string): number => before.split(sequence).length - 1;
    expect(count('\x1b7')).toBe(1);
    expect(count('\x1b8')).toBe(1);
    expect(before.lastIndexOf('\x1b[?7h')).toBeGreaterThan(before.lastIndexOf('\x1b[?7l'));
  });

  it('is no wider than the terminal, and never loses the time left', () => {
    const frames = shown(true)
      .split(/\x1b[78]|\x1b\[[?0-9;]*[A-Za-z]|[\r\n]/)
      .filter((text) => text.includes('%'));
    const drawn = frames.filter((text) => text.includes(' left '));
    expect(drawn.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(80);
    expect(drawn[0]).toMatch(/\d+% \d+\/s \d+:\d\d left loss 1\.096 \(softmax 1\.09 .*…$/);
  });

  describe('in a pipe, of two runs', () => {
    const lines = (): string[] => {
      const stream = Object.assign(new PassThrough(), { isTTY: false, columns: 80 });
      const meaningOf = (metric: string) =>
        ({ better: metric.endsWith('distance') ? 'neither' : 'lower', range: [0, 1] }) as const;
      const progress = new Progress(2, meaningOf, stream as unknown as NodeJS.WriteStream);
      for (const value of [0.25, 0.125]) {
        progress.show(run, { type: 'started', steps: 10, resumedAtStep: 0 } as unknown as RunEvent);
        progress.show(run, { type: 'warning', message: 'A closed set.', level: 'note' });
        progress.show(run, { type: 'warning', message: `Only of ${value}.` });
        const metrics = { 'intra-class-distance': 7, 'intra-inter-ratio': value };
        const evaluated = { type: 'evaluated', epoch: 3, step: 30, metrics, intervals: {}, curves: {} } as const;
        progress.show(run, { ...evaluated, role: 'validation' });
        progress.show(run, { ...evaluated, role: 'validation', metrics: { 'inter-class-distance': 7 } });
        progress.show(run, { ...evaluated, role: 'test' });
        progress.show(run, { type: 'ended', status: 'finished', step: 30 });
      }
      return String(stream.read()).split('\n');
    };

    it('says what was said of an earlier run no second time, and what is no fault as a note', () => {
      expect(lines().filter((line) => line.includes('closed set'))).toEqual(['  Note: A closed set.']);
      expect(lines().filter((line) => line.includes('Warning'))).toEqual([
        '  Warning: Only of 0.25.',
        '  Warning: Only of 0.125.',
      ]);
    });

    it('tells after each validation the metrics that have a better and a worse', () => {
      expect(lines().filter((line) => line.includes('epoch'))).toEqual([
        '  epoch 3: intra-inter-ratio 0.250',
        '  epoch 3: intra-inter-ratio 0.125',
      ]);
    });
  });

  it('is lines without any control sequence in a pipe', () => {
    expect(shown(false)).not.toContain('\x1b');
    expect(shown(false)).toMatch(/^\[1\/1\] lambda 0\.1\n {2}Warning: A sentence.*ends\.\n {2}finished after 0:00\n$/);
  });
});
