import { Presets, SingleBar } from 'cli-progress';
import type { EvaluatedEvent, RunEvent, WarningEvent } from '../../contracts/run-event.ts';
import { cursorStream } from '../../base/errors/guard-output.ts';
import { printableInLine } from '../../base/errors/printable.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { warningLine } from './warning-line.ts';

/** Milliseconds between two lines where there is no terminal. */
const lineInterval = 10_000;

const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
};

const cutTo = (from: string, length: number): string => {
  const text = printableInLine(from);
  return text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text;
};

/** Shows runs as they train: a bar on a terminal, a line now and then elsewhere. Writes to standard error only. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  readonly #meaningOf: MeaningOf;
  /** Warnings of runs before, which are not said again. */
  readonly #said = new Set<string>();
  #bar: SingleBar | undefined;
  #number = 0;
  #steps = 0;
  #began = 0;
  #images = 0;
  #firstStep = 0;
  #done = 0;
  /** Columns beside the bar. */
  #room = 0;
  #lastLine = 0;

  /** @param total runs of the plan; @param meaningOf says which metrics are told; @param stream standard error */
  constructor(total: number, meaningOf: MeaningOf = () => undefined, stream: NodeJS.WriteStream = process.stderr) {
    this.#total = total;
    this.#meaningOf = meaningOf;
    this.#stream = stream;
  }

  /** Takes an event of a run. */
  show(run: PlannedRun, event: RunEvent): void {
    if (event.type === 'started') this.#start(run, event.steps, event.resumedAtStep);
    if (event.type === 'step') this.#step(event);
    if (event.type === 'warning') this.#warn(event);
    if (event.type === 'evaluated' && event.role === 'validation') this.#validated(event);
    if (event.type === 'ended') this.#end(event);
  }

  #warn({ message, level }: WarningEvent): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.note(`  ${warningLine(message, level)}`);
  }

  /** A line an epoch, of the metrics that have a better and a worse. */
  #validated({ epoch, metrics }: EvaluatedEvent): void {
    const told = Object.entries(metrics).filter(([name]) => this.#meaningOf(name)?.better !== 'neither');
    if (told.length === 0) return;
    const words = told.map(([name, value]) => `${name} ${value.toPrecision(3)}`).join(', ');
    this.note(`  epoch ${Number(epoch.toFixed(2))}: ${words}`);
  }

  /** A line of its own, above the bar. */
  note(line: string): void {
    // A bar that ends goes back to where it began, over all that was written meanwhile: it ends before, and another
    // begins below.
    this.#bar?.stop();
    this.#stream.write(`${redactSecrets(line)}\n`);
    if (this.#bar) this.#begin();
  }

  #begin(): void {
    const barsize = Math.max(8, Math.min(30, this.#columns - 70));
    this.#bar = new SingleBar(
      {
        format: '  {bar} {percentage}% {status}',
        barsize,
        stream: cursorStream(this.#stream),
        hideCursor: true,
        clearOnComplete: true,
        stopOnComplete: false,
        linewrap: false,
        gracefulExit: false,
        noTTYOutput: false,
      },
      Presets.shades_classic,
    );
    this.#bar.start(this.#steps, this.#done, { status: '' });
    this.#room = this.#columns - barsize - 9;
  }

  get #columns(): number {
    return this.#stream.columns ?? 80;
  }

  #start(run: PlannedRun, steps: number, from: number): void {
    this.#number++;
    this.#steps = steps;
    this.#began = performance.now();
    this.#images = 0;
    this.#firstStep = from;
    this.#done = from;
    this.#lastLine = this.#began;
    const title = `[${this.#number}/${this.#total}] ${run.label}`;
    this.#stream.write(from > 0 ? `${title} (goes on at step ${from})\n` : `${title}\n`);
    if (!this.#stream.isTTY) return;
    this.#begin();
  }

  #step({ step, loss, parts, images }: Extract<RunEvent, { type: 'step' }>): void {
    this.#images += images;
    const now = performance.now();
    const seconds = (now - this.#began) / 1000;
    const done = step + 1;
    this.#done = done;
    const left = (seconds / (done - this.#firstStep)) * (this.#steps - done);
    const names = Object.entries(parts);
    const detail =
      names.length > 1 ? ` (${names.map(([name, value]) => `${name} ${value.toPrecision(3)}`).join(' ')})` : '';
    const losses = `loss ${loss.toPrecision(4)}${detail}`;
    const rest = `${Math.round(this.#images / seconds)}/s ${duration(left)} left`;
    // Parts of many losses end at the terminal's edge, the time left does not.
    this.#bar?.update(done, { status: cutTo(`${rest} ${losses}`, this.#room) });
    if (this.#bar || now - this.#lastLine < lineInterval) return;
    this.#lastLine = now;
    this.#stream.write(`  step ${done}/${this.#steps}  ${losses} ${rest}\n`);
  }

  #end({ status, error }: Extract<RunEvent, { type: 'ended' }>): void {
    this.#bar?.stop();
    this.#bar = undefined;
    const seconds = (performance.now() - this.#began) / 1000;
    this.#stream.write(`  ${status} after ${duration(seconds)}${error ? `: ${error.message}` : ''}\n`);
  }
}
