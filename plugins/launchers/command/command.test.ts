import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLauncher, commandLines } from './command.ts';

const request = {
  experiment: 'x',
  logs: '/logs',
  threads: 1,
  workingDirectory: "/a folder/it's",
  command: ['/usr/bin/node', '/ablate.mjs', 'task', '/runs/x/launches/1'],
  tasks: [
    { index: 0, id: 'a', label: 'a' },
    { index: 1, id: 'b', label: 'b' },
  ],
};

test('a line calls the command of one task in its folder, with every word kept', () => {
  expect(commandLines({ ...request, directory: '/d' })).toEqual([
    "cd '/a folder/it'\\''s' && /usr/bin/node /ablate.mjs task /runs/x/launches/1 0",
    "cd '/a folder/it'\\''s' && /usr/bin/node /ablate.mjs task /runs/x/launches/1 1",
  ]);
});

test('the lines are a script too, and it has no job that could be asked for', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ablate-command-'));
  const { job, lines } = await commandLauncher().launch({
    ...request,
    directory,
    workingDirectory: directory,
    command: ['echo', 'one  word'],
  });
  expect(job).toBeNull();
  expect(readFileSync(join(directory, 'commands.sh'), 'utf8').split('\n').slice(0, 2)).toEqual(lines.slice(0, 2));
  expect(execFileSync('sh', [join(directory, 'commands.sh')], { encoding: 'utf8' })).toBe('one  word 0\none  word 1\n');
  rmSync(directory, { recursive: true });
});
