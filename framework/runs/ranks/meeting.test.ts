import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { Meeting } from './meeting.ts';

describe('a meeting of ranks', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ablate-meeting-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const three = (): Meeting[] =>
    [0, 1, 2].map((rank) => new Meeting({ rank, size: 3, folder, host: '127.0.0.1', seconds: 2 }));

  it('tells every rank where all listen, each at a place of its own', async () => {
    const all = await Promise.all(three().map((meeting) => meeting.addresses()));
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
    expect(new Set(all[0]).size).toBe(3);
    for (const address of all[0]!) expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('names who does not come, to all', async () => {
    const [first, , third] = three();
    const ends = await Promise.allSettled([first!.addresses(), third!.addresses()]);
    for (const end of ends)
      expect(end).toMatchObject({
        reason: { code: 'RANK_LOST', problem: 'Rank 1 of 3 did not come within 2 seconds.' },
      });
  });

  it('refuses ranks that differ, and names the rank and the difference', async () => {
    const prints = [
      { Ablate: '1', 'the processor': 'a' },
      { Ablate: '1', 'the processor': 'a' },
      { Ablate: '1', 'the processor': 'b' },
    ];
    const ends = await Promise.allSettled(three().map((meeting, rank) => meeting.requireAlike(prints[rank]!)));
    for (const end of ends)
      expect(end).toMatchObject({
        reason: {
          code: 'DEVICE_UNAVAILABLE',
          problem: expect.stringContaining('the processor is b on rank 2, and a on rank 0') as string,
        },
      });
    const alike = three().map((meeting) => meeting.requireAlike({ Ablate: '1' }));
    expect(await Promise.all(alike)).toHaveLength(3);
  });

  it('keeps the first reason, which the later ones follow from', () => {
    const [first, second] = three();
    const lost = (rank: number): AblateError => new AblateError('RANK_LOST', `Rank ${rank} of 3 is gone.`);
    expect(second!.explained(lost(2))).toMatchObject({ problem: 'Rank 2 of 3 is gone.' });
    expect(first!.explained(lost(1))).toMatchObject({ problem: 'Rank 2 of 3 is gone.' });
    const other = new AblateError('USAGE', 'Something else.');
    expect(first!.explained(other)).toBe(other);
  });

  it('lets ranks leave when all need them no more', async () => {
    const [first, second, third] = three();
    first!.depart();
    second!.depart();
    await expect(first!.departed()).rejects.toMatchObject({ problem: 'Rank 2 of 3 did not leave within 2 seconds.' });
    third!.depart();
    rmSync(join(folder, 'lost'));
    await expect(first!.departed()).resolves.toBeUndefined();
  });
});
