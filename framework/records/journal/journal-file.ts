import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Tracker, TrackerOutcome } from '../../contracts/tracker.ts';
import { syncFolder } from '../../base/system/write-atomically.ts';
import { temporaryName } from '../../base/system/temporary-name.ts';
import { JournalIndex } from './journal-index.ts';
import { JournalReader } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/** Milliseconds between two looks at the journal. */
const interval = 2000;
/** Records read before the event loop gets its turn: about a millisecond. */
const recordsATurn = 250;

/** Turns a journal into a file, record by record. */
export interface JournalWriter {
  /** Gives the file's path within the run's folder, from the journal's first record. */
  file(run: RunFolder, first: JournalRecord): string;
  /** Gives what the file begins with. */
  begin(run: RunFolder, first: JournalRecord): Promise<string | Uint8Array>;
  /** Gives what a record that still counts adds; nothing where it is empty. */
  add(record: JournalRecord, run: RunFolder): Promise<string | Uint8Array> | string | Uint8Array;
  /** Gives what the file ends with once the journal has, and writes what stands beside it. */
  end?(run: RunFolder): Promise<string | Uint8Array>;
}

/**
 * Projects a run's journal to a file of its folder. Each process writes the file anew from the journal's beginning, since
 * what a killed one left may end in the middle of a record, and adds to it while the run goes on. Steps that were trained
 * again after a rewind stand in it once; the same journal gives the same file.
 */
export class JournalFile implements Tracker {
  readonly #writer: JournalWriter;
  #loop: Promise<TrackerOutcome> | undefined;
  #finishing = false;
  #wake: () => void = () => undefined;

  constructor(writer: JournalWriter) {
    this.#writer = writer;
  }

  /** Begins to follow the journal, in the background. */
  start(run: RunFolder): void {
    this.#loop = this.#follow(run).catch(
      (error: unknown): TrackerOutcome => ({
        complete: false,
        problem: `${error instanceof Error ? error.message : String(error)}\n  Nothing of the run is lost. To write it later: npx ablate sync ${run.directory}`,
      }),
    );
  }

  /** Writes what is left of the journal, and tells where the file is or why there is none. */
  async finish(): Promise<TrackerOutcome> {
    this.#finishing = true;
    this.#wake();
    return (await this.#loop) ?? { complete: false, problem: 'No run was begun.' };
  }

  async #follow(run: RunFolder): Promise<TrackerOutcome> {
    let index = new JournalIndex();
    let [ahead, behind] = [new JournalReader(run.journal), new JournalReader(run.journal)];
    let read = -1;
    let file: { readonly path: string; readonly handle: FileHandle } | undefined;
    try {
      for (;;) {
        // Asked before: what is journalled while this looks must be looked at again.
        const atEnd = this.#finishing;
        let last = read;
        for (const record of ahead.records()) {
          index.add(record);
          last = record.seq;
          if (record.seq % recordsATurn === 0) await turn();
        }
        if (file && index.lastRewind > read) {
          // Steps that are in the file were trained again.
          await file.handle.close();
          file = undefined;
          index = new JournalIndex();
          [ahead, behind] = [new JournalReader(run.journal), new JournalReader(run.journal)];
          read = -1;
          continue;
        }
        // A turn's records at a time: a journal of a million steps is not held in memory.
        const parts: (string | Uint8Array)[] = [];
        if (last > read) {
          for (const record of behind.records()) {
            file ??= await placed(run, this.#writer.file(run, record), joined([await this.#writer.begin(run, record)]));
            if (index.counts(record)) parts.push(await this.#writer.add(record, run));
            read = record.seq;
            if (read >= last) break;
            if (parts.length >= recordsATurn) await file.handle.appendFile(joined(parts.splice(0)));
          }
        }
        if (atEnd && file) parts.push((await this.#writer.end?.(run)) ?? '');
        if (file) await file.handle.appendFile(joined(parts));
        if (atEnd) {
          await file?.handle.sync();
          return { complete: true, ...(file && { url: file.path }) };
        }
        await this.#sleep();
      }
    } finally {
      await file?.handle.close();
    }
  }

  /** Sleeps without keeping the process alive, unless the end is awaited. */
  #sleep(): Promise<void> {
    if (this.#finishing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, interval);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const joined = (parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

/** Puts a file with its first bytes in its place, and gives it to be written on. */
async function placed(
  { directory }: RunFolder,
  path: string,
  bytes: Uint8Array,
): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  const folder = dirname(path);
  if (folder !== directory) {
    await mkdir(folder, { recursive: true });
    // A link would have this write into any folder of the machine.
    if (!(await lstat(folder)).isDirectory())
      throw new Error(
        `${relative(directory, folder)} in ${directory} is a link, and a run writes into its own folder.`,
      );
  }
  const temporary = temporaryName(path);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(bytes);
    await rename(temporary, path);
    await syncFolder(folder);
    return { path, handle };
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}
