import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { AblateError } from '../errors/ablate-error.ts';
import { parseJournalLine } from './journal-line.ts';
import { journalVersion, type JournalRecord } from './journal-record.ts';

const chunkBytes = 1 << 18;

/**
 * Reads a journal from its beginning to wherever its last whole line ends, and on from there at the next call: it can
 * follow a journal that another process still writes. Lines that are not records (left by a power cut) are passed over.
 */
export class JournalReader {
  readonly #file: string;
  #offset = 0;
  #rest = '';
  #decoder = new StringDecoder('utf8');
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
      let end: number;
      while ((end = this.#rest.indexOf('\n')) >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        const record = parseJournalLine(line);
        if (record === undefined) this.damaged++;
        else yield this.#known(record);
      }
      const chunk = this.#nextChunk();
      if (chunk.length === 0) return;
      this.#rest += this.#decoder.write(chunk);
    }
  }

  #known(record: JournalRecord): JournalRecord {
    if (record.v <= journalVersion) return record;
    throw new AblateError('RUN_FOLDER', `${this.#file} is a journal of version ${record.v}; this Ablate reads up to ${journalVersion}.`, { remedy: 'Use the version of Ablate that wrote it, or a newer one.' });
  }

  #nextChunk(): Buffer {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let file: number;
    try {
      file = openSync(this.#file, 'r');
    } catch (cause) {
      throw new AblateError('RUN_FOLDER', `The journal ${this.#file} cannot be read: ${(cause as Error).message}.`, { cause, remedy: 'Name the folder of a run: the one that holds journal.jsonl.' });
    }
    try {
      const bytes = readSync(file, buffer, 0, chunkBytes, this.#offset);
      this.#offset += bytes;
      return buffer.subarray(0, bytes);
    } finally {
      closeSync(file);
    }
  }
}
