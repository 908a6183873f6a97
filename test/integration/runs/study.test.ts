import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { compareLosses } from '../../../framework/analysis/compare/compare-losses.ts';
import { readComparedRuns } from '../../../framework/analysis/compare/read-compared-runs.ts';
import { writeComparison } from '../../../framework/analysis/compare/comparison-formats.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { comparisonSection } from '../../../framework/analysis/report/report-sections.ts';
import { readReportedRuns } from '../../../framework/analysis/report/reported-run.ts';
import { searchSection, sortTrials } from '../../../framework/analysis/report/search-section.ts';
import type { ReproductionReport } from '../../../framework/runs/reproduction/reproduction-report.ts';
import { readConcatenated, type ConcatenatedFolds } from '../../../framework/runs/comparison/concatenated-file.ts';
import { readPlanFile, type PlanFile } from '../../../framework/runs/plan/plan-file.ts';
import type { RunOptions } from '../../../framework/runs/plan/run-options.ts';
import { runPlan, type PlanReport } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import type { Plan } from '../../../framework/experiment/spec/plan.ts';
import { findRuns } from '../../../framework/records/run-folder/find-runs.ts';
import type { JournalRecord } from '../../../framework/records/journal/journal-record.ts';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { ablate } from '#test/ablate';
import { classFolders } from '#test/class-folders';

const catalogue = await createCatalogue();
let folder: string;
const two =
  'matrix:\n  include:\n    - {losses: [softmax: {labelSmoothing: {uniform: [0, 0.3]}}]}\n    - {losses: [softmax, center: {lambda: {logUniform: [0.001, 0.1]}}]}\n';
const base = (name: string): string => `name: ${name}
device: cpu
threads: 1
dataset: {image-folder: {path: images, color: gray, split: {by: fold, test: 0.4}}}
backbone: {mlp: {embedding: 4, hidden: [8]}}
head: linear
losses: [softmax]
schedule: {constant: {rate: {logUniform: [0.001, 0.3]}}}
train: {epochs: 3, batch: 20}
evaluate: [retrieval: {bootstrap: 0, recallAt: [1]}]
`;

async function load(name: string, text: string): Promise<Plan> {
  await writeFile(join(folder, `${name}.yaml`), base(name) + text);
  return loadPlan(join(folder, `${name}.yaml`), { catalogue, env: {} });
}
const started: string[] = [];
async function run(name: string, text: string, more: Partial<RunOptions> = {}): Promise<PlanReport> {
  started.length = 0;
  return runPlan(await load(name, text), {
    catalogue,
    out: join(folder, 'runs'),
    resume: false,
    fresh: false,
    signal: new AbortController().signal,
    onEvent: ({ label }, { type }) => void (type === 'started' && started.push(label)),
    onNote: () => undefined,
    ...more,
  });
}
const planOf = async (name: string): Promise<PlanFile> => (await readPlanFile(join(folder, 'runs', name)))!;
const journalOf = (name: string, id: string): JournalRecord[] => [
  ...readJournal(join(folder, 'runs', name, id, 'journal.jsonl')),
];
const evaluated = (name: string, id: string, role: string) =>
  journalOf(name, id).flatMap((record) => (record.type === 'evaluated' && record.role === role ? [record] : []));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-study-'));
  await classFolders(join(folder, 'images'), { classes: 10, images: 5, side: 6 });
});

describe('a search', () => {
  it('gives every loss the same number of points, the same again, and more without changing the first', async () => {
    const [plan, again, larger, alone] = [
      await load('points', `${two}search: {budget: 4}\n`),
      await load('points', `${two}search: {budget: 4}\n`),
      await load('points', `${two}search: {budget: 6}\n`),
      await load('points', `${two.split('\n').slice(0, 3).join('\n')}\nsearch: {budget: 4}\n`),
    ];
    const ids = ({ runs }: Plan): string[] => runs.map(({ id }) => id);
    expect(plan.runs.map(({ spec }) => spec.losses.length)).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
    expect(ids(again)).toEqual(ids(plan));
    expect(ids(larger).slice(0, 8)).toEqual(ids(plan));
    expect(ids(alone)).toEqual(ids(plan).filter((_, index) => index % 2 === 0));
    expect(new Set(ids(larger)).size).toBe(12);
    for (const { spec } of plan.runs) expect(spec.test).toBe('locked');
  });

  it('of 1,000 points is expanded and checked whole', async () => {
    const { runs, study } = await load('thousand', `${two}search: {budget: 500}\n`);
    expect([runs.length, study!.total, new Set(runs.map(({ id }) => id)).size]).toEqual([1000, 1000, 1000]);
  });

  it('by TPE draws later points where earlier ones were good, and ends in the same points when it goes on', async () => {
    const text = 'search: {budget: 5, method: {tpe: {startup: 3}}}\n';
    const stopper = new AbortController();
    await run('tpe', text, {
      signal: stopper.signal,
      onEvent: (_, { type }) => void (type === 'ended' && started.push('') > 3 && stopper.abort()),
    });
    expect((await planOf('tpe')).chosen).toBeUndefined();
    await run('tpe', text);
    const { runs, chosen } = await planOf('tpe');
    expect(runs.map(({ purpose }) => purpose)).toEqual(Array.from({ length: 5 }, () => 'search'));
    const scores = runs.map(({ id }) => evaluated('tpe', id, 'validation').at(-1)!.metrics['MAP@R']!);
    expect(chosen).toEqual([
      {
        group: '',
        point: {},
        values: {
          'schedule.constant.rate': runs[scores.indexOf(Math.max(...scores))]!.point['schedule.constant.rate'],
        },
        score: Math.max(...scores),
      },
    ]);
    await run('tpe-again', text);
    expect((await planOf('tpe-again')).runs.map(({ label }) => label)).toEqual(runs.map(({ label }) => label));
  });

  it('by halving stops weak points early, and trains the others as if it had never stopped', async () => {
    await run('halving', 'search: {budget: 4, method: {halving: {reduction: 2, minEpochs: 1}}}\n');
    const { runs } = await planOf('halving');
    const epochs = runs.map(({ id }) => journalOf('halving', id).filter(({ type }) => type === 'epoch').length);
    expect([...epochs].sort()).toEqual([1, 1, 2, 3]);
    const first = runs.map(({ id }) => evaluated('halving', id, 'validation')[0]!.metrics['MAP@R']!);
    const best = epochs.indexOf(3);
    for (const [index, reached] of epochs.entries())
      if (reached === 1) expect(first[index]).toBeLessThanOrEqual(first[best]!);
    await run('undisturbed', `search: {budget: 4}\n`);
    const losses = (name: string, id: string): number[] =>
      journalOf(name, id).flatMap((record) => (record.type === 'step' ? [record.loss] : []));
    const same = (await planOf('undisturbed')).runs[best]!;
    expect(losses('halving', runs[best]!.id)).toEqual(losses('undisturbed', same.id));
    await run('halving', 'search: {budget: 4, method: {halving: {reduction: 2, minEpochs: 1}}}\n');
    expect(started).toEqual([]);
  });

  /** Runs a spec that has other parts in the place of the base's. */
  async function runOther(name: string, text: string): Promise<PlanReport> {
    await writeFile(join(folder, `${name}.yaml`), text);
    const plan = await loadPlan(join(folder, `${name}.yaml`), { catalogue, env: {} });
    const nothing = (): void => undefined;
    const { signal } = new AbortController();
    const out = join(folder, 'runs');
    return runPlan(plan, { catalogue, out, resume: false, fresh: false, signal, onEvent: nothing, onNote: nothing });
  }

  it('for the least of a metric takes the least, and shows it with its own sign', async () => {
    const rates = (name: string, id: string): number[] =>
      evaluated(name, id, 'validation').map(({ metrics }) => metrics['verification-eer']!);
    for (const [method, option] of [
      ['tpe', 'startup'],
      ['halving', 'reduction'],
      ['asha', 'reduction'],
    ] as const) {
      const name = `least-${method}`;
      const text = base(name)
        .replace(/^evaluate: .*$/m, 'evaluate: [verification: {bootstrap: 0, sampledPairs: 200, folds: 2}]')
        .replace('by: fold, test: 0.4', 'by: fold, folds: 2, test: 0.2');
      const search = `{budget: 4, metric: validation/verification-eer, method: {${method}: {${option}: 2}}}`;
      const { chosen } = await runOther(name, `${text}search: ${search}\n`);
      const { runs, chosen: kept } = await planOf(name);
      const whole = runs.filter(({ id }) => evaluated(name, id, 'validation').at(-1)!.epoch === 3);
      const least = Math.min(...whole.map(({ id }) => rates(name, id).at(-1)!));
      expect([kept![0]!.score, chosen[0]!.score], method).toEqual([least, least]);
    }
    // Of the first rung, too, those go on whose rate is the least.
    const first = (await planOf('least-halving')).runs.map(({ id }) => rates('least-halving', id));
    const on = first.filter(({ length }) => length > 1).map(([rate]) => rate!);
    const stopped = first.filter(({ length }) => length === 1).map(([rate]) => rate!);
    expect(on).toHaveLength(2);
    expect(Math.max(...on)).toBeLessThanOrEqual(Math.min(...stopped));
  });

  it('tries as many points as its budget says, where the ranges have few', async () => {
    for (const method of ['random', 'tpe']) {
      const text = base(`few-${method}`)
        .replace(/^schedule: .*$/m, 'schedule: {constant: {rate: {choice: [0.1, 0.01, 0.001]}}}')
        .replace(/^losses: .*$/m, 'losses: [softmax: {labelSmoothing: {choice: [0, 0.1]}}]')
        .replace('epochs: 3', 'epochs: 1');
      const ways = method === 'tpe' ? '{tpe: {startup: 2}}' : method;
      await runOther(`few-${method}`, `${text}search: {budget: 6, method: ${ways}}\n`);
      const { runs } = await planOf(`few-${method}`);
      expect(new Set(runs.map(({ point }) => JSON.stringify(point))).size, method).toBe(6);
    }
  });
});

describe('a protocol', () => {
  const text = `${two}protocol: {folds: 3, seeds: 2, search: {budget: 2, folds: 1}}\n`;
  let report: PlanReport;
  beforeAll(async () => {
    report = await run('protocol', text);
  });

  it('searches, then trains what was chosen on all folds with all seeds', async () => {
    const { runs, chosen } = await planOf('protocol');
    expect(runs.map(({ purpose }) => purpose)).toEqual([
      ...Array.from({ length: 4 }, () => 'search'),
      ...Array.from({ length: 12 }, () => 'final'),
    ]);
    expect(chosen!.map(({ group, values }) => [group, Object.keys(values).sort()])).toEqual([
      ['softmax', ['losses.0.softmax.labelSmoothing', 'schedule.constant.rate']],
      ['softmax + center', ['losses.1.center.lambda', 'schedule.constant.rate']],
    ]);
    expect(report.outcomes.map(({ status }) => status)).toEqual(runs.map(() => 'finished'));
    const finals = runs.slice(4).map(({ point }) => [point['dataset.image-folder.split.fold'], point['seed']]);
    expect(finals.filter((_, index) => index % 2 === 0)).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it('shows no trial the test set, and opens it once for each final run, after the search', async () => {
    const { runs, opened } = await planOf('protocol');
    const searched = runs.filter(({ purpose }) => purpose === 'search').map(({ id }) => journalOf('protocol', id));
    for (const journal of searched)
      expect(
        journal.some(
          (record) => record.type === 'opened' || (record.type === 'evaluated' && record.role !== 'validation'),
        ),
      ).toBe(false);
    const searchEnd = Math.max(...searched.map((journal) => journal.at(-1)!.time));
    for (const { id } of runs.filter(({ purpose }) => purpose === 'final')) {
      const openings = journalOf('protocol', id).filter(({ type }) => type === 'opened');
      expect(openings).toHaveLength(1);
      expect(openings[0]!.time).toBeGreaterThanOrEqual(searchEnd);
      expect(evaluated('protocol', id, 'test')).toHaveLength(1);
    }
    expect(Date.parse(opened!.time)).toBeGreaterThanOrEqual(searchEnd);
    expect(opened!.chosen.map(({ group }) => group)).toEqual(['softmax', 'softmax + center']);
  });

  it('keeps validation classes out of training, and test classes out of both', async () => {
    const { runs } = await planOf('protocol');
    const classes = async (id: string, role: string): Promise<string[]> => [
      ...new Set(
        (await readFile(join(folder, 'runs/protocol', id, 'split', `${role}.txt`), 'utf8'))
          .split('\n')
          .filter((line) => line && !line.startsWith('#'))
          .map((name) => name.split('/')[0]!),
      ),
    ];
    const held = new Set<string>();
    for (const { id } of runs.filter(({ purpose }) => purpose === 'final').slice(0, 6)) {
      const [train, validation, test] = [
        await classes(id, 'train'),
        await classes(id, 'validation'),
        await classes(id, 'test'),
      ];
      expect(test).toEqual(['class-6', 'class-7', 'class-8', 'class-9']);
      expect([train.length, validation.length]).toEqual([4, 2]);
      expect(new Set([...train, ...validation, ...test]).size).toBe(10);
      for (const name of validation) held.add(name);
    }
    expect(held.size).toBe(6);
  });

  it('runs nothing again, refuses a second look after another search, and --fresh', async () => {
    await run('protocol', text);
    expect(started).toEqual([]);
    const before = await planOf('protocol');
    await expect(run('protocol', text.replace('budget: 2', 'budget: 2, seed: 7'))).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: expect.stringContaining('the search now chooses') as string,
    });
    const finals = before.opened!.chosen.map(({ runs }) => runs!.length);
    expect(finals).toEqual([6, 6]);
    await expect(run('protocol', `${text}sampler: {shuffle: {lastBatch: drop}}\n`)).rejects.toMatchObject({
      code: 'RUN_FOLDER',
      message: expect.stringContaining('the spec of its runs has changed since') as string,
    });
    await expect(run('protocol', text, { fresh: true })).rejects.toMatchObject({ code: 'RUN_FOLDER' });
    expect((await planOf('protocol')).opened).toEqual(before.opened);
    const dir = join(folder, 'runs/protocol', before.runs.at(-1)!.id);
    expect(await ablate(['evaluate', dir, '--evaluate', 'retrieval'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('opens the test set once') as string,
    });
  });

  it('is made again with its test set locked, or open by leave, which the plan keeps', async () => {
    await run('protocol', text);
    const { runs, opened } = await planOf('protocol');
    const dir = join(folder, 'runs/protocol', runs.at(-1)!.id);
    const reproduce = async (...more: string[]) => {
      const { code, stdout, stderr } = await ablate([
        'reproduce',
        dir,
        '--json',
        '--out',
        join(folder, 'again'),
        ...more,
      ]);
      return { code, stderr, report: JSON.parse(stdout || 'null') as ReproductionReport };
    };
    const journalAt = (at: string): JournalRecord[] => [...readJournal(join(at, 'journal.jsonl'))];
    const locked = await reproduce();
    expect(locked).toMatchObject({
      code: 0,
      report: { verdict: 'identical', test: 'locked', history: { sameWeights: true } },
      stderr: expect.stringContaining('stays locked') as string,
    });
    expect(locked.report.metrics.map(({ name }) => name).every((name) => name.startsWith('validation/'))).toBe(true);
    expect(locked.report.differences.filter(({ area }) => area === 'spec')).toEqual([]);
    expect(
      journalAt(locked.report.reproduction!.dir).some(
        (record) => record.type === 'opened' || (record.type === 'evaluated' && record.role === 'test'),
      ),
    ).toBe(false);
    expect((await planOf('protocol')).opened).toEqual(opened);
    expect(await reproduce('--open-test', '--set', 'optimizer.sgd.momentum=0.5')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('optimizer.sgd.momentum is another here') as string,
    });
    const open = await reproduce('--open-test');
    expect(open).toMatchObject({ code: 0, report: { verdict: 'identical', test: 'opened again' } });
    expect(open.report.metrics.some(({ name }) => name === 'MAP@R')).toBe(true);
    const again = [{ time: expect.any(String) as string, run: runs.at(-1)!.id, by: open.report.reproduction!.dir }];
    expect((await planOf('protocol')).opened).toEqual({ ...opened, again });
    await run('protocol', text);
    expect((await planOf('protocol')).opened).toEqual({ ...opened, again });
    expect(await ablate(['resume', dir, '--set', 'train.epochs=4', '--allow-changes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has opened its test set') as string,
    });
  });

  it('evaluates the fold models of each seed as one too', async () => {
    const { runs } = await planOf('protocol');
    const finals = runs.filter(({ purpose }) => purpose === 'final');
    const joined = await readConcatenated(join(folder, 'runs/protocol'));
    expect(joined.map(({ seed, dim, runs: ids }) => [seed, dim, ids.length])).toEqual([
      [1, 12, 3],
      [1, 12, 3],
      [2, 12, 3],
      [2, 12, 3],
    ]);
    expect(joined.flatMap(({ runs: ids }) => ids).sort()).toEqual(finals.map(({ id }) => id).sort());
    // MAP@R of 20 test images of 4 classes once more, by hand from what the runs kept.
    const [{ runs: ids, metrics }] = joined as [ConcatenatedFolds];
    const kept = await Promise.all(
      ids.map(
        async (id) => (await readSafetensors(join(folder, 'runs/protocol', id, 'embeddings/test.safetensors'))).tensors,
      ),
    );
    const labels = [...(kept[0]!.get('label')!.data as Int32Array)];
    const rows = kept
      .map((tensors) => tensors.get('embedding')!.data as Float32Array)
      .map((values) =>
        labels
          .map((_, row) => values.slice(row * 4, row * 4 + 4))
          .map((row) => row.map((value) => value / Math.hypot(...row))),
      );
    const likeness = (one: number, other: number): number =>
      rows.reduce(
        (sum, fold) => sum + fold[one]!.reduce((product, value, place) => product + value * fold[other]![place]!, 0),
        0,
      );
    const average = labels.map((label, query) => {
      const nearest = labels
        .map((_, row) => row)
        .filter((row) => row !== query)
        .sort((one, other) => likeness(query, other) - likeness(query, one))
        .slice(0, 4);
      const right = nearest.map((row) => Number(labels[row] === label));
      return (
        right.reduce(
          (sum, is, place) =>
            sum + (is * right.slice(0, place + 1).reduce((count, one) => count + one, 0)) / (place + 1),
          0,
        ) / 4
      );
    });
    expect(metrics['MAP@R']).toBeCloseTo(average.reduce((sum, value) => sum + value, 0) / labels.length, 6);
    const told = await readFile(join(folder, 'runs/protocol/comparison.md'), 'utf8');
    expect(told.split('\n')[0]).toContain('concatenated/MAP@R');
    const compared = await readComparedRuns(await findRuns(join(folder, 'runs/protocol')), expect.fail);
    const separated = compareLosses(compared, { mode: 'max', metric: 'MAP@R' });
    const values = (loss: number): number[] =>
      joined.filter((_, index) => index % 2 === loss).map((one) => one.metrics['MAP@R']!);
    expect(separated.groups.map(({ runs: count, concatenated }) => [count, concatenated!.mean])).toEqual([
      [6, (values(0)[0]! + values(0)[1]!) / 2],
      [6, (values(1)[0]! + values(1)[1]!) / 2],
    ]);
    expect(writeComparison(separated, 'markdown').split('\n')[0]).toBe('|  | runs | MAP@R | concatenated |');
    expect(compareLosses(compared, { mode: 'max', metric: 'MAP@R', folds: 'concatenated' })).toMatchObject({
      seeds: 2,
      folds: 0,
      groups: [{ runs: 2 }, { runs: 2 }],
      pairs: [
        {
          pairs: 2,
          mean: expect.closeTo((values(0)[0]! + values(0)[1]! - values(1)[0]! - values(1)[1]!) / 2, 12) as number,
        },
      ],
    });
    const { code, stdout } = await ablate(['compare', join(folder, 'runs/protocol'), '--format', 'latex']);
    expect([code, stdout.split('\n')[2]]).toEqual([0, ' & MAP@R & concatenated \\\\']);
  });

  it('searches and opens for a loss that the spec got later alone', async () => {
    await run('protocol', text.replace('protocol:', '    - {losses: [softmax: {labelSmoothing: 0.5}]}\nprotocol:'));
    expect(started).toHaveLength(2 + 6);
    expect((await planOf('protocol')).opened!.chosen).toHaveLength(3);
  });

  it('is compared in pairs of seed and fold, corrected for the folds', async () => {
    const compared = await readComparedRuns(await findRuns(join(folder, 'runs/protocol')), expect.fail);
    const comparison = compareLosses(compared, { mode: 'max', metric: 'map-at-r' });
    expect(comparison).toMatchObject({ metric: 'MAP@R', seeds: 2, folds: 3, overlap: 0.5 });
    expect(comparison.pairs.map(({ pairs }) => pairs)).toEqual([6, 6, 6]);
    const { runs: all, unread } = await readReportedRuns(
      await findRuns(join(folder, 'runs/protocol')),
      (directory) => directory,
    );
    const { compared: runs, searches } = await sortTrials(all, expect.fail);
    const groups = [...new Set(runs.map(({ group }) => group))];
    expect([groups, searches.map(({ trials, stale }) => [trials.length, stale])]).toEqual([
      ['softmax', 'softmax + center', 'softmax (labelSmoothing 0.5)'],
      [[6, 8]],
    ]);
    expect(all).toHaveLength(runs.length + 6 + 8);
    const { text: page } = comparisonSection({
      runs,
      unread,
      together: [],
      ofRuns: [],
      groups,
      notes: [],
      searches,
      joined: [],
    });
    const [, metric] = /Differences of ([^,]+),/.exec(page)!;
    const rows = [...page.matchAll(/<tr data-groups="[^"]*"><th scope="row" class="name">([^<]*)<.*?<\/tr>/g)].filter(
      ([, name]) => name === metric,
    );
    const reported = rows.map(([row]) =>
      [...row.matchAll(/data-value="([^"]*)"/g)].slice(0, 4).map(([, value]) => Number(value)),
    );
    const { pairs } = compareLosses(compared, { mode: 'max', metric: metric! });
    expect(reported).toEqual(pairs.map(({ mean, adjusted, better, pairs: count }) => [mean, adjusted, better, count]));
    expect(page).toContain('The 3 folds share training data');
    const { text: section } = searchSection(searches);
    const { search, chosen } = await planOf('protocol');
    expect(search).toMatchObject({
      budget: 2,
      folds: 1,
      groups: [
        { group: expect.any(String) as string, ranges: { 'schedule.constant.rate': { logUniform: [0.001, 0.3] } } },
        {},
        {},
      ],
    });
    for (const text of [
      '2 points for each loss, drawn at random, validated on 1 fold',
      '6 runs: 6 finished',
      '8 runs of an earlier search',
      '0.001 to 0.3, by its logarithm',
      '0.001 to 0.1, by its logarithm',
      'and 1 time again',
      ...chosen!.flatMap(({ values }) =>
        Object.values(values).map((value) => `<td class="number">${String(value)}</td>`),
      ),
    ])
      expect(section).toContain(text);
  });
});
