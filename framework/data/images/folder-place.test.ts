import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderPlace } from './image-place.ts';

it('has no file of a name that none can have', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ablate-place-'));
  writeFileSync(join(folder, 'a.png'), 'four');
  const names = ['a.png', 'a\0.png', 'b.png'];
  const found = await folderPlace(folder).find({ length: names.length, at: (row) => names[row]! });
  expect([...found]).toEqual([4, -1, -1]);
  rmSync(folder, { recursive: true });
});
