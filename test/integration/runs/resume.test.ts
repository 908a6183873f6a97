import { mkdtemp, readdir, readFile, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { ablate } from '#test/ablate';

interface Outcome {
  readonly dir: string;
  readonly status: string;
  readonly metrics: Record<string, number>;
}

const spec = join(import.meta.dirname, 'small.yaml');
const checkpoints = async (dir: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(join(dir, 'checkpoints')))
        .sort()
        .map(async (name) => [name, (await readFile(join(dir, 'checkpoints', name))).toString('base64')]),
    ),
  );
const steps = (dir: string): number[] =>
  [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) => (record.type === 'step' ? [record.step] : []));
const warnings = (dir: string): string[] =>
  [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) => (record.type === 'warning' ? [record.message] : []));
const outcome = ({ stdout, stderr }: { stdout: string; stderr: string }): Outcome => {
  const [run] = (JSON.parse(stdout || '{"runs":[]}') as { runs: Outcome[] }).runs;
  expect(run, stderr).toBeDefined();
  return run!;
};

/** A run that was interrupted after its second checkpoint. */
async function stopped(out: string, ...more: string[]): Promise<Outcome> {
  let asked = false;
  const watch = (kill: (signal: NodeJS.Signals) => void) => async (): Promise<void> => {
    for (; !asked; await new Promise((resolve) => setTimeout(resolve, 10))) {
      const names = await readdir(out, { recursive: true });
      asked = names.filter((name) => name.endsWith('.safetensors')).length > 1;
    }
    kill('SIGTERM');
  };
  const ended = await ablate(['run', spec, '--json', '--out', out, '--set', 'train.epochs=20', ...more], {
    onStart: (kill) => void watch(kill)(),
  });
  expect(ended.code, ended.stderr).toBe(143);
  return outcome(ended);
}

describe('resuming', () => {
  let undisturbed: Outcome;
  const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ablate-resume-'));
  beforeAll(async () => {
    undisturbed = outcome(await ablate(['run', spec, '--json', '--out', await folder(), '--set', 'train.epochs=20']));
  });

  it('goes on in a folder from its own spec, and ends in the same bits', async () => {
    const { dir } = await stopped(await folder());
    const ended = await ablate(['resume', dir, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(outcome(ended)).toMatchObject({ dir, status: 'finished', metrics: undisturbed.metrics });
    expect(await checkpoints(dir)).toEqual(await checkpoints(undisturbed.dir));
    expect(steps(dir)).toEqual(steps(undisturbed.dir));
    const again = await ablate(['resume', dir, '--json']);
    expect(again.stderr).toContain('is done already');
    expect(outcome(again)).toMatchObject({ status: 'finished', metrics: undisturbed.metrics });
  });

  it('goes back past a checkpoint that is damaged, says so, and ends in the same bits', async () => {
    const { dir } = await stopped(await folder());
    const names = (await readdir(join(dir, 'checkpoints'))).sort();
    expect(names.length).toBeGreaterThan(1);
    await truncate(join(dir, 'checkpoints', names.at(-1)!), 1000);
    const ended = await ablate(['resume', dir, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/Warning: .*is cut short\. Going back to the checkpoint before it\./);
    expect(warnings(dir)).toContainEqual(expect.stringContaining('Going back to the checkpoint before it.'));
    expect(outcome(ended).metrics).toEqual(undisturbed.metrics);
    expect(await checkpoints(dir)).toEqual(await checkpoints(undisturbed.dir));
    expect(steps(dir)).toEqual(steps(undisturbed.dir));
  });

  it('refuses a changed spec, says what changed, and goes on with it where told', async () => {
    const out = await folder();
    const { dir } = await stopped(out);
    const changed = ['--set', 'train.epochs=4', '--set', 'losses.1.center.alpha=0.25'];
    const refused = await ablate(['run', spec, '--resume', '--json', '--out', out, ...changed]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('its spec has changed since it began:');
    expect(refused.stderr).toContain('losses.1.center.alpha: 0.5 → 0.25');
    expect(refused.stderr).toContain('train.epochs: 20 → 4');
    expect(refused.stderr).toContain('--allow-changes');
    const alsoRefused = await ablate(['resume', dir, ...changed]);
    expect(alsoRefused.code).toBe(2);
    expect(alsoRefused.stderr).toContain('train.epochs: 20 → 4');
    const threads = await ablate([
      'run',
      spec,
      '--resume',
      '--out',
      out,
      '--set',
      'train.epochs=20',
      '--set',
      'threads=2',
    ]);
    expect(threads.code).toBe(2);
    expect(threads.stderr).toContain('threads: 1 → 2');

    const allowed = await ablate(['run', spec, '--resume', '--allow-changes', '--json', '--out', out, ...changed]);
    expect(allowed.code, allowed.stderr).toBe(0);
    expect(outcome(allowed)).toMatchObject({ dir, status: 'finished' });
    expect(warnings(dir)).toContainEqual(expect.stringContaining('losses.1.center.alpha: 0.5 → 0.25'));
    expect(await readFile(join(dir, 'spec.yaml'), 'utf8')).toContain('alpha: 0.25');
    const again = await ablate(['run', spec, '--resume', '--json', '--out', out, ...changed]);
    expect(again.stderr).toContain('1 of 1 runs are done already');
    expect(outcome(again).dir).toBe(dir);
  });

  it('keeps the best checkpoint beside the newest', async () => {
    const ended = await ablate([
      'run',
      spec,
      '--json',
      '--out',
      await folder(),
      '--set',
      'train.epochs=8',
      '--set',
      'train.keep=1',
      '--set',
      'train.keepBest={metric: validation/intra-inter-ratio, mode: min}',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    const { dir } = outcome(ended);
    const ratios = [...readJournal(join(dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'evaluated' && record.role === 'validation'
        ? [{ step: record.step, ratio: record.metrics['intra-inter-ratio']! }]
        : [],
    );
    const best = ratios.reduce((one, other) => (other.ratio < one.ratio ? other : one));
    const file = (step: number): string => `step-${String(step).padStart(9, '0')}.safetensors`;
    expect((await readdir(join(dir, 'checkpoints'))).sort()).toEqual(
      [...new Set([file(best.step), file(ratios.at(-1)!.step)])].sort(),
    );
  });

  it('says before training, or at the first validation, that a best checkpoint cannot be told', async () => {
    const tell = async (...settings: string[]): Promise<{ code: number | null; text: string }> => {
      const { code, stdout, stderr } = await ablate([
        'run',
        spec,
        '--out',
        await folder(),
        ...settings.flatMap((setting) => ['--set', setting]),
      ]);
      return { code, text: stdout + stderr };
    };
    expect(await tell('train.keepBest={metric: validation/accurac}')).toEqual({
      code: 2,
      text: expect.stringMatching(
        /validation found no "validation\/accurac"\. It found: validation\/accuracy, .* Did you mean "validation\/accuracy"\?/,
      ),
    });
    expect(await tell('train.keepBest={metric: validation/accuracy}', 'train.validateEvery=0')).toEqual({
      code: 2,
      text: expect.stringContaining('but train.validateEvery is 0'),
    });
    expect(await tell('train.keepBest={metric: accuracy}')).toEqual({
      code: 2,
      text: expect.stringContaining('train.keepBest.metric'),
    });
  });

  it('does not mind another description, tracker or number of checkpoints', async () => {
    const out = await folder();
    const { dir } = await stopped(out);
    const ended = await ablate([
      'run',
      spec,
      '--resume',
      '--json',
      '--out',
      out,
      '--set',
      'train.epochs=20',
      '--set',
      'description=Once more',
      '--set',
      'train.keep=1',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(outcome(ended)).toMatchObject({ dir, status: 'finished', metrics: undisturbed.metrics });
    expect(await readdir(join(dir, 'checkpoints'))).toHaveLength(1);
  });
});
