import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openZip } from './zip-archive.ts';
import { zipFixture, type FixtureEntry } from './zip-fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-zip-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const zip = (...entries: FixtureEntry[]): string => {
  const file = path.join(folder, `${count++}.zip`);
  writeFileSync(file, zipFixture(entries));
  return file;
};
const hello = { name: 'a/hello.png', bytes: Buffer.from('hello') };

describe('openZip', () => {
  it('reads entries by name', async () => {
    const archive = await openZip(
      zip(hello, { name: 'b/', bytes: Buffer.alloc(0) }, { name: 'b/x', bytes: Buffer.from('other') }),
    );
    expect(archive.names).toEqual(['a/hello.png', 'b/x']);
    expect(Buffer.from(await archive.read('b/x')).toString()).toBe('other');
    archive.close();
  });

  it.each(['../../etc/passwd', 'a/../../b.png', '/etc/passwd', '..\\b.png', 'C:\\b.png'])(
    'refuses the name %s',
    async (name) => {
      const file = zip(hello, { ...hello, name });
      await expect(openZip(file)).rejects.toThrow(`${file} is not a zip file that can be read`);
    },
  );

  it('refuses a name that stands twice', async () => {
    await expect(openZip(zip(hello, { ...hello, bytes: Buffer.from('other') }))).rejects.toThrow(
      'holds a/hello.png twice',
    );
  });

  it('refuses an entry that claims to unpack to a gigabyte, before anything is unpacked', async () => {
    await expect(openZip(zip({ ...hello, claimedSize: 2 ** 30 }))).rejects.toThrow(
      'holds a/hello.png, which unpacks to 1073741824 bytes, more than the 268435456 that are read',
    );
  });

  it('takes a large entry where it is asked to, unless it unpacks to a hundred times what it takes', async () => {
    const large = { name: 'embedding.npy', bytes: randomBytes(2 ** 22), claimedSize: 300 * 2 ** 20 };
    await expect(openZip(zip(large))).rejects.toThrow('more than the 268435456 that are read');
    (await openZip(zip(large), { largeEntries: true })).close();
    await expect(
      openZip(zip({ ...large, bytes: large.bytes.subarray(0, 2 ** 10) }), { largeEntries: true }),
    ).rejects.toThrow('which unpacks to 314572800 bytes, more than the 268435456 that are read');
  });

  it('refuses an entry that unpacks to more than it claims', async () => {
    const archive = await openZip(zip({ name: 'bomb.png', bytes: Buffer.alloc(10_000_000), claimedSize: 1000 }));
    await expect(archive.read('bomb.png')).rejects.toThrow(/holds bomb.png, which cannot be unpacked: too many bytes/);
    archive.close();
  });

  it('refuses entries that share their bytes', async () => {
    const copies = Array.from({ length: 50 }, (_, copy) => ({
      name: `copy${copy}.png`,
      bytes: Buffer.from('x'.repeat(500)),
      overlaps: copy > 0,
    }));
    const big = { name: 'big.png', bytes: Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 251)) };
    await expect(
      openZip(zip(big, ...copies.map((copy) => ({ ...copy, bytes: big.bytes, overlaps: true })))),
    ).rejects.toThrow('they share their bytes, as a zip bomb');
  });

  it('refuses what is cut off and what is no zip file', async () => {
    const file = zip(hello);
    truncateSync(file, 40);
    await expect(openZip(file)).rejects.toThrow('is not a zip file that can be read');
  });
});
