import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run, type LibraryEvent } from 'ablate-ml';

const out = mkdtempSync(path.join(os.tmpdir(), 'ablate-library-'));
afterAll(() => rmSync(out, { recursive: true }));

const spec = path.resolve('experiments/quickstart.yaml');
const set = {
  'dataset.glyphs': { classes: 3, imagesPerClass: 20, testPerClass: 5 },
  backbone: { mlp: { embedding: 2, hidden: [16] } },
  device: 'cpu',
  figures: [],
  train: { epochs: 2, batch: 20 },
};

describe('run as a function', () => {
  test('gives the events of every run in order, then what came of them', async () => {
    const specRun = run(spec, { set, out });
    const events: LibraryEvent[] = [];
    for await (const event of specRun) events.push(event);
    const starts = events.flatMap((event) => (event.type === 'started' ? [event.run.label] : []));
    expect(starts).toEqual(['softmax', 'softmax + center']);
    expect(events.filter(({ type }) => type === 'step').length).toBe(2 * 2 * 3);
    expect(events.at(-1)).toMatchObject({ type: 'ended', status: 'finished', run: { label: 'softmax + center' } });
    const { outcomes } = await specRun.report;
    expect(outcomes.map(({ status, metrics }) => [status, typeof metrics.accuracy])).toEqual([
      ['finished', 'number'],
      ['finished', 'number'],
    ]);
  });

  test('a loop that is left ends the run in order, and it can be resumed', async () => {
    const first = run(spec, { set: { ...set, seed: 2 }, out });
    for await (const event of first) if (event.type === 'step') break;
    const {
      outcomes: [stopped],
    } = await first.report;
    expect(stopped).toMatchObject({ status: 'interrupted' });
    const again = run(spec, { set: { ...set, seed: 2 }, out, resume: true });
    expect((await again.report).outcomes.map(({ status }) => status)).toEqual(['finished', 'finished']);
  });

  test('runs side by side in workers: the same numbers, the events of all', { timeout: 120_000 }, async () => {
    const both = run(spec, {
      set: { ...set, threads: 1, seed: 3 },
      out: path.join(out, 'workers'),
      workers: 2,
      memoryCheck: false,
    });
    const ends: string[] = [];
    for await (const event of both) if (event.type === 'ended') ends.push(event.run.label);
    expect(ends.sort()).toEqual(['softmax', 'softmax + center']);
    const inTurn = await run(spec, { set: { ...set, threads: 1, seed: 3 }, out, memoryCheck: false }).report;
    expect((await both.report).outcomes.map(({ name, metrics }) => [name, metrics])).toEqual(
      inTurn.outcomes.map(({ name, metrics }) => [name, metrics]),
    );
    await expect(run(spec, { set, out, workers: 0 }).report).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('what is wrong with the spec is thrown from the loop and from the report', async () => {
    const wrong = run(spec, { set: { 'train.epochs': 'many' }, out });
    const loop = async (): Promise<void> => {
      for await (const _ of wrong) expect.fail('nothing should start');
    };
    await expect(loop()).rejects.toThrow('train.epochs');
    await expect(wrong.report).rejects.toMatchObject({ code: 'SPEC_INVALID' });
  });
});
