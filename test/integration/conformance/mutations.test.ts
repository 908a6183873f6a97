import { readFile } from 'node:fs/promises';
import { checkLoss, type AnyManifest, type Check } from 'ablate-ml/testing';
import { describe, expect, test } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { mutated, withMutant, type Mutation } from './mutant.ts';
import { mutations } from './mutations.ts';
import { referenceFiles } from './reference-files.ts';

/** What the checker finds wrong with the loss by all its reference cases. */
async function faultsFound(manifest: AnyManifest & { readonly kind: 'loss' }): Promise<Check[]> {
  await useDevice('cpu');
  const reports = [];
  for (const vectors of referenceFiles(manifest.name)) reports.push(await checkLoss(manifest, { vectors }));
  return reports.flatMap(({ checks }) => checks.filter(({ passed }) => !passed));
}

const none = (loss: string): Mutation => ({
  fault: 'none',
  file: `plugins/losses/${loss}/${loss}.ts`,
  from: 'export function',
  to: 'export function',
});

describe.each(Object.entries(mutations))('%s', (loss, faults) => {
  test('five faults are tried, each another', () => {
    expect(new Set(faults.map(({ file, from, to }) => `${file} ${from} ${to}`)).size).toBe(5);
  });

  test('a copy without a fault passes', async () => {
    expect(await withMutant(loss, none(loss), faultsFound)).toEqual([]);
  });

  test.each(faults.map((mutation) => [mutation.fault, mutation] as const))(
    '%s makes the checker fail',
    async (_, mutation) => {
      const found = await withMutant(loss, mutation, faultsFound);
      expect(found.length).toBeGreaterThan(0);
      // A fault in the mathematics is found as a number that is off, not as a crash of the copy.
      expect(found.map(({ message }) => message)).toContainEqual(expect.stringMatching(/ instead of |must be finite/));
    },
  );
});

test('a fault that no longer fits the source is an error of the list', async () => {
  const source = await readFile(new URL('../../../plugins/losses/cosface/cosface.ts', import.meta.url), 'utf8');
  expect(() => mutated(source, { fault: '', file: 'cosface.ts', from: 'no such text', to: '' })).toThrow(
    'occurs 0 times',
  );
});
