import { closeSync, openSync, readSync } from 'node:fs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { parseJournalLine } from './journal-line.ts';
import { journalVersion, type JournalRecord } from './journal-record.ts';

const chunkBytes = 1 << 18;
const newline = 0x0a;
/** Bytes of a line beyond which it is no record. */
export const longestLine = 2 ** 26;

/**
 * Tells whether a line can be a record, by its beginning and its length: the zeros that a power cut left need not be
 * read as text.
 */
export const mayBeRecord = (beginning: Uint8Array, length: number): boolean =>
  length <= longestLine && beginning[0] === 0x7b;

/**
 * Reads a journal from its beginning to wherever its last whole line ends, and on from there at the next call: it can
 * follow a journal that another process still writes. Lines that are not records (left by a power cut) are passed over.
 */
export class JournalReader {
  readonly #file: string;
  #offset = 0;
  /** What has been read and not yet looked through. */
  #chunk: Buffer = Buffer.alloc(0);
  /** The beginning of the line under way, in pieces; undefined once it is seen to be no record. */
  #begun: Buffer[] | undefined = [];
  #begunBytes = 0;
  /** Whole lines that were not records. */
  damaged = 0;

  /** @param file `journal.jsonl` of a run */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * The records that this reader has not given yet. A caller may stop early and call again: nothing is given twice.
   *
   * @throws AblateError RUN_FOLDER where the file cannot be read or a newer version of Ablate wrote it
   */
  *records(): Generator<JournalRecord> {
    for (;;) {
      for (let end: number; (end = this.#chunk.indexOf(newline)) >= 0; ) {
        const line = this.#take(end);
        this.#chunk = this.#chunk.subarray(1);
        const record = line === undefined ? undefined : parseJournalLine(line);
        if (record === undefined) this.damaged++;
        else yield this.#known(record);
      }
      this.#keep(this.#chunk.length);
      this.#chunk = this.#nextChunk();
      if (this.#chunk.length === 0) return;
    }
  }

  /** The line that ends at `end`, which is where the chunk goes on; undefined where it is no record. */
  #take(end: number): string | undefined {
    this.#keep(end);
    const pieces = this.#begun;
    [this.#begun, this.#begunBytes] = [[], 0];
    return pieces && (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).toString();
  }

  /** Puts the chunk's first bytes by: each is looked at once, however long the line becomes. */
  #keep(bytes: number): void {
    const piece = this.#chunk.subarray(0, bytes);
    this.#chunk = this.#chunk.subarray(bytes);
    this.#begunBytes += bytes;
    if (bytes > 0) this.#begun?.push(piece);
    if (this.#begun?.[0] && !mayBeRecord(this.#begun[0], this.#begunBytes)) this.#begun = undefined;
  }

  #known(record: JournalRecord): JournalRecord {
    if (record.v <= journalVersion) return record;
    throw new AblateError(
      'RUN_FOLDER',
      `${this.#file} is a journal of version ${record.v}; this Ablate reads up to ${journalVersion}.`,
      { remedy: 'Use the version of Ablate that wrote it, or a newer one.' },
    );
  }

  #nextChunk(): Buffer {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let file: number;
    try {
      file = openSync(this.#file, 'r');
    } catch (cause) {
      throw new AblateError('RUN_FOLDER', `The journal ${this.#file} cannot be read: ${(cause as Error).message}.`, {
        cause,
        remedy: 'Name the folder of a run: the one that holds journal.jsonl.',
      });
    }
    try {
      const bytes = readSync(file, buffer, 0, chunkBytes, this.#offset);
      this.#offset += bytes;
      // A reader that waits for more keeps what it has, and no room beside it.
      return bytes < chunkBytes ? Buffer.from(buffer.subarray(0, bytes)) : buffer;
    } finally {
      closeSync(file);
    }
  }
}
