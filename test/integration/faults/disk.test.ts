import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../framework/records/checkpoints/checkpoint-folder.ts';
import { parseJournalLine } from '../../../framework/records/journal/journal-line.ts';
import { ablate } from '#test/ablate';
import { history, onlyRun, weights } from '#test/history';

const spec = join(import.meta.dirname, 'killed.yaml');
const megabyte = 2 ** 20;

/** A small file system of its own, or why there is none. */
function mount(bytes: number): { folder: string; unmount: () => void } | { missing: string } {
  if (process.platform !== 'linux') return { missing: 'no tmpfs on this system' };
  if (process.getuid?.() !== 0) return { missing: 'mounting a small disk takes root' };
  const folder = mkdtempSync(join(tmpdir(), 'ablate-disk-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  const unmount = (): void => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (status === 0) return { folder, unmount };
  rmSync(folder, { recursive: true });
  return { missing: `mounting a small disk was refused: ${stderr.trim()}` };
}

const trial = mount(megabyte);
if ('unmount' in trial) trial.unmount();
const missing = 'missing' in trial ? trial.missing : undefined;

describe.skipIf(missing)(`a disk${missing ? ` (${missing})` : ''}`, { timeout: 600_000 }, () => {
  let reference: string;
  let disk: { folder: string; unmount: () => void };
  beforeAll(async () => {
    const out = mkdtempSync(join(tmpdir(), 'ablate-room-'));
    const { code, stderr } = await ablate(['run', spec, '--out', out]);
    expect(code, stderr).toBe(0);
    reference = onlyRun(join(out, 'killed'));
  });
  afterEach(() => disk?.unmount());

  const mounted = (bytes: number): typeof disk => mount(bytes) as typeof disk;
  const ballast = (bytes: number): void => writeFileSync(join(disk.folder, 'ballast'), Buffer.alloc(bytes));
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(disk.folder);
    return bavail * bsize;
  };
  const expectWhole = async (dir: string): Promise<void> => {
    const names = readdirSync(join(dir, 'checkpoints'));
    for (const name of names) expect(name).toMatch(/\.safetensors$/);
    await readCheckpoint(join(dir, 'checkpoints', names.sort().at(-1)!));
    const lines = readFileSync(join(dir, 'journal.jsonl'), 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.every(parseJournalLine)).toBe(true);
  };

  it('that has no room for the second checkpoint stops the run with the bytes needed; with more room it ends in the same bits', async () => {
    disk = mounted(40 * megabyte);
    const size = readFileSync(join(reference, 'checkpoints', readdirSync(join(reference, 'checkpoints'))[0]!)).length;
    ballast(freeBytes() - Math.floor(1.6 * size) - 200_000);
    const stopped = await ablate(['run', spec, '--out', disk.folder]);
    expect(stopped.code, stopped.stderr).toBe(1);
    const said = /No room for \S+step-\d+\.safetensors: it needs (\d+) bytes, of which (\d+) are free\./.exec(
      stopped.stdout + stopped.stderr,
    );
    expect(said, stopped.stdout + stopped.stderr).not.toBeNull();
    expect(Math.abs(Number(said![1]) - size)).toBeLessThan(4096);
    expect(Number(said![2])).toBeLessThan(size);
    const dir = onlyRun(join(disk.folder, 'killed'));
    await expectWhole(dir);
    expect(JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8'))).toMatchObject({
      status: 'failed',
      error: { code: 'DISK_FULL' },
    });
    rmSync(join(disk.folder, 'ballast'));
    const resumed = await ablate(['resume', dir]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(weights(dir)).toEqual(weights(reference));
    expect(history(dir)).toEqual(history(reference));
  });

  it('that is full to the last byte in the middle of an epoch stops the run at the journal, which stays whole', async () => {
    disk = mounted(40 * megabyte);
    const filled = (experiment: string): boolean => {
      try {
        return readdirSync(join(onlyRun(experiment), 'checkpoints')).some((name) => name.endsWith('.safetensors'));
      } catch {
        return false;
      }
    };
    const watch = setInterval(() => {
      if (!filled(join(disk.folder, 'killed'))) return;
      clearInterval(watch);
      try {
        for (let piece = 0; ; piece++)
          writeFileSync(join(disk.folder, `ballast-${piece}`), Buffer.alloc(piece > 200 ? 4096 : megabyte));
      } catch {
        // Full, as it should be.
      }
    }, 2);
    const stopped = await ablate(['run', spec, '--out', disk.folder, '--set', 'train.epochs=40']).finally(() =>
      clearInterval(watch),
    );
    expect(stopped.code, stopped.stderr).toBe(1);
    expect(stopped.stdout + stopped.stderr).toMatch(/No room for \S+: it needs \d+ bytes, of which \d+ are free\./);
    const dir = onlyRun(join(disk.folder, 'killed'));
    await expectWhole(dir);
    for (const name of readdirSync(disk.folder)) if (name.startsWith('ballast')) rmSync(join(disk.folder, name));
    const resumed = await ablate(['resume', dir, '--set', 'train.epochs=4', '--allow-changes']);
    expect(resumed.code, resumed.stderr).toBe(0);
  });

  it('that cannot be written is refused before training', async () => {
    disk = mounted(megabyte);
    spawnSync('mount', ['-o', 'remount,ro', disk.folder]);
    const refused = await ablate(['run', spec, '--out', join(disk.folder, 'runs')]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/The run folder \S+ cannot be made: .*read-only file system/);
    expect(refused.stderr).toContain('--out');
  });
});
