import { statSync } from 'node:fs';
import type { FlatTable } from './flat-table-file.ts';
import { TextTable } from './text-table.ts';

/** Size, and times of change of content and of the entry itself, in milliseconds; −1 where nothing is there. */
const numbers = 3;

/**
 * How files and folders stood when they were read. A folder's times change when something in it is added, removed or
 * renamed; not when a file in it gets another content.
 */
export class FileStamps {
  readonly #stamps = new Map<string, readonly number[]>();

  /** Notes how a file or folder stands now, before it is read; what was noted before stays. */
  see(path: string): void {
    if (!this.#stamps.has(path)) this.#stamps.set(path, stampOf(path));
  }

  /** What was noted, to be kept. */
  columns(): { readonly seen: TextTable; readonly stamps: Float64Array } {
    return { seen: TextTable.of(this.#stamps.keys()), stamps: Float64Array.from([...this.#stamps.values()].flat()) };
  }

  /** Whether all that was noted stands as it stood then. */
  static unchanged({ seen, stamps }: FlatTable): boolean {
    if (!(seen instanceof TextTable && stamps instanceof Float64Array)) return false;
    for (let row = 0; row < seen.length; row++) {
      if (stampOf(seen.at(row)).some((value, index) => value !== stamps[row * numbers + index])) return false;
    }
    return true;
  }
}

function stampOf(path: string): readonly number[] {
  try {
    const { size, mtimeMs, ctimeMs } = statSync(path);
    return [size, mtimeMs, ctimeMs];
  } catch {
    return Array<number>(numbers).fill(-1);
  }
}
