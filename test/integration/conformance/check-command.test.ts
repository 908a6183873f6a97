import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `ablate check …`, in this folder, on the device that every machine has. */
function check(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [here('../../../framework/app/bin/ablate.mjs'), 'check', ...args, '--device', 'cpu'],
      { cwd: here('.') },
      (error, output, errors) => resolve({ code: error ? Number(error.code) : 0, output, errors }),
    );
  });
}

describe('ablate check', () => {
  test('closes with the counts, and prints the largest error of each case', async () => {
    const { code, output } = await check('losses/softmax', '--vectors', '../../reference/vectors/softmax.json');
    expect(output.trimEnd().split('\n').at(-1)).toBe('8 passed, 0 failed');
    expect(output).toMatch(/passed {3}large-logits: largest error \d\.\de-\d+ \(.* % of what is allowed\)/);
    expect(code).toBe(0);
  });

  test('exit code 1 where something failed, for a plugin by its path', async () => {
    const { code, output } = await check('./bad/negative-rate.ts', '--trust');
    expect(output).toMatch(/FAILED {3}step 10\d of 200: The rate is -/);
    expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('--json prints one document', async () => {
    const { output } = await check('sgd', '--set', 'momentum=0.5', '--json');
    const report = JSON.parse(output) as {
      plugin: string;
      device: string;
      options: { momentum: number };
      failed: number;
    };
    expect(report).toMatchObject({ plugin: 'sgd', device: 'cpu', options: { momentum: 0.5 }, failed: 0 });
  });

  test('a joint supervision has a name of its own', async () => {
    const { output } = await check(
      'joint-softmax-center',
      '--vectors',
      '../../reference/vectors/joint-softmax-center.json',
    );
    expect(output).toContain('loss softmax+center on cpu');
    expect(output.trimEnd().split('\n').at(-1)).toBe('4 passed, 0 failed');
  });

  test.each([
    ['an unknown plugin', ['arcfac'], /arcface/],
    ['an unknown option', ['cosface', '--set', 'q=1'], /"cosface" refuses its options: .*q/],
    ['an option that is no option=value', ['cosface', '--set', 'm'], /--set m is not option=value/],
    ['an option out of range', ['losses/arcface', '--set', 's=0'], /refuses its options: s: /],
    [
      'a file that is not there',
      ['cosface', '--vectors', 'nowhere.json'],
      /Cannot read the reference cases nowhere\.json/,
    ],
    [
      'cases of another kind',
      ['cosface', '--vectors', '../../reference/vectors/metrics.json'],
      /holds cases of "metrics", none of the loss "cosface"/,
    ],
    ['losses that need different heads', ['softmax+cosface'], /need different heads \(linear and cosine\)/],
  ])('%s: exit code 2 and what to do', async (_, args, message) => {
    const { code, output, errors } = await check(...args);
    expect(errors).toMatch(message);
    expect(errors.trim().split('\n').length).toBeGreaterThan(1);
    expect(output).toBe('');
    expect(code).toBe(2);
  });
});
