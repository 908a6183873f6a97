import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CheckpointFolder } from '../../../framework/records/checkpoints/checkpoint-folder.ts';
import type { StoredTensor } from '../../../framework/contracts/checkpoint.ts';
import { isFull } from './damage.ts';

const gibibyte = 2 ** 30;
/** Just what is not yet stored in pieces, 34 times: together more than one call can read. */
const values = new Int32Array(2 ** 24).map((_, index) => index);
const tensors = Array.from(
  { length: 34 },
  (_, index): StoredTensor => ({ name: `layer-${index}/kernel`, dtype: 'int32', shape: [values.length], data: values }),
);

const freeBytes = (): number => {
  const { bavail, bsize } = statfsSync(tmpdir());
  return bavail * bsize;
};
const missing = !isFull
  ? 'npm run test:faults'
  : freemem() < 5 * gibibyte || freeBytes() < 4 * gibibyte
    ? 'it takes 5 GiB of memory and 4 GiB of disk'
    : undefined;

it.skipIf(missing)(
  `a checkpoint of more than 2 GiB in small tensors comes back as it was written${missing ? ` (${missing})` : ''}`,
  { timeout: 1_800_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ablate-large-'));
    try {
      const checkpoints = new CheckpointFolder(folder, 1);
      const { bytes } = await checkpoints.write({ step: 1, epochSums: {} }, tensors);
      expect(bytes).toBeGreaterThan(2 * gibibyte);
      const found = await checkpoints.newest((message) => expect.fail(message));
      expect(found!.tensors.size).toBe(34);
      for (const { data } of found!.tensors.values())
        expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(values.buffer))).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
