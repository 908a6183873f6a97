import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { removeTemporaries } from '../../base/system/remove-temporaries.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import type { EmbeddingStream } from '../../data/embeddings/embedding-stream.ts';
import { unitRows } from '../../math/metrics/unit-rows.ts';
import { whileHolding } from '../run-folder/while-holding.ts';
import { manifestFile, readManifest, rowsEver, type IndexManifest } from './index-manifest.ts';
import { encodeRows, type IndexType } from './row-codec.ts';

/** What an index begins as. */
export interface NewIndex extends Pick<IndexManifest, 'run' | 'operatingPoints'> {
  readonly type: IndexType;
}

/**
 * Makes an index of embeddings, of length 1 each, which cosines are computed of.
 *
 * @param directory a folder that is empty or is made
 * @throws AblateError USAGE where it is not empty; DATA_INVALID where an embedding is not finite
 */
export async function buildIndex(
  directory: string,
  embeddings: EmbeddingStream,
  { type, run, operatingPoints }: NewIndex,
): Promise<IndexManifest> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new AblateError('USAGE', `The folder ${directory} is not empty.`, {
      remedy: 'Name one that is empty or not there yet; ablate index add adds to an index.',
    });
  const { dim } = embeddings;
  const empty: IndexManifest = { version: 1, dim, type, segments: [], removed: [], run, operatingPoints };
  return whileHolding(directory, () => withSegment(directory, empty, embeddings));
}

/**
 * Adds rows to an index. Killed at any time, it leaves the index as it was or with all of the rows.
 *
 * @throws AblateError DATA_INVALID where the embeddings have another width or are not finite; as `readManifest`
 */
export async function addToIndex(directory: string, embeddings: EmbeddingStream): Promise<IndexManifest> {
  await readManifest(directory);
  return whileHolding(directory, async () => {
    const before = await readManifest(directory);
    if (before.dim !== embeddings.dim)
      throw new AblateError(
        'DATA_INVALID',
        `The index ${directory} has rows of ${before.dim} numbers, and the embeddings have ${embeddings.dim}.`,
        { remedy: 'Add embeddings of the network that the index was built with.' },
      );
    await removeOrphans(directory, before);
    return withSegment(directory, before, embeddings);
  });
}

/**
 * Takes rows out of an index; the numbers of the others stay.
 *
 * @throws AblateError USAGE where there is no such row; as `readManifest`
 */
export async function removeFromIndex(directory: string, rows: readonly number[]): Promise<IndexManifest> {
  await readManifest(directory);
  return whileHolding(directory, async () => {
    const before = await readManifest(directory);
    const gone = new Set(before.removed);
    const odd = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= rowsEver(before) || gone.has(row));
    if (odd !== undefined)
      throw new AblateError('USAGE', `The index ${directory} has no row ${odd}.`, {
        remedy: 'Name rows as ablate search shows them.',
      });
    const removed = [...new Set([...gone, ...rows])].sort((a, b) => a - b);
    return replaced(directory, { ...before, removed });
  });
}

async function withSegment(
  directory: string,
  before: IndexManifest,
  { count, dim, rows, labels, classNames, name: nameOf }: EmbeddingStream,
): Promise<IndexManifest> {
  const name = `rows-${randomBytes(8).toString('hex')}`;
  async function* encoded(): AsyncGenerator<Uint8Array> {
    let row = 0;
    for await (const part of rows) {
      const odd = part.findIndex((value) => !Number.isFinite(value));
      if (odd >= 0)
        throw new AblateError(
          'DATA_INVALID',
          `The embedding of ${nameOf(row + Math.floor(odd / dim))} holds NaN or an infinite number.`,
        );
      row += part.length / dim;
      yield encodeRows(unitRows(part, dim), dim, before.type);
    }
  }
  await writeAtomically(join(directory, `${name}.bin`), encoded());
  const known = {
    names: Array.from({ length: count }, (_, row) => nameOf(row)),
    classes: Array.from(labels, (label) => classNames[label] ?? null),
  };
  await writeAtomically(join(directory, `${name}.json`), `${JSON.stringify(known)}\n`);
  // Both files are safe on the disk before the index names them.
  return replaced(directory, {
    ...before,
    segments: [...before.segments, { name, count }],
  });
}

async function replaced(directory: string, manifest: IndexManifest): Promise<IndexManifest> {
  await writeAtomically(manifestFile(directory), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

/** Removes what a killed process wrote and no index names. */
async function removeOrphans(directory: string, { segments }: IndexManifest): Promise<void> {
  await removeTemporaries(directory);
  const named = new Set(segments.map(({ name }) => name));
  for (const file of await readdir(directory)) {
    const [, name] = /^(rows-[0-9a-f]{16})\.(?:bin|json)$/.exec(file) ?? [];
    if (name !== undefined && !named.has(name)) await rm(join(directory, file));
  }
}
