import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { readConcatenated } from '../../../framework/runs/comparison/concatenated-file.ts';
import type { PlanFile } from '../../../framework/runs/plan/plan-file.ts';
import { runPlan } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { ablate } from '#test/ablate';
import { classFolders } from '#test/class-folders';
import { runsOf, until } from '#test/sweep';

let folder: string;
let spec: string;
const planIn = (experiment: string): PlanFile =>
  JSON.parse(readFileSync(join(experiment, 'plan.json'), 'utf8')) as PlanFile;
const lossesOf = (dir: string): number[] =>
  [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) => (record.type === 'step' ? [record.loss] : []));
/** MAP@R of a trial by epoch. */
const scoresOf = (dir: string): Map<number, number> =>
  new Map(
    [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'evaluated' && record.role === 'validation'
        ? [[record.epoch, record.metrics['MAP@R']!] as const]
        : [],
    ),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-workers-study-'));
  spec = join(folder, 'study.yaml');
  await copyFile(join(import.meta.dirname, 'study.yaml'), spec);
  await classFolders(join(folder, 'images'), { classes: 10, images: 10, side: 6 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a study in workers', { timeout: 300_000 }, () => {
  it('is killed in the middle of its asynchronous search, goes on as it had decided, and each of its runs has the numbers of one alone', async () => {
    const experiment = join(folder, 'runs', 'study');
    const decided = (): number =>
      existsSync(join(experiment, 'plan.json'))
        ? (planIn(experiment).decisions ?? []).reduce((sum, { steps }) => sum + steps.length, 0)
        : 0;
    const killed = await ablate(['run', spec, '--out', join(folder, 'runs'), '--workers', '2', '--no-memory-check'], {
      onStart: (kill) =>
        void until(() => (decided() >= 5 ? true : undefined), 'five decisions').then(() => kill('SIGKILL')),
    });
    expect(killed.signal).toBe('SIGKILL');
    // Its workers write a checkpoint and end.
    await until(
      () => (runsOf(experiment).every((dir) => !existsSync(join(dir, 'lock'))) ? true : undefined),
      'end of the workers',
    );
    const before = planIn(experiment);
    expect(before.chosen).toBeUndefined();

    const resumed = await ablate([
      'run',
      spec,
      '--out',
      join(folder, 'runs'),
      '--workers',
      '2',
      '--no-memory-check',
      '--json',
    ]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const { decisions, runs, chosen } = planIn(experiment);
    expect(
      decisions!.map(({ group, steps }) => [
        group,
        steps.slice(0, before.decisions!.find((one) => one.group === group)!.steps.length),
      ]),
    ).toEqual(before.decisions!.map(({ group, steps }) => [group, steps]));
    expect((JSON.parse(resumed.stdout) as { chosen: object[] }).chosen).toEqual(
      chosen!.map(({ group, values, score }) => ({ experiment: 'study', group, values, score })),
    );
    const trials = runs.filter(({ purpose }) => purpose === 'search');
    const finals = runs.filter(({ purpose }) => purpose === 'final');
    expect([trials.length, finals.length, chosen!.length]).toEqual([10, 4, 2]);
    expect(await readConcatenated(experiment)).toHaveLength(2);

    for (const [index, { steps }] of decisions!.entries()) {
      const own = trials.filter((_, place) => place % 2 === index).map(({ id }) => scoresOf(join(experiment, id)));
      const on = (epochs: number): number[] => steps.filter((step) => step.epochs === epochs).map(({ trial }) => trial);
      expect(on(1).sort()).toEqual([0, 1, 2, 3, 4]);
      expect(own.map((scores) => Math.max(...scores.keys()))).toEqual(
        own.map((_, trial) => Math.max(...steps.filter((step) => step.trial === trial).map(({ epochs }) => epochs))),
      );
      for (const [epochs, next] of [
        [1, 2],
        [2, 4],
      ] as const) {
        // Whatever the order, who is in the best half in the end has gone on.
        const best = on(epochs)
          .sort((one, other) => own[other]!.get(epochs)! - own[one]!.get(epochs)! || one - other)
          .slice(0, Math.floor(on(epochs).length / 2));
        expect(on(next)).toEqual(expect.arrayContaining(best));
      }
      expect(chosen![index]!.score).toBe(Math.max(...on(4).map((trial) => own[trial]!.get(4)!)));
    }

    const alone = await ablate([
      'run',
      spec,
      '--out',
      join(folder, 'alone'),
      '--set',
      'protocol.search.method=random',
      '--no-memory-check',
      ...trials.slice(-4).flatMap(({ id }) => ['--only', id]),
    ]);
    expect(alone.code, alone.stderr).toBe(0);
    for (const { id } of trials.slice(-4)) {
      const losses = lossesOf(join(experiment, id));
      expect(losses.length, id).toBeGreaterThan(0);
      expect(lossesOf(join(folder, 'alone', 'study', id)).slice(0, losses.length), id).toEqual(losses);
    }
  });

  it('halves, stopped on the way and then in two workers, to the choice of one worker that was never stopped', async () => {
    const set = [
      'protocol=null',
      'search={budget: 5, method: {halving: {reduction: 2}}}',
      'matrix=null',
      'name=halved',
    ];
    const catalogue = await createCatalogue();
    const plan = await loadPlan(spec, { catalogue, env: {}, set });
    const run = async (out: string, stopAfter = Infinity): Promise<PlanFile> => {
      const stopper = new AbortController();
      let ended = 0;
      const onEvent = (_: unknown, { type }: { type: string }): void => {
        if (type === 'epoch' && ++ended >= stopAfter) stopper.abort();
      };
      const { signal } = stopper;
      const options = { catalogue, out: join(folder, out), resume: false, fresh: false, signal, onEvent };
      await runPlan(plan, { ...options, onNote: () => undefined });
      return planIn(join(folder, out, 'halved'));
    };
    const whole = await run('halved-by-one');
    expect(whole.chosen).toHaveLength(1);
    expect((await run('halved-by-two', 3)).chosen).toBeUndefined();
    const changes = set.flatMap((setting) => ['--set', setting]);
    const out = join(folder, 'halved-by-two');
    const { code, stderr } = await ablate([
      'run',
      spec,
      '--out',
      out,
      '--workers',
      '2',
      '--no-memory-check',
      ...changes,
    ]);
    expect(code, stderr).toBe(0);
    expect(planIn(join(out, 'halved'))).toEqual(whole);
    for (const { id } of whole.runs) {
      expect(lossesOf(join(out, 'halved', id)), id).toEqual(lossesOf(join(folder, 'halved-by-one/halved', id)));
    }
  });

  it('decides the same in one process, also where it is stopped on the way', async () => {
    const catalogue = await createCatalogue();
    const plan = await loadPlan(spec, {
      catalogue,
      env: {},
      set: ['protocol=null', 'search={budget: 4, method: {asha: {reduction: 2}}}', 'matrix=null'],
    });
    const run = async (out: string, stopAfter = Infinity): Promise<PlanFile> => {
      const stopper = new AbortController();
      let ended = 0;
      const onEvent = (_: unknown, { type }: { type: string }): void =>
        void (type === 'epoch' && ++ended >= stopAfter && stopper.abort());
      await runPlan(plan, {
        catalogue,
        out: join(folder, out),
        resume: false,
        fresh: false,
        signal: stopper.signal,
        onEvent,
        onNote: () => undefined,
      });
      return planIn(join(folder, out, 'study'));
    };
    const whole = await run('whole');
    expect(whole.chosen).toHaveLength(1);
    const stopped = await run('stopped', 3);
    expect(stopped.chosen).toBeUndefined();
    const again = await run('stopped');
    expect(again).toEqual(whole);
    for (const { id } of whole.runs)
      expect(lossesOf(join(folder, 'stopped/study', id)), id).toEqual(lossesOf(join(folder, 'whole/study', id)));
    const fresh = await runPlan(plan, {
      catalogue,
      out: join(folder, 'whole'),
      resume: false,
      fresh: true,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      onNote: () => undefined,
    });
    expect(planIn(join(folder, 'whole/study'))).toEqual(whole);
    expect(fresh.outcomes.map(({ status }) => status).sort()).toEqual(
      again.runs
        .map(({ id }) =>
          lossesOf(join(folder, 'whole/study', id)).length === 4 * lossesPerEpoch(id) ? 'finished' : 'interrupted',
        )
        .sort(),
    );
  });
});

/** Steps of an epoch: what the first rung trained. */
function lossesPerEpoch(id: string): number {
  const [epoch] = [...readJournal(join(folder, 'whole/study', id, 'journal.jsonl'))].filter(
    ({ type }) => type === 'epoch',
  ) as { step: number }[];
  return epoch!.step;
}
