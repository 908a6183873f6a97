import fc from 'fast-check';

/** Whether every case is to be tried (`npm run test:faults`), or a few of them (`npm test`). */
export const isFull = process.env.ABLATE_FAULTS === 'full';

/** How often a property of a format is tried, by the same seed each time. */
export const trials = (full = 10_000, few = 300): { numRuns: number; seed: number } => ({
  numRuns: isFull ? full : few,
  seed: 1,
});

/** What may become of a file's bytes; places are parts of its length. */
export type Damage =
  | { readonly how: 'flip'; readonly at: number; readonly bit: number }
  | { readonly how: 'cut'; readonly at: number }
  | { readonly how: 'lose' | 'zero'; readonly at: number; readonly bytes: number }
  | { readonly how: 'overwrite' | 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly how: 'replace'; readonly bytes: Uint8Array };

const at = fc.double({ min: 0, max: 1, noNaN: true });
const bytes = fc.uint8Array({ maxLength: 64 });

/** One damage: flipped bits more often than others, since they leave most of the file as it was. */
export const damage: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ how: fc.constant('flip' as const), at, bit: fc.integer({ min: 0, max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ how: fc.constant('cut' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      how: fc.constantFrom('lose' as const, 'zero' as const),
      at,
      bytes: fc.integer({ min: 1, max: 200 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ how: fc.constantFrom('overwrite' as const, 'insert' as const), at, bytes }) },
  {
    weight: 1,
    arbitrary: fc.record({ how: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 400 }) }),
  },
);

/** The bytes after a damage. */
export function damagedBytes(whole: Uint8Array, done: Damage): Buffer {
  const copy = Buffer.from(whole);
  if (done.how === 'replace') return Buffer.from(done.bytes);
  const place = Math.min(copy.length - 1, Math.floor(done.at * copy.length));
  switch (done.how) {
    case 'flip':
      copy[place]! ^= 1 << done.bit;
      return copy;
    case 'cut':
      return copy.subarray(0, place);
    case 'zero':
      return copy.fill(0, place, Math.min(copy.length, place + done.bytes));
    case 'lose':
      return Buffer.concat([copy.subarray(0, place), copy.subarray(place + done.bytes)]);
    case 'overwrite':
      return Buffer.concat([copy.subarray(0, place), done.bytes, copy.subarray(place + done.bytes.length)]);
    case 'insert':
      return Buffer.concat([copy.subarray(0, place), done.bytes, copy.subarray(place)]);
  }
}

/**
 * Does something many times, after which no more memory may be in use than a file of a few kilobytes is worth: 256 MiB.
 */
export async function withinMemory(work: () => Promise<unknown>): Promise<void> {
  const before = process.memoryUsage().arrayBuffers;
  await work();
  const more = process.memoryUsage().arrayBuffers - before;
  if (more > 2 ** 28) throw new Error(`${more} bytes of buffers are left`);
}
