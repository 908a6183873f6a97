import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '#test/plugin-folders';
import { ablate } from '#test/ablate';

let script: string;
beforeAll(async () => {
  ({ stdout: script } = await ablate(['completion', 'bash']));
});

/** What a real bash offers at the end of a line. */
function offered(line: string): string[] {
  const words = line.split(' ');
  const call = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ablate; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', call], { encoding: 'utf8', cwd: root });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  it.each([
    ['ablate va', ['validate']],
    ['ablate list hea', ['heads']],
    ['ablate describe arcf', ['arcface']],
    ['ablate run --dev', ['--device']],
    ['ablate run --device w', ['wasm', 'webgpu']],
    ['ablate run experiments/quick', ['experiments/quickstart.png', 'experiments/quickstart.yaml']],
    ['ablate completion z', ['zsh']],
  ])('%s⇥', (line, words) => expect(offered(line).sort()).toEqual(words));

  it('knows every command of ablate --help', async () => {
    const { stdout } = await ablate(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)\b.*/gm)]
      .map(([, name]) => name!)
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(15);
    expect(offered('ablate ')).toEqual(commands);
  });
});

it.each(['zsh', 'fish'])(
  'a script for %s names commands, options and plugins, and parses where that shell is there',
  async (shell) => {
    const { code, stdout } = await ablate(['completion', shell]);
    expect(code).toBe(0);
    for (const word of ['validate', 'device', 'arcface', 'tensorflow-gpu']) expect(stdout).toContain(word);
    const parsed = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
    if (!parsed.error) expect([parsed.status, parsed.stderr]).toEqual([0, '']);
  },
);
