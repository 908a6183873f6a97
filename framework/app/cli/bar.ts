import { Presets, SingleBar } from 'cli-progress';
import { cursorStream } from '../../base/errors/guard-output.ts';
import { printableInLine } from '../../base/errors/printable.ts';

/** Milliseconds between two lines where there is no terminal. */
const lineInterval = 10_000;

/**
 * Shows how far something has come: a bar on a terminal, a line now and then elsewhere. Writes to standard error only.
 */
export class Bar {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;
  #title = '';
  #lastLine = performance.now();

  /** @param stream standard error */
  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** `done` of `total` under a title; another title begins another bar. */
  show(title: string, done: number, total: number): void {
    if (this.#stream.isTTY) {
      if (title !== this.#title) this.clear();
      this.#title = title;
      this.#bar ??= this.#begin(total);
      this.#bar.update(done, { title: printableInLine(title) });
      if (done >= total) this.clear();
    } else if (performance.now() - this.#lastLine > lineInterval) {
      this.#lastLine = performance.now();
      this.#stream.write(`${title} ${done}/${total}\n`);
    }
  }

  /** A line of its own. */
  note(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #begin(total: number): SingleBar {
    const bar = new SingleBar(
      {
        format: '  {title} {bar} {percentage}% {value}/{total}',
        barsize: 24,
        stream: cursorStream(this.#stream),
        hideCursor: true,
        clearOnComplete: true,
        linewrap: false,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    bar.start(total, 0, { title: printableInLine(this.#title) });
    return bar;
  }
}
