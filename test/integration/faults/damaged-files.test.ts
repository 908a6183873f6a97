import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointFolder, readCheckpoint } from '../../../framework/records/checkpoints/checkpoint-folder.ts';
import { safetensorsHeader } from '../../../framework/data/files/safetensors-header.ts';
import { readSafetensors, writeSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import type { Checkpoint, StoredPieces, StoredTensor } from '../../../framework/contracts/checkpoint.ts';
import type { RunEvent } from '../../../framework/contracts/run-event.ts';
import { AblateError } from '../../../framework/base/errors/ablate-error.ts';
import { runFolderAt } from '../../../framework/records/run-folder/create-run-folder.ts';
import { JournalReader } from '../../../framework/records/journal/journal-reader.ts';
import { Journal } from '../../../framework/records/journal/journal.ts';
import { damage, damagedBytes, isFull, trials, withinMemory } from './damage.ts';

const tensors: StoredTensor[] = [
  { name: 'backbone/kernel', dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, -2, 0.5, NaN, 0, -0) },
  { name: 'labels', dtype: 'int32', shape: [3], data: Int32Array.of(7, -1, 2 ** 31 - 1) },
  { name: '0', dtype: 'float32', shape: [], data: Float32Array.of(3) },
  { name: '__proto__', dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
];
const position = { step: 40, epochSums: { loss: [0.1 + 0.2, 3] as const }, metrics: { 'validation/accuracy': 0.5 } };

/** What work came to, or the error that Ablate raised; another one is thrown. */
async function outcome<T>(work: () => Promise<T> | T): Promise<T | 'refused'> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AblateError) return 'refused';
    throw cause;
  }
}

describe(`a file that is damaged anywhere ends in an error of Ablate's, or in what it held (${isFull ? '10,000 cases each' : 'npm run test:faults tries more'})`, {
  timeout: 1_800_000,
}, () => {
  let folder: string;
  let checkpoints: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ablate-damaged-'));
    checkpoints = join(folder, 'checkpoints');
    mkdirSync(checkpoints);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (): string => join(folder, 'damaged.safetensors');

  it('safetensors with a checksum', async () => {
    await writeSafetensors(file(), tensors, { note: 'x', 7: 'seven' });
    const whole = readFileSync(file());
    const expected = await readSafetensors(file(), true);
    expect(expected.tensors).toEqual(new Map(tensors.map((tensor) => [tensor.name, tensor])));
    await withinMemory(async () =>
      fc.assert(
        fc.asyncProperty(damage, async (done) => {
          writeFileSync(file(), damagedBytes(whole, done));
          const found = await outcome(() => readSafetensors(file(), true));
          if (found !== 'refused') expect(found).toEqual(expected);
        }),
        trials(),
      ),
    );
  });

  it('safetensors of another program, which has no checksum: tensors that are as large as their shape says', async () => {
    const data = Buffer.alloc(64, 7);
    const size = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.maxSafeNat(), fc.integer(), fc.double());
    const offset = fc.oneof(
      fc.integer({ min: 0, max: 16 }).map((word) => 4 * word),
      size,
    );
    const entry = fc.record({
      name: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', '__metadata__', '0')),
      dtype: fc.constantFrom('F32', 'I32', 'F64', 'toString', '__proto__'),
      shape: fc.array(size, { maxLength: 3 }),
      offsets: fc.tuple(offset, offset),
    });
    const made = fc
      .array(entry, { maxLength: 4 })
      .map((entries) => Buffer.concat([safetensorsHeader(entries, []), data]));
    const headers = fc.oneof(
      made,
      fc.json().map((text) => {
        const json = Buffer.from(text);
        const length = Buffer.alloc(8);
        length.writeBigUInt64LE(BigInt(json.length));
        return Buffer.concat([length, json, data]);
      }),
    );
    await withinMemory(async () =>
      fc.assert(
        fc.asyncProperty(headers, fc.option(damage), async (bytes, done) => {
          writeFileSync(file(), done ? damagedBytes(bytes, done) : bytes);
          const found = await outcome(() => readSafetensors(file()));
          if (found === 'refused') return;
          for (const { shape, data: values } of found.tensors.values())
            expect(values).toHaveLength(shape.reduce((product, one) => product * one, 1));
        }),
        trials(),
      ),
    );
  });

  it('a checkpoint, whose file or one of whose shards is damaged', async () => {
    const rows = (): StoredPieces => ({
      name: 'weights',
      dtype: 'float32',
      shape: [10, 3],
      async *pieces() {
        yield Float32Array.from({ length: 30 }, (_, index) => index / 3);
      },
    });
    const write = async function* (): AsyncGenerator<StoredTensor | StoredPieces> {
      yield* tensors;
      yield rows();
    };
    const main = (await new CheckpointFolder(checkpoints, 1, null, 48).write(position, write())).file;
    const shards = join(checkpoints, readdirSync(checkpoints).find((name) => name.endsWith('.shards'))!);
    const files = [main, ...readdirSync(shards).map((name) => join(shards, name))];
    const wholes = files.map((name) => readFileSync(name));
    const valuesOf = async ({ position: at, tensors: small, large }: Checkpoint): Promise<unknown> => {
      const pieces: number[] = [];
      for await (const piece of large!.get('weights')!.pieces()) pieces.push(...piece);
      return { at, small: [...small.values()], pieces };
    };
    const expected = await valuesOf(await readCheckpoint(main));
    await withinMemory(async () =>
      fc.assert(
        fc.asyncProperty(fc.nat(files.length - 1), damage, async (index, done) => {
          writeFileSync(files[index]!, damagedBytes(wholes[index]!, done));
          const found = await outcome(async () => valuesOf(await readCheckpoint(main)));
          writeFileSync(files[index]!, wholes[index]!);
          if (found !== 'refused') expect(found).toEqual(expected);
        }),
        trials(),
      ),
    );
  });

  it('a journal: its records but for those that were hit, read by who looks on and by who goes on', async () => {
    const run = runFolderAt(join(folder, 'run'));
    mkdirSync(run.directory);
    const journal = Journal.open(run);
    const events: RunEvent[] = Array.from({ length: 12 }, (_, step) => ({
      type: 'step',
      step,
      epoch: 0,
      loss: step === 5 ? NaN : 1 / (step + 1),
      parts: { softmax: -0 },
      rate: 0.1,
      milliseconds: 5,
      images: 32,
    }));
    for (const event of [
      ...events.slice(0, 6),
      { type: 'warning', message: 'ä "quoted" \\ \n line' } as const,
      ...events.slice(6),
    ])
      journal.append(event);
    journal.close();
    const whole = readFileSync(run.journal);
    const expected = [...new JournalReader(run.journal).records()];
    const read = (): unknown[] => [...new JournalReader(run.journal).records()];
    await withinMemory(async () =>
      fc.assert(
        fc.asyncProperty(damage, async (done) => {
          writeFileSync(run.journal, damagedBytes(whole, done));
          const found = await outcome(read);
          if (found !== 'refused') for (const record of found) expect(expected).toContainEqual(record);
          const repaired = await outcome(() => {
            Journal.open(run).close();
            return read();
          });
          if (found !== 'refused' && repaired !== 'refused') {
            expect(repaired.slice(0, found.length)).toEqual(found);
            // Beside a last line whose newline alone was lost there is nothing new but the word of what was moved
            // aside.
            for (const record of repaired.slice(found.length))
              if ((record as { type: string }).type !== 'warning') expect(expected).toContainEqual(record);
          }
          for (const name of readdirSync(run.directory))
            if (name !== 'journal.jsonl') rmSync(join(run.directory, name));
        }),
        trials(),
      ),
    );
  });
});
