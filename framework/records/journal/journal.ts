import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { RunEvent } from '../../contracts/run-event.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { diskFull } from '../../base/system/disk-full.ts';
import { journalLine } from './journal-line.ts';
import { journalVersion, type JournalRecord, type Rewound } from './journal-record.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { repairJournal } from './repair-journal.ts';

const kept = new Set<JournalRecord['type']>(['started', 'rewound', 'epoch', 'evaluated', 'checkpointed', 'ended']);

/**
 * A run's journal, open for writing: append-only JSON lines. Each record is handed to the operating system at once, so
 * that a killed process loses none; the disk is waited for only at epoch ends, evaluations, checkpoints and the end, so
 * that a power cut loses no more than the steps since. One writer at a time: the run folder's lock sees to it.
 */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  #size: number;
  #seq: number;
  #time: number;

  private constructor(path: string, file: number, last: { seq: number; time: number }) {
    this.#path = path;
    this.#file = file;
    this.#size = fstatSync(file).size;
    this.#seq = last.seq;
    this.#time = last.time;
  }

  /**
   * Opens a run's journal, making it where there is none. A last line that a kill or a power cut left unfinished is
   * moved aside, and a warning event in the journal says so.
   *
   * @throws AblateError RUN_FOLDER where it cannot be written
   */
  static open(run: RunFolder): Journal {
    try {
      const { last, repaired } = repairJournal(run.journal);
      const journal = new Journal(run.journal, openSync(run.journal, 'a'), last);
      if (repaired) journal.append({ type: 'warning', message: repaired });
      return journal;
    } catch (cause) {
      if (cause instanceof AblateError) throw cause;
      throw new AblateError(
        'RUN_FOLDER',
        `The journal ${run.journal} cannot be opened for writing: ${(cause as Error).message}.`,
        { cause, remedy: 'Make the folder writable, or choose another with --out.' },
      );
    }
  }

  /**
   * Writes an event. Secrets from the environment that occur in it are replaced by their variable's name.
   *
   * @throws AblateError DISK_FULL where there is no room: the journal then still ends with a whole line
   */
  append(event: RunEvent | Rewound): void {
    const time = Math.max(Date.now(), this.#time);
    const record: JournalRecord = {
      v: journalVersion,
      seq: this.#seq + 1,
      time,
      ...(event.type === 'step' ? event : redactSecrets(event)),
    };
    const line = Buffer.from(`${journalLine(record)}\n`);
    try {
      for (let written = 0; written < line.length; ) written += writeSync(this.#file, line, written);
      if (kept.has(record.type)) fsyncSync(this.#file);
    } catch (cause) {
      ftruncateSync(this.#file, this.#size);
      throw this.#failure(cause as NodeJS.ErrnoException, line.length);
    }
    this.#size += line.length;
    this.#seq++;
    this.#time = time;
  }

  /**
   * Says that the run goes on from a checkpoint that holds `step` steps: call it before the first event of the new
   * session.
   */
  rewind(step: number): void {
    this.append({ type: 'rewound', step });
  }

  /** Waits until everything written is on the disk: call it before a checkpoint takes its final name. */
  flush(): void {
    fsyncSync(this.#file);
  }

  /** Flushes and closes the file. */
  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #failure(cause: NodeJS.ErrnoException, bytes: number): AblateError {
    return (
      diskFull(cause, this.#path, bytes) ??
      new AblateError('RUN_FAILED', `The journal ${this.#path} cannot be written: ${cause.message}.`, {
        cause,
        remedy: 'Make the folder writable and go on with --resume.',
      })
    );
  }
}
