import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../framework/base/random/random-streams.ts';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import type { PlanFile } from '../../../framework/runs/plan/plan-file.ts';
import { ablate } from '#test/ablate';
import { runsOf, until } from '#test/sweep';
import { history } from '#test/history';
import { inFile, killing, killName, type Kill } from '#test/kill';

/** Many kills with `npm run test:faults`, a few with `npm test`. */
const isFull = process.env.ABLATE_FAULTS === 'full';
const spec = join(import.meta.dirname, 'searched.yaml');
const checkpoint = '/checkpoints/step-[^/]*$';
const plan = '/plan.json$';
const [halving, asha] = ['halving', 'asha'].map((method) => ['--set', `search.method={${method}: {reduction: 2}}`]);
const workers = ['--workers', '2', '--no-memory-check'];

/**
 * Kills within what decides and what it is decided by: the plan, the journals, the checkpoints that rungs go on from.
 *
 * @param share in how many processes the runs are: each counts its own files
 */
function killsOf(seed: number, share: 1 | 2 = 1): readonly Kill[] {
  const random = new RandomStreams(seed).stream('kills');
  if (!isFull) return [share === 1 ? inFile(plan, 'rename', 2) : inFile(checkpoint, 'renamed', 2)];
  return [
    inFile('/plan.json', 'write'),
    inFile(plan, 'rename'),
    inFile(plan, 'renamed'),
    inFile(plan, 'rename', 2),
    inFile(plan, 'renamed', 2),
    inFile(checkpoint, 'write', 2),
    inFile(checkpoint, 'rename', 4 / share),
    inFile(checkpoint, 'renamed', 6 / share),
    inFile('/journal.jsonl$', 'append', 20 / share),
    inFile('/journal.jsonl$', 'append', 40 / share),
    inFile('/summary.json$', 'rename', 2),
    inFile('/summary.json$', 'renamed', 4 / share),
    ...Array.from(
      { length: 6 },
      (): Kill => ({ at: 'moment', bytes: random.integer(8_000), milliseconds: random.integer(60) }),
    ),
  ];
}

describe('a search that is killed again and again', { timeout: 1_800_000 }, () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'ablate-searches-'));
    folders.push(folder);
    return folder;
  };
  const experiment = (out: string): string => join(out, 'searched');
  const planIn = (out: string): PlanFile =>
    JSON.parse(readFileSync(join(experiment(out), 'plan.json'), 'utf8')) as PlanFile;
  const decisionsIn = (out: string): PlanFile['decisions'] =>
    existsSync(join(experiment(out), 'plan.json')) ? (planIn(out).decisions ?? []) : [];
  const historyOf = (out: string): Record<string, unknown[]> =>
    Object.fromEntries(runsOf(experiment(out)).map((dir) => [dir.slice(experiment(out).length + 1), history(dir)]));

  async function undisturbed(...args: string[]): Promise<string> {
    const out = newFolder();
    const { code, stderr } = await ablate(['run', spec, '--out', out, ...args]);
    expect(code, stderr).toBe(0);
    return out;
  }

  /**
   * Kills the search of one folder again and again, each time where the kill before left it, in as many searches as
   * that takes; each of them ends by itself.
   */
  async function campaign(
    kills: readonly Kill[],
    args: readonly string[],
    verify: (out: string) => void,
    hear: (out: string) => void = () => undefined,
  ): Promise<void> {
    const due = [...kills];
    let killed = 0;
    for (let vain = 0; due.length > 0; vain++) {
      // A kill may come too late for one search, not for three.
      expect(vain, `never came: ${due[0] && killName(due[0])}`).toBeLessThan(3);
      const out = newFolder();
      for (;;) {
        const kill = due[0];
        const call = kill ? killing(kill, experiment(out)) : {};
        const once = kill?.at === 'file' && {
          ABLATE_TEST_DIE_AT: JSON.stringify({ ...kill, once: join(out, 'dead') }),
        };
        rmSync(join(out, 'dead'), { force: true });
        const ended = await ablate(['run', spec, '--out', out, ...args], { ...call, env: { ...call.env, ...once } });
        // Workers that lost whom they worked for write a checkpoint and end.
        await until(
          () => (runsOf(experiment(out)).every((dir) => !isHeld(dir)) ? true : undefined),
          'end of the workers',
        );
        expect(ended.signal ?? ended.code, `${kill && killName(kill)}\n${ended.stderr}`).toBeOneOf([0, 'SIGKILL']);
        hear(out);
        // A kill within a worker does not end the search: the pool begins another.
        if (ended.signal || (kill && existsSync(join(out, 'dead')))) {
          due.shift();
          killed++;
          vain = 0;
        }
        if (ended.code === 0) break;
      }
      verify(out);
    }
    expect(killed).toBe(kills.length);
  }

  it('halves to the choice of one that nothing disturbs, alone and (npm run test:faults) in two workers', async () => {
    const whole = await undisturbed(...halving!);
    const epochs = Object.values(historyOf(whole)).map(
      (records) => records.filter((record) => (record as { type: string }).type === 'epoch').length,
    );
    expect(epochs.sort()).toEqual([1, 1, 1, 2, 2, 4]);
    const verify = (out: string): void => {
      expect(planIn(out)).toEqual(planIn(whole));
      expect(planIn(out).chosen).toHaveLength(1);
      expect(historyOf(out)).toEqual(historyOf(whole));
    };
    await campaign(killsOf(1), halving!, verify);
    if (isFull) await campaign(killsOf(2, 2), [...halving!, ...workers], verify);
  });

  it.runIf(isFull)('decides asynchronously as one that nothing disturbs, alone', async () => {
    const whole = await undisturbed(...asha!);
    await campaign(killsOf(3), asha!, (out) => {
      expect(planIn(out)).toEqual(planIn(whole));
      expect(historyOf(out)).toEqual(historyOf(whole));
    });
  });

  it('decides asynchronously in two workers by its definition, takes nothing back, and each trial has its own numbers', async () => {
    const every = historyOf(await undisturbed('--set', 'search.method=random'));
    const known = new Map<string, PlanFile['decisions']>();
    await campaign(
      killsOf(4, 2),
      [...asha!, ...workers],
      (out) => {
        const { runs, decisions, chosen } = planIn(out);
        const { steps } = decisions![0]!;
        const own = historyOf(out);
        const scores = runs.map(({ id }) => scoresOf(join(experiment(out), id)));
        for (const { id } of runs) expect(own[id], id).toEqual(every[id]!.slice(0, own[id]!.length));
        const on = (epochs: number): number[] =>
          steps.filter((step) => step.epochs === epochs).map(({ trial }) => trial);
        expect(on(1).sort()).toEqual(runs.map((_, trial) => trial));
        for (const [until, next] of [
          [1, 2],
          [2, 4],
        ] as const) {
          // Whatever the order: who is in the best half in the end has gone on, from a rung that it has been on.
          const best = on(until)
            .sort((one, other) => scores[other]!.get(until)! - scores[one]!.get(until)! || one - other)
            .slice(0, Math.floor(on(until).length / 2));
          expect(on(next)).toEqual(expect.arrayContaining(best));
          expect(on(until)).toEqual(expect.arrayContaining(on(next)));
        }
        expect(chosen![0]!.score).toBe(Math.max(...on(4).map((trial) => scores[trial]!.get(4)!)));
      },
      (out) => {
        const before = known.get(out)?.[0]?.steps ?? [];
        const now = decisionsIn(out);
        expect((now?.[0]?.steps ?? []).slice(0, before.length)).toEqual(before);
        known.set(out, now);
      },
    );
  });
});

/** MAP@R of a trial by epoch. */
const scoresOf = (dir: string): Map<number, number> =>
  new Map(
    [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'evaluated' && record.role === 'validation'
        ? [[record.epoch, record.metrics['MAP@R']!] as const]
        : [],
    ),
  );

/** Whether a process that lives holds a run's folder. */
function isHeld(dir: string): boolean {
  try {
    process.kill((JSON.parse(readFileSync(join(dir, 'lock'), 'utf8')) as { pid: number }).pid, 0);
    return true;
  } catch {
    return false;
  }
}
