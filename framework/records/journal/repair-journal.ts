import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { parseJournalLine } from './journal-line.ts';
import { mayBeRecord } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/** What was found at a journal's end, and what was done about it. */
export interface Repair {
  /** The last whole record's place and time; seq −1 in an empty journal. */
  readonly last: { readonly seq: number; readonly time: number };
  /** One sentence where something was cut. */
  readonly repaired?: string;
}

const empty = { seq: -1, time: 0 };

/** The last whole record within `bytes`, and the byte where its line ends. */
function lastRecord(bytes: Buffer): { record: JournalRecord; end: number } | undefined {
  for (let end = bytes.length; end > 0; ) {
    const start = bytes.lastIndexOf(0x0a, end - 1) + 1;
    const record = mayBeRecord(bytes.subarray(start, end), end - start)
      ? parseJournalLine(bytes.toString('utf8', start, end))
      : undefined;
    if (record) return { record, end };
    end = start - 1;
  }
  return undefined;
}

function nameAside(path: string): string {
  const stem = path.replace(/\.jsonl$/, '');
  for (let count = 1; ; count++) {
    const name = `${stem}.cut-${count}.jsonl`;
    if (!existsSync(name)) return name;
  }
}

/**
 * Makes a journal end with a whole line, so that it can be appended to. What follows the last whole record (half a
 * line, or what a power cut left) moves to `journal.cut-1.jsonl` beside it. A missing journal counts as empty.
 *
 * @param path `journal.jsonl` of a run
 */
export function repairJournal(path: string): Repair {
  if (!existsSync(path)) return { last: empty };
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    for (let window = 1 << 16; ; window *= 4) {
      const start = Math.max(0, size - window);
      const tail = Buffer.alloc(size - start);
      readSync(file, tail, 0, tail.length, start);
      const found = lastRecord(tail);
      if (!found && start > 0) continue;
      const end = start + (found?.end ?? 0);
      const last = found ? { seq: found.record.seq, time: found.record.time } : empty;
      const rest = tail.subarray(end - start);
      if (rest.length === 1 && rest[0] === 0x0a) return { last };
      if (rest.length === 0) {
        if (size > 0) writeSync(file, '\n', size);
        return { last };
      }
      const aside = nameAside(path);
      writeFileSync(aside, rest[0] === 0x0a ? rest.subarray(1) : rest, { flush: true });
      ftruncateSync(file, end);
      if (end > 0) writeSync(file, '\n', end);
      fsyncSync(file);
      return {
        last,
        repaired: `The journal ended in the middle of a line: its last ${rest.length} bytes were moved to ${aside.split(/[/\\]/).at(-1)}.`,
      };
    }
  } finally {
    closeSync(file);
  }
}
