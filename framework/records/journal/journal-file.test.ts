import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../contracts/run-event.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { runFolderAt } from '../run-folder/create-run-folder.ts';
import { JournalFile, type JournalWriter } from './journal-file.ts';
import { Journal } from './journal.ts';

const folder = (): RunFolder => runFolderAt(mkdtempSync(join(tmpdir(), 'ablate-journal-file-')));
const step = (number: number, loss = number): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss,
  parts: {},
  rate: 0.1,
  milliseconds: 5,
  images: 4,
});

/** Writes `step loss` a line, between a first and a last line. */
const lines = (where = 'lines.txt'): JournalWriter => ({
  file: ({ directory }) => join(directory, where),
  begin: async () => 'begin\n',
  add: (record) => (record.type === 'step' ? `${record.step} ${record.loss}\n` : ''),
  end: async () => 'end\n',
});
const written = (run: RunFolder): string => readFileSync(join(run.directory, 'lines.txt'), 'utf8');

it('is written while the run goes on, and whole at its end', async () => {
  const run = folder();
  const journal = Journal.open(run);
  journal.append(step(0));
  const tracker = new JournalFile(lines());
  tracker.start(run);
  await expect.poll(() => written(run)).toBe('begin\n0 0\n');
  journal.append(step(1));
  const outcome = await tracker.finish();
  journal.close();
  expect(outcome).toEqual({ complete: true, url: join(run.directory, 'lines.txt') });
  expect(written(run)).toBe('begin\n0 0\n1 1\nend\n');
});

it('has steps that were trained again once, rewound before it begins or under its eyes', async () => {
  const run = folder();
  const journal = Journal.open(run);
  for (const number of [0, 1, 2]) journal.append(step(number));
  const tracker = new JournalFile(lines());
  tracker.start(run);
  await expect.poll(() => written(run)).toBe('begin\n0 0\n1 1\n2 2\n');
  journal.append({ type: 'rewound', step: 1 } as never);
  for (const number of [1, 2]) journal.append(step(number, number + 10));
  expect(await tracker.finish()).toMatchObject({ complete: true });
  const once = 'begin\n0 0\n1 11\n2 12\nend\n';
  expect(written(run)).toBe(once);
  const again = new JournalFile(lines());
  again.start(run);
  await again.finish();
  journal.close();
  expect(written(run)).toBe(once);
});

it('is written anew over what a killed process left', async () => {
  const run = folder();
  const journal = Journal.open(run);
  journal.append(step(0));
  journal.close();
  writeFileSync(join(run.directory, 'lines.txt'), 'begin\n0 ');
  const tracker = new JournalFile(lines());
  tracker.start(run);
  await tracker.finish();
  expect(written(run)).toBe('begin\n0 0\nend\n');
  expect(readdirSync(run.directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('is no file of another folder, whatever stands in its place, and says what keeps it from being written', async () => {
  const [run, elsewhere] = [folder(), mkdtempSync(join(tmpdir(), 'ablate-elsewhere-'))];
  const journal = Journal.open(run);
  journal.append(step(0));
  journal.close();
  symlinkSync(elsewhere, join(run.directory, 'board'));
  const linked = new JournalFile(lines('board/lines.txt'));
  linked.start(run);
  expect(await linked.finish()).toEqual({
    complete: false,
    problem: expect.stringMatching(/^board in .* is a link, .*npx ablate sync /s),
  });
  expect(readdirSync(elsewhere)).toEqual([]);
  // A link to a file is replaced, and the file left as it is.
  const file = join(elsewhere, 'mine.txt');
  writeFileSync(file, 'mine');
  symlinkSync(file, join(run.directory, 'lines.txt'));
  const replaced = new JournalFile(lines());
  replaced.start(run);
  await replaced.finish();
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(written(run)).toBe('begin\n0 0\nend\n');
});

it('tells of a folder that is gone, and of a file that cannot be made', async () => {
  const gone = folder();
  rmSync(gone.directory, { recursive: true });
  const tracker = new JournalFile(lines());
  tracker.start(gone);
  expect(await tracker.finish()).toMatchObject({ complete: false, problem: expect.stringContaining('cannot be read') });
  const run = folder();
  const journal = Journal.open(run);
  journal.append(step(0));
  journal.close();
  mkdirSync(join(run.directory, 'lines.txt'));
  const blocked = new JournalFile(lines());
  blocked.start(run);
  expect(await blocked.finish()).toMatchObject({ complete: false, problem: expect.stringContaining('EISDIR') });
  expect(readdirSync(run.directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
