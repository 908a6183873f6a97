import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { runFolderAt } from '../../../framework/records/run-folder/create-run-folder.ts';
import { backboneOfRun } from '../../../framework/runs/evaluate/backbone-of-run.ts';
import { checkpointOf, readRun } from '../../../framework/runs/evaluate/read-run.ts';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { ablateHere } from '#test/ablate-here';

const spec = join(import.meta.dirname, 'small.yaml');
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'ablate-choice-'))));
afterAll(() => rm(folder, { recursive: true }));

const run = async (name: string, ...settings: string[]) => {
  const out = join(folder, name);
  const set = settings.flatMap((setting) => ['--set', setting]);
  const { code, stdout, stderr } = await ablateHere([
    'run',
    spec,
    '--json',
    '--out',
    out,
    '--set',
    'figures=[]',
    ...set,
  ]);
  return { code, text: stdout + stderr, out, stdout };
};
const best = 'train.keepBest={metric: validation/intra-inter-ratio, mode: min}';

describe('model choice', () => {
  it('ends after so many validations without a gain, and measures the best weights, also later', async () => {
    const { code, text, stdout } = await run(
      'best',
      'train.epochs=40',
      'train.patience=2',
      'train.use=best',
      'train.keep=1',
      'schedule={plateau: {rate: 0.2, metric: validation/intra-inter-ratio, mode: min, patience: 0}}',
      best,
    );
    expect(code, text).toBe(0);
    const [{ dir, metrics }] = (JSON.parse(stdout) as { runs: [{ dir: string; metrics: Record<string, number> }] })
      .runs;
    const records = [...readJournal(join(dir, 'journal.jsonl'))];
    const validations = records.flatMap((record) =>
      record.type === 'evaluated' && record.role === 'validation' ? [record] : [],
    );
    // The journal tells of each step's validation once, as it came last.
    const again = validations.at(-1)!;
    const ratios = validations
      .sort((one, other) => one.step - other.step)
      .map((found) => found.metrics['intra-inter-ratio']!);
    expect(validations.length, 'it ended early').toBeLessThan(40);
    expect(Math.min(...ratios)).toBe(ratios.at(-3));
    expect(again.step).toBe(validations.at(-3)!.step);
    expect(records.find((record) => record.type === 'evaluated' && record.role === 'test')).toMatchObject({
      step: again.step,
      epoch: again.epoch,
    });
    expect(metrics['validation/intra-inter-ratio']).toBe(Math.min(...ratios));
    const rates = records.flatMap((record) => (record.type === 'step' ? [record.rate] : []));
    expect(new Set(rates).size, 'the plateau schedule saw the validations').toBeGreaterThan(1);
    expect(records.filter(({ type }) => type === 'warning')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ message: expect.stringMatching(/^Training ends after epoch \d+: .*2 validations/) }),
        expect.objectContaining({ message: expect.stringMatching(/^The weights of epoch \d+ are used, the best by/) }),
      ]),
    );
    expect(await readdir(join(dir, 'checkpoints'))).toHaveLength(2);

    const evaluated = await ablateHere(['evaluate', dir, '--json']);
    expect(evaluated.code, evaluated.stderr).toBe(0);
    const [{ metrics: later }] = (JSON.parse(evaluated.stdout) as { evaluations: [{ metrics: typeof metrics }] })
      .evaluations;
    for (const [name, value] of Object.entries(later)) expect(value, name).toBe(metrics[name]);
  });

  it('measures the best under a locked test set too', async () => {
    const { code, text, stdout } = await run('locked', 'train.epochs=4', 'train.use=best', 'test=locked', best);
    expect(code, text).toBe(0);
    const [{ dir, metrics }] = (JSON.parse(stdout) as { runs: [{ dir: string; metrics: Record<string, number> }] })
      .runs;
    const ratios = [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'evaluated' ? [record.metrics['intra-inter-ratio']!] : [],
    );
    expect(metrics['validation/intra-inter-ratio']).toBe(Math.min(...ratios));
    expect(Object.keys(metrics).every((name) => name.startsWith('validation/'))).toBe(true);
  });

  it.each([
    ['last', '{ema: 0.8}', 'ema 0.8'],
    ['best', '{swa: {start: 2}}', 'swa from epoch 2 on'],
  ])('measures the average of the %s weights, also later: %s', async (use, average, words) => {
    const averaged = [`train.use=${use}`, `train.average=${average}`, best];
    const { code, text, stdout } = await run(`average-${use}`, 'train.epochs=4', ...averaged);
    expect(code, text).toBe(0);
    const [{ dir, metrics }] = (JSON.parse(stdout) as { runs: [{ dir: string; metrics: Record<string, number> }] })
      .runs;
    const told = [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'warning' ? [record.message] : [],
    );
    expect(told.at(-1)).toMatch(new RegExp(`^The average of the weights is used \\(${words}\\), as of epoch \\d\\.$`));
    const evaluated = await ablateHere(['evaluate', dir, '--json']);
    expect(evaluated.code, evaluated.stderr).toBe(0);
    const [{ metrics: later }] = (JSON.parse(evaluated.stdout) as { evaluations: [{ metrics: typeof metrics }] })
      .evaluations;
    for (const [name, value] of Object.entries(later)) expect(value, name).toBe(metrics[name]);

    // What embeds and exports has the average's very numbers.
    const past = await readRun(runFolderAt(dir));
    const { tensors } = await checkpointOf(past, undefined, () => undefined);
    const { parameters, dispose } = await backboneOfRun(past, {
      catalogue: await createCatalogue(),
      imageShape: [12, 12, 1],
      warn: () => undefined,
    });
    for (const { name, variable } of parameters)
      expect([...variable.dataSync()], name).toEqual([...tensors.get(`average/${name}`)!.data]);
    dispose();
  });

  it.each([
    [['train.patience=2'], 'patience waits for a better keepBest'],
    [['train.use=best'], 'best is told by keepBest'],
    [['train.patience=2', best, 'train.validateEvery=0'], 'but train.validateEvery is 0'],
    [
      ['schedule={plateau: {rate: 0.1, metric: validation/accurac}}'],
      'schedule: validation found no "validation/accurac"',
    ],
    [
      ['schedule={plateau: {rate: 0.1, metric: validation/accuracy}}', 'train.validateEvery=0'],
      'the schedule follows validation/accuracy, but train.validateEvery is 0',
    ],
  ])('refuses %j', async (settings, words) => {
    const { code, text } = await run('wrong', ...settings);
    expect(text).toContain(words);
    expect(code).toBe(2);
  });
});
