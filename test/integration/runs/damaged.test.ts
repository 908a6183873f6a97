import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from 'ablate-ml';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerCompare } from '../../../framework/app/cli/compare.ts';
import { registerReport } from '../../../framework/app/cli/report.ts';
import { registerStatus } from '../../../framework/app/cli/status.ts';
import { registerSync } from '../../../framework/app/cli/sync.ts';
import { FollowRuns } from '../../../framework/analysis/watch/follow-runs.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'ablate-damaged-'));
const experiment = path.join(root, 'runs', 'small');
afterAll(() => rmSync(root, { recursive: true }));

/** Makes a file what it should not be. */
type Damage = (file: string) => void;
const holding =
  (text: string): Damage =>
  (file) =>
    writeFileSync(file, text);
const missing: Damage = (file) => rmSync(file, { recursive: true });
const cut: Damage = (file) =>
  writeFileSync(file, readFileSync(file).subarray(0, Math.floor(readFileSync(file).length / 2)));
const folder: Damage = (file) => {
  rmSync(file, { recursive: true });
  mkdirSync(file);
};
const changed =
  (change: (content: Record<string, unknown>) => void): Damage =>
  (file) => {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    change(content);
    writeFileSync(file, JSON.stringify(content));
  };
const newer = holding('{"v":99,"seq":0,"time":0,"type":"started"}\n');

const wrong: readonly (readonly [name: string, damage: Damage])[] = [
  ['null', holding('null')],
  ['empty', holding('')],
  ['a-map', holding('{}')],
  ['a-list', holding('[1]')],
  ['zeros', holding('\0'.repeat(64))],
  ['cut', cut],
  ['a-folder', folder],
];
/** What is done to which file, and what is left out for it: the whole run, or less. */
const damages: readonly (readonly [name: string, file: string, damage: Damage, lost: 'run' | 'part'])[] = [
  ...wrong.map(([name, damage]) => [`summary-${name}`, 'summary.json', damage, 'run'] as const),
  ['summary-point', 'summary.json', changed((summary) => (summary['point'] = null)), 'run'],
  ['summary-metrics', 'summary.json', changed((summary) => (summary['metrics'] = { accuracy: 'much' })), 'run'],
  ['summary-interval', 'summary.json', changed((summary) => (summary['intervals'] = { accuracy: 1 })), 'run'],
  ...wrong.map(([name, damage]) => [`spec-${name}`, 'spec.yaml', damage, 'run'] as const),
  [
    'spec-losses',
    'spec.yaml',
    (file) => writeFileSync(file, readFileSync(file, 'utf8').replace(/^losses:$/m, 'losses: [null]\nothers:')),
    'run',
  ],
  ['provenance-missing', 'provenance.json', missing, 'part'],
  ...wrong.map(([name, damage]) => [`provenance-${name}`, 'provenance.json', damage, 'part'] as const),
  ...wrong.map(([name, damage]) => [`figure-${name}`, 'figures/confusion-matrix.json', damage, 'part'] as const),
  ['figure-vega', 'figures/confusion-matrix.json', changed((figure) => (figure['vega'] = { marks: [null] })), 'part'],
  ['figure-table', 'figures/confusion-matrix.json', changed((figure) => (figure['table'] = { columns: null })), 'part'],
  ...wrong
    .filter(([name]) => name !== 'a-list')
    .map(([name, damage]) => [`embeddings-${name}`, 'embeddings/test.safetensors', damage, 'part'] as const),
  ['sheet-cut', 'embeddings/test.webp', cut, 'part'],
  ['movement-cut', 'embeddings/center-movement.safetensors', cut, 'part'],
  ['journal-newer', 'journal.jsonl', newer, 'run'],
  ['journal-folder', 'journal.jsonl', folder, 'run'],
];
const losing = (what: 'run' | 'part'): string[] =>
  damages.filter(([, , , lost]) => lost === what).map(([name]) => name);

async function called(
  register: (program: Command) => void,
  ...args: string[]
): Promise<{ stdout: string; stderr: string }> {
  const told = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      told[name] += String(text);
      return true;
    }),
  );
  try {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync(args, { from: 'user' });
  } finally {
    spies.forEach((spy) => spy.mockRestore());
    process.exitCode = undefined;
  }
  return told;
}

beforeAll(async () => {
  const spec = path.join(root, 'small.yaml');
  writeFileSync(
    spec,
    `name: small
device: cpu
threads: 1
dataset: {glyphs: {classes: 2, imagesPerClass: 8, testPerClass: 4, size: 12}}
backbone: {mlp: {embedding: 2, hidden: [4]}}
head: {linear: {}}
losses: [softmax, center]
train: {epochs: 1, batch: 8}
evaluate: [accuracy]
figures: [embedding-scatter, confusion-matrix]
matrix: {losses: [[softmax], [softmax, center]], seed: [1, 2]}
`,
  );
  const { outcomes } = await run(spec, { out: path.join(root, 'runs'), memoryCheck: false }).report;
  expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('finished'));
  for (const [name, file, damage] of damages) {
    cpSync(outcomes[3]!.dir, path.join(experiment, name), { recursive: true });
    damage(path.join(experiment, name, file));
  }
});

describe('runs of which some are damaged', () => {
  it('are reported but for those, each of which is told of', async () => {
    const page = path.join(root, 'report.html');
    // A plan names the runs that a report is about, and these copies are in none.
    renameSync(path.join(experiment, 'plan.json'), path.join(root, 'plan.json'));
    const { runs } = JSON.parse(
      (await called(registerReport, 'report', experiment, '--out', page, '--json')).stdout,
    ) as { runs: number };
    renameSync(path.join(root, 'plan.json'), path.join(experiment, 'plan.json'));
    const text = readFileSync(page, 'utf8');
    expect(losing('run').filter((name) => !text.includes(`${name}: cannot be read`))).toEqual([]);
    expect(runs).toBe(4 + losing('part').length);
    const untold = wrong
      .map(([kind]) => kind)
      .flatMap((kind) => [
        ...(new RegExp(`provenance-${kind}/provenance\\.json (is damaged|cannot be read)`).test(text)
          ? []
          : [`provenance-${kind}`]),
        ...(new RegExp(`confusion-matrix\\.json is left out: [^<]*figure-${kind}/figures`).test(text)
          ? []
          : [`figure-${kind}`]),
        ...(kind === 'a-list' || new RegExp(`embeddings-${kind}/embeddings/test\\.safetensors`).test(text)
          ? []
          : [`embeddings-${kind}`]),
      ]);
    expect(untold).toEqual([]);
    const failures = text.slice(text.indexOf('id="failures"'));
    expect(
      /Cannot (read|convert)|is not (iterable|a function)|undefined is/.exec(
        failures.slice(0, failures.indexOf('<footer>')),
      )?.[0],
    ).toBeUndefined();
  });

  it('are compared but for those', async () => {
    const { stdout, stderr } = await called(
      registerCompare,
      'compare',
      experiment,
      '--metric',
      'accuracy',
      '--format',
      'json',
    );
    expect((JSON.parse(stdout) as { groups: { runs: number }[] }).groups.map(({ runs }) => runs)).toEqual([2, 2]);
    const unread = losing('run').filter((name) => !name.startsWith('journal'));
    expect(
      unread.filter(
        (name) => !stderr.includes(`small/${name} is left out: `) || !stdout.includes(`small/${name} is left out: `),
      ),
    ).toEqual([]);
  });

  it('are brought to a server but for those', async () => {
    const { runs } = JSON.parse((await called(registerSync, 'sync', experiment, '--json')).stdout) as {
      runs: { dir: string; outcomes: { problem: string }[] }[];
    };
    expect(runs).toHaveLength(4 + damages.length);
    const told = runs.filter(({ outcomes }) => outcomes.length > 0).map(({ dir }) => path.basename(dir));
    // What is no file is not sent, and that is told too.
    expect(told.sort()).toEqual([...losing('run'), 'provenance-a-folder'].sort());
  });

  it('are shown with how they stand', async () => {
    const {
      sweeps: [sweep],
    } = JSON.parse((await called(registerStatus, 'status', experiment, '--json')).stdout) as {
      sweeps: { runs: unknown[]; damaged: string[] }[];
    };
    expect(sweep!.runs).toHaveLength(4 + damages.length);
    expect(sweep!.damaged).toEqual([
      expect.stringContaining('journal-folder'),
      expect.stringContaining('is a journal of version 99'),
    ]);
    expect((await called(registerStatus, 'status', experiment)).stdout).toMatch(/Left out: .*journal of version 99/);
  });

  it('are followed', async () => {
    const follow = new FollowRuns([{ directory: experiment }]);
    await follow.look();
    expect(follow.states.filter(({ status }) => status === 'finished').length).toBe(2 + damages.length);
  });

  it('say so where the plan is what is damaged', async () => {
    // Copies of one run are no runs to compare: they go.
    for (const [name] of damages) rmSync(path.join(experiment, name), { recursive: true });
    const plan = path.join(experiment, 'plan.json');
    for (const text of ['null', '{', '{"version": 1, "runs": [null]}']) {
      writeFileSync(plan, text);
      const {
        sweeps: [sweep],
      } = JSON.parse((await called(registerStatus, 'status', experiment, '--json')).stdout) as {
        sweeps: { damaged: string[] }[];
      };
      expect(sweep!.damaged.join()).toContain('plan.json is damaged');
      expect((await called(registerCompare, 'compare', experiment, '--metric', 'accuracy')).stderr).toContain(
        'plan.json is damaged',
      );
    }
    expect(readdirSync(experiment)).toContain('plan.json');
  });
});
