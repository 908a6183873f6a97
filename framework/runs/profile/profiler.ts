import { writeFile } from 'node:fs/promises';
import { alignedRows } from '../../base/system/aligned-rows.ts';
import type { Spans } from '../../training/engine/spans.ts';
import { traceKernels } from './trace-kernels.ts';

/** Rows of the picture, top to bottom. */
const tracks = ['steps', 'input', 'journal', 'kernels'] as const;
type Track = (typeof tracks)[number];

/** Spans that are kept for the picture: a file of some 60 MB. The table counts all. */
const maxSpans = 500_000;
const mostExpensive = 10;

/**
 * Notes what a run spends its time on, for a picture (Chrome's trace format, which Perfetto opens) and a table of its
 * most expensive kernels.
 */
export class Profiler implements Spans {
  readonly #origin = performance.now();
  readonly #spans: string[] = [];
  readonly #kernels = new Map<string, { calls: number; milliseconds: number }>();
  readonly #stop: () => void;
  #left = 0;

  /** Begins; the device must have been chosen. */
  constructor() {
    this.#stop = traceKernels((name, began, ended) => {
      const known = this.#kernels.get(name) ?? { calls: 0, milliseconds: 0 };
      this.#kernels.set(name, { calls: known.calls + 1, milliseconds: known.milliseconds + ended - began });
      this.#note('kernels', name, began, ended);
    });
  }

  /** {@inheritDoc} */
  during<T>(track: Track, name: string, body: () => T): T {
    const began = performance.now();
    const note = (): void => this.#note(track, name, began, performance.now());
    let result: T | undefined;
    try {
      result = body();
    } finally {
      if (!(result instanceof Promise)) note();
    }
    return result instanceof Promise ? (result.finally(note) as T) : result;
  }

  /** Ends, writes the picture to a file, and returns the table's lines. */
  async end(file: string): Promise<string[]> {
    this.#stop();
    const names = tracks.map((name, tid) =>
      JSON.stringify({ ph: 'M', name: 'thread_name', pid: 1, tid, args: { name } }),
    );
    const order = tracks.map((_, tid) =>
      JSON.stringify({ ph: 'M', name: 'thread_sort_index', pid: 1, tid, args: { sort_index: tid } }),
    );
    await writeFile(
      file,
      `{"displayTimeUnit":"ms","traceEvents":[\n${[...names, ...order, ...this.#spans].join(',\n')}\n]}\n`,
    );
    const cut =
      this.#left > 0 ? [`The picture ends after ${maxSpans} spans; ${this.#left} more are in the table alone.`] : [];
    return [...this.#table(), ...cut];
  }

  #table(): string[] {
    const kernels = [...this.#kernels].sort((one, other) => other[1].milliseconds - one[1].milliseconds);
    const total = kernels.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
    const rows = kernels
      .slice(0, mostExpensive)
      .map(([name, { calls, milliseconds }]) => [
        name,
        String(calls),
        milliseconds.toFixed(1),
        (milliseconds / calls).toFixed(3),
        `${((100 * milliseconds) / total).toFixed(1)} %`,
      ]);
    return alignedRows([['kernel', 'calls', 'ms', 'ms a call', 'share'], ...rows]);
  }

  #note(track: Track, name: string, began: number, ended: number): void {
    if (this.#spans.length >= maxSpans) {
      this.#left++;
      return;
    }
    const microseconds = (time: number): number => Math.round(time * 1e6) / 1e3;
    this.#spans.push(
      JSON.stringify({
        ph: 'X',
        name,
        cat: track,
        pid: 1,
        tid: tracks.indexOf(track),
        ts: microseconds(began - this.#origin),
        dur: microseconds(ended - began),
      }),
    );
  }
}
