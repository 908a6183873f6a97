import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { readPlanFile } from '../../../framework/runs/plan/plan-file.ts';
import type { RunOptions } from '../../../framework/runs/plan/run-options.ts';
import { runPlan, type PlanReport } from '../../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { ablate } from '#test/ablate';

const catalogue = await createCatalogue();
const base =
  'name: sweep\ndevice: cpu\nthreads: 1\ndataset: {glyphs: {classes: 3, imagesPerClass: 12, testPerClass: 4, size: 12}}\nbackbone: {mlp: {embedding: 2, hidden: [8]}}\nhead: linear\nlosses: [softmax]\ntrain: {epochs: 2, batch: 18}\nevaluate: [accuracy]\n';

let folder: string;
let spec: string;
const notes: string[] = [];
const started: string[] = [];
async function run(text: string, more: Partial<RunOptions> = {}): Promise<PlanReport> {
  await writeFile(spec, base + text);
  notes.length = 0;
  started.length = 0;
  const plan = await loadPlan(spec, { catalogue, env: {} });
  return runPlan(plan, {
    catalogue,
    out: join(folder, 'runs'),
    resume: false,
    fresh: false,
    signal: new AbortController().signal,
    onEvent: ({ label }, { type }) => void (type === 'started' && started.push(label)),
    onNote: (line) => notes.push(line),
    ...more,
  });
}
const dryRun = async (...more: string[]) => ablate(['run', spec, '--out', join(folder, 'runs'), '--dry-run', ...more]);
const statuses = ({ outcomes }: PlanReport): string[] => outcomes.map(({ status }) => status);

describe('a plan', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ablate-plan-'));
    spec = join(folder, 'spec.yaml');
  });

  it('is written before the first run starts, with all of its runs', async () => {
    let atStart = '';
    await run('matrix: {seed: [1, 2]}\n', {
      only: ['seed 2'],
      onEvent: ({ label }, { type }) => {
        if (type !== 'started') return;
        started.push(label);
        atStart = readFileSync(join(folder, 'runs/sweep/plan.json'), 'utf8');
      },
    });
    expect(started).toEqual(['seed 2']);
    expect(JSON.parse(atStart)).toMatchObject({
      version: 1,
      name: 'sweep',
      spec,
      runs: [
        { label: 'seed 1', point: { seed: 1 } },
        { label: 'seed 2', point: { seed: 2 } },
      ],
    });
  });

  it('does not run a run again when the spec gets a new point', async () => {
    const done = await readFile(
      join(folder, 'runs/sweep', (await readPlanFile(join(folder, 'runs/sweep')))!.runs[1]!.id, 'journal.jsonl'),
      'utf8',
    );
    const report = await run('matrix: {seed: [1, 2, 3]}\n');
    expect(started).toEqual(['seed 1', 'seed 3']);
    expect(notes).toEqual(['1 of 3 runs are done already; --fresh runs them again.']);
    expect(statuses(report)).toEqual(['finished', 'finished', 'finished']);
    const plan = (await readPlanFile(join(folder, 'runs/sweep')))!;
    expect(plan.runs.map(({ label }) => label)).toEqual(['seed 1', 'seed 2', 'seed 3']);
    expect(await readFile(join(folder, 'runs/sweep', plan.runs[1]!.id, 'journal.jsonl'), 'utf8')).toBe(done);
    expect(await readdir(join(folder, 'runs/sweep'))).toContain('comparison.md');
  });

  it('has a page written about it with --report', async () => {
    const { code, stderr } = await ablate(['run', spec, '--out', join(folder, 'runs'), '--report']);
    const page = join(folder, 'runs/sweep/report.html');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`report: ${page}\n`);
    expect(await readFile(page, 'utf8')).toContain('seed 3');
  });

  it('lets a failed run stop no other, leaves it as it is, and runs it alone with `failed`', async () => {
    const failing = 'matrix: {seed: [1, 2], schedule.constant.rate: [1.0e+38, 0.1]}\n';
    expect(statuses(await run(failing))).toEqual(['failed', 'finished', 'failed', 'finished']);
    expect(statuses(await run(failing))).toEqual(['failed', 'finished', 'failed', 'finished']);
    expect(started).toEqual([]);
    expect(notes).toEqual([
      '2 of 4 runs are done already; --fresh runs them again.',
      '2 of 4 runs failed before; --failed runs them again.',
    ]);
    await run(failing, { failed: true, only: ['*seed 2*'] });
    expect(started).toEqual(['seed 2 · rate 1e+38']);
  });

  it('says what would run and touches nothing', async () => {
    await run('matrix: {seed: [1, 4]}\n', { only: ['seed 1'] });
    const before = (await readdir(join(folder, 'runs/sweep'))).length;
    const { code, stdout } = await dryRun();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^sweep: 1 of 2 runs would run\n +run +status +id\n +seed 1 +finished +seed-1-\w+\n▶ +seed 4 +waiting +seed-4-\w+\n$/,
    );
    expect(JSON.parse((await dryRun('--json', '--only', 'seed 4')).stdout)).toMatchObject({
      plans: [{ name: 'sweep', runs: [{ label: 'seed 4', status: 'waiting', due: true }] }],
    });
    expect((await readdir(join(folder, 'runs/sweep'))).length).toBe(before);
  });

  it('refuses a choice that fits no run', async () => {
    const { code, stderr } = await dryRun('--only', 'sed 4');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'No run of sweep is called "sed 4".\n  Did you mean "seed 4"?\n  On this error: docs/reference/errors.md#usage\n',
    });
  });

  it('refuses a plan file that is damaged or of another version', async () => {
    for (const text of ['{', '{"version": 99}']) {
      await writeFile(join(folder, 'plan.json'), text);
      await expect(readPlanFile(folder)).rejects.toMatchObject({ code: 'RUN_FOLDER' });
    }
  });
});
