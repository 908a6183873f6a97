import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFolderAt } from '../../../framework/records/run-folder/create-run-folder.ts';
import { Journal } from '../../../framework/records/journal/journal.ts';
import { tensorboard } from './tensorboard.ts';
import { crc32c, tfRecord } from './tf-record.ts';

describe('a TFRecord', () => {
  it('has the check value of CRC-32C', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  });

  it('is framed by lengths and sums', () => {
    const record = tfRecord(Buffer.from('abc'));
    expect(record.length).toBe(19);
    expect(record.readBigUInt64LE(0)).toBe(3n);
    expect(record.subarray(12, 15).toString()).toBe('abc');
  });
});

/** The event file of a run whose journal names these figures, as text. */
async function eventsOf(figures: readonly string[], prepare: (directory: string) => Promise<void>): Promise<string> {
  const run = runFolderAt(await mkdtemp(join(tmpdir(), 'ablate-events-')));
  await mkdir(run.figures);
  await writeFile(run.spec, 'name: one\ntracking:\n  - mlflow: {url: "http://user:hunter2@localhost:1"}\n');
  await prepare(run.directory);
  const journal = Journal.open(run);
  for (const name of figures) journal.append({ type: 'figure', name, files: [] });
  journal.append({ type: 'ended', status: 'failed', step: 3, error: { code: 'RUN_FAILED', message: 'x' } });
  journal.close();
  const tracker = tensorboard({ figures: true, embeddings: 10, system: true }, {
    experiment: 'e',
    run: 'one',
  } as never);
  tracker.start(run);
  expect(await tracker.finish()).toMatchObject({ complete: true });
  const folder = join(run.directory, 'tensorboard');
  const [file] = await readdir(folder);
  return readFile(join(folder, file!), 'latin1');
}

describe('an event file', () => {
  const png = Buffer.concat([Buffer.alloc(16), Buffer.from([0, 0, 0, 2, 0, 0, 0, 3]), Buffer.from('PIXELS')]);

  it('has the figures of its own folder, and nothing that a name or a link leads out to', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'ablate-secret-'));
    await writeFile(join(elsewhere, 'secret.png'), Buffer.concat([png, Buffer.from('SECRET')]));
    const text = await eventsOf(['own', 'linked', '../../secret', 'missing'], async (directory) => {
      await writeFile(join(directory, 'figures', 'own.png'), png);
      await symlink(join(elsewhere, 'secret.png'), join(directory, 'figures', 'linked.png'));
    });
    expect(text).toContain('PIXELS');
    expect(text).not.toContain('SECRET');
  });

  it('holds no password of an address', async () => {
    const text = await eventsOf([], async () => undefined);
    expect(text).toContain('localhost:1');
    expect(text).not.toContain('hunter2');
  });
});
