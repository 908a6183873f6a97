import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ablate, type Ended } from '#test/ablate';
import { holderOf, resultsOf, runsOf, until } from '#test/sweep';

const spec = join(import.meta.dirname, 'sweep.yaml');
const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-workers-'));
  folders.push(folder);
  return folder;
};
const statuses = ({ stdout }: Ended): string[] =>
  (JSON.parse(stdout) as { runs: { status: string }[] }).runs.map(({ status }) => status);
const eight = <T>(value: T): T[] => Array.from({ length: 8 }, () => value);

describe('runs side by side', { timeout: 600_000 }, () => {
  let inTurn: string;
  beforeAll(async () => {
    const out = newFolder();
    const { code, stderr } = await ablate(['run', spec, '--out', out]);
    expect(code, stderr).toBe(0);
    inTurn = join(out, 'sweep');
  });
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('all finish where a worker is killed in the middle, with the bits of runs one after another', async () => {
    const out = newFolder();
    const running = ablate(['run', spec, '--out', out, '--workers', '2', '--json']);
    const holders = await until(() => {
      const found = runsOf(join(out, 'sweep'))
        .map((dir) => holderOf(dir, 8000))
        .filter((pid) => pid !== undefined);
      return found.length > 0 ? found : undefined;
    }, 'run under way');
    process.kill(holders[0]!, 'SIGKILL');
    const ended = await running;
    expect(ended.code, ended.stderr).toBe(0);
    expect(statuses(ended)).toEqual(eight('finished'));
    expect(ended.stderr).toContain(`The worker ${holders[0]} was ended by SIGKILL`);
    expect(resultsOf(join(out, 'sweep'))).toEqual(resultsOf(inTurn));
  });

  it('write a checkpoint each at Ctrl-C, and --resume ends in the same bits', async () => {
    const out = newFolder();
    const experiment = join(out, 'sweep');
    const stopped = await ablate(['run', spec, '--out', out, '--workers', '2', '--json'], {
      onStart: (kill) =>
        void until(
          () => (runsOf(experiment).filter((dir) => holderOf(dir, 6000)).length >= 2 ? true : undefined),
          'two runs under way',
        ).then(() => kill('SIGINT')),
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    const stages = statuses(stopped);
    expect(stages.filter((status) => status === 'interrupted').length).toBeGreaterThanOrEqual(1);
    for (const dir of runsOf(experiment)) {
      expect(readdirSync(join(dir, 'checkpoints')).length, dir).toBeGreaterThan(0);
      expect(readdirSync(dir)).not.toContain('lock');
    }
    const refused = await ablate(['run', spec, '--out', out, '--workers', '2']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Add --resume to go on');
    const resumed = await ablate(['run', spec, '--out', out, '--workers', '2', '--resume', '--json']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(statuses(resumed)).toEqual(eight('finished'));
    expect(resultsOf(experiment, { interrupted: true })).toEqual(resultsOf(inTurn, { interrupted: true }));
  });

  it('give a run up whose process dies again and again, and keep the reason with it', async () => {
    const out = newFolder();
    const env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../../support/die-at.mjs')).href}`,
      ABLATE_TEST_DIE_AT: JSON.stringify({ file: '/journal.jsonl$', place: 'append', count: 6 }),
    };
    const failed = await ablate(['run', spec, '--out', out, '--workers', '1', '--only', '*0 · seed 2', '--json'], {
      env,
    });
    expect(failed.code, failed.stderr).toBe(1);
    expect(statuses(failed)).toEqual(['failed']);
    const [dir] = runsOf(join(out, 'sweep'));
    expect(JSON.parse(readFileSync(join(dir!, 'summary.json'), 'utf8'))).toMatchObject({
      status: 'failed',
      error: { code: 'RUN_FAILED', message: expect.stringContaining('was ended by SIGKILL; 3 processes ended so') },
    });
    const mended = await ablate([
      'run',
      spec,
      '--out',
      out,
      '--workers',
      '1',
      '--only',
      '*0 · seed 2',
      '--resume',
      '--json',
    ]);
    expect(mended.code, mended.stderr).toBe(0);
    expect(statuses(mended)).toEqual(['finished']);
  });

  it('refuse a number that is none, and a device that does not work, before any training', async () => {
    const wrong = await ablate(['run', spec, '--workers', '0.5']);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Give a whole number from 1 on, or auto.'),
    });
    const none = await ablate([
      'run',
      spec,
      '--out',
      newFolder(),
      '--workers',
      '2',
      '--device',
      'tensorflow-gpu',
      '--json',
    ]);
    expect(none.code, none.stderr).toBe(2);
    expect(none.stderr).toContain('The device "tensorflow-gpu" does not work here');
  });
});
