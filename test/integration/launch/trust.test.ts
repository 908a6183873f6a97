import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchPlan } from '../../../framework/runs/launch/launch-plan.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';

let folder: string;
let mine: string;
let out: string;
const write = (file: string, text: string): string => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const launch = (options: string): string => `launch: {slurm: {${options}}}\n`;
const setup = launch('setup: ["touch /tmp/mark"]');
const spec = `
name: sweep
dataset: {glyphs: {classes: 3, imagesPerClass: 10, testPerClass: 2, size: 12}}
backbone: {mlp: {embedding: 4, hidden: [8]}}
head: {linear: {}}
losses: [softmax]
train: {steps: 1, batch: 10}
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ablate-launch-trust-'));
  mine = join(folder, 'mine');
  write(join(mine, 'package.json'), '{"name": "mine"}');
  // Takes a script and does not run it.
  const sbatch = write(join(folder, 'bin', 'sbatch'), '#!/bin/sh\necho 1234\n');
  chmodSync(sbatch, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`);
  out = mkdtempSync(join(folder, 'out-'));
  return () => vi.unstubAllEnvs();
});

/** Launches a spec from a folder of mine; the script that it came to. */
async function launched(
  file: string,
  { set = [] as string[], trust = false, from = mine, to = out } = {},
): Promise<string> {
  const catalogue = await createCatalogue({ trust, folder: from });
  const { directory } = await launchPlan(await loadPlan(file, { set, catalogue }), {
    catalogue,
    out: to,
    onNote: () => undefined,
  });
  return readFileSync(join(directory!, 'job.sh'), 'utf8');
}
const untrusted = (...words: string[]) =>
  expect.objectContaining({
    code: 'PLUGIN_UNTRUSTED',
    problem: expect.stringMatching(words.join('[^]*')) as string,
  }) as Error;

describe("a stranger's lines of shell", () => {
  it.each([
    ['setup', setup],
    ['extra', launch('extra: ["--task-prolog=/tmp/mark"]')],
  ])('in %s are refused, shown with their place, and run after --trust alone', async (name, lines) => {
    const file = write(join(folder, `stranger-${name}`, 'spec.yaml'), spec + lines);
    await expect(launched(file)).rejects.toEqual(
      untrusted(`launch.slurm.${name} is executed`, 'spec.yaml:8: ', '/tmp/mark'),
    );
    expect(existsSync(join(out, 'sweep'))).toBe(false);
    expect(await launched(file, { trust: true })).toContain('/tmp/mark');
  });

  it('are refused where the command line names the launcher, or one more line of mine', async () => {
    const file = write(join(folder, 'stranger', 'spec.yaml'), spec + setup);
    await expect(launched(file, { set: ['launch.slurm.partition=gpu'] })).rejects.toEqual(
      untrusted('launch.slurm.setup'),
    );
    expect(await launched(file, { set: ['launch.slurm.setup=["module load mine"]'] })).toMatch(/^module load mine$/m);
  });

  it('are refused where a spec of mine extends them', async () => {
    write(join(folder, 'stranger', 'base.yaml'), spec + setup);
    const file = write(join(mine, 'extending.yaml'), 'extends: ../stranger/base.yaml\nseed: 3\n');
    await expect(launched(file)).rejects.toEqual(untrusted('base.yaml:8: launch.slurm.setup'));
  });

  it('are refused in a package or a repository that lies within my project, and in a folder beside one that is none', async () => {
    const inside = write(join(mine, 'cloned', 'spec.yaml'), spec + setup);
    execFileSync('git', ['init', '--quiet'], { cwd: dirname(inside) });
    await expect(launched(inside)).rejects.toEqual(untrusted('launch.slurm.setup'));
    const packed = write(join(mine, 'unpacked', 'specs', 'spec.yaml'), spec + setup);
    write(join(mine, 'unpacked', 'package.json'), '{}');
    await expect(launched(packed)).rejects.toEqual(untrusted('launch.slurm.setup'));
    const plain = write(join(folder, 'plain', 'spec.yaml'), 'seed: 1\n');
    await expect(
      launched(write(join(folder, 'stranger', 'spec.yaml'), spec + setup), { from: dirname(plain) }),
    ).rejects.toEqual(untrusted('launch.slurm.setup'));
  });

  it.runIf(process.getuid?.() === 0)('are refused in a file of another user within my project', async () => {
    const file = write(join(mine, 'theirs.yaml'), spec + setup);
    execFileSync('chown', ['65534', file]);
    await expect(launched(file)).rejects.toEqual(untrusted('launch.slurm.setup'));
  });

  it('of my own run: in my project, below it, and where I work without one', async () => {
    for (const name of ['spec.yaml', 'specs/spec.yaml']) {
      expect(
        await launched(write(join(mine, name), spec + setup), { to: mkdtempSync(join(folder, 'out-')) }),
      ).toContain('touch /tmp/mark');
    }
    const plain = write(join(folder, 'plain', 'specs', 'spec.yaml'), spec + setup);
    expect(await launched(plain, { from: join(folder, 'plain') })).toContain('touch /tmp/mark');
  });
});

it.each(['slurm', 'command', 'local'])(
  'a new line in the name of a folder is no line of a script of %s',
  async (launcher) => {
    const file = write(join(mine, `${launcher}.yaml`), `${spec}launch: {${launcher}: {}}\n`);
    await expect(launched(file, { to: join(out, 'a\ntouch /tmp/mark;#') })).rejects.toMatchObject({
      code: 'LAUNCH_REFUSED',
      message: expect.stringContaining(String.raw`a\ntouch /tmp/mark;#" has a control character`) as string,
    });
  },
);
