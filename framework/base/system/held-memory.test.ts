import { expect, it } from 'vitest';
import { heldMemory } from './held-memory.ts';

it('counts what is allocated, and no more than is resident', () => {
  const before = heldMemory();
  const block = Buffer.alloc(64 * 2 ** 20, 1);
  const after = heldMemory();
  expect(after - before).toBeGreaterThan(0.5 * block.length);
  expect(after).toBeLessThanOrEqual(process.memoryUsage.rss());
});

it.runIf(process.platform === 'linux')('leaves out the pages of the program itself', () => {
  expect(heldMemory()).toBeLessThan(process.memoryUsage.rss() - 8 * 2 ** 20);
});
