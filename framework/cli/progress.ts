import { Presets, SingleBar } from 'cli-progress';
import type { RunEvent } from '../engine/run-event.ts';
import { redactSecrets } from '../tracking/redact-secrets.ts';
import type { PlannedRun } from '../spec/plan.ts';

/** Milliseconds between two lines where there is no terminal. */
const lineInterval = 10_000;

const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
};

/** Shows runs as they train: a bar on a terminal, a line now and then elsewhere. Writes to standard error only. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  #bar: SingleBar | undefined;
  #number = 0;
  #steps = 0;
  #began = 0;
  #images = 0;
  #firstStep = 0;
  #lastLine = 0;

  /** @param total runs of the plan; @param stream standard error */
  constructor(total: number, stream: NodeJS.WriteStream = process.stderr) {
    this.#total = total;
    this.#stream = stream;
  }

  /** Takes an event of a run. */
  show(run: PlannedRun, event: RunEvent): void {
    if (event.type === 'started') this.#start(run, event.steps, event.resumedAtStep);
    if (event.type === 'step') this.#step(event);
    if (event.type === 'warning') this.note(`  Warning: ${event.message}`);
    if (event.type === 'ended') this.#end(event);
  }

  /** A line of its own, above the bar. */
  note(line: string): void {
    if (this.#bar) this.#stream.write('\r\x1b[K');
    this.#stream.write(`${redactSecrets(line)}\n`);
  }

  #start(run: PlannedRun, steps: number, from: number): void {
    this.#number++;
    this.#steps = steps;
    this.#began = performance.now();
    this.#images = 0;
    this.#firstStep = from;
    this.#lastLine = this.#began;
    const title = `[${this.#number}/${this.#total}] ${run.label}`;
    this.#stream.write(from > 0 ? `${title} (goes on at step ${from})\n` : `${title}\n`);
    if (!this.#stream.isTTY) return;
    const barsize = Math.max(8, Math.min(30, (this.#stream.columns ?? 80) - 62));
    this.#bar = new SingleBar({ format: '  {bar} {percentage}% {status}', barsize, stream: this.#stream, hideCursor: true, clearOnComplete: true, stopOnComplete: false, linewrap: false, gracefulExit: false, noTTYOutput: false }, Presets.shades_classic);
    this.#bar.start(steps, from, { status: '' });
  }

  #step({ step, loss, parts, images }: Extract<RunEvent, { type: 'step' }>): void {
    this.#images += images;
    const now = performance.now();
    const seconds = (now - this.#began) / 1000;
    const done = step + 1;
    const left = (seconds / (done - this.#firstStep)) * (this.#steps - done);
    const names = Object.entries(parts);
    const detail = names.length > 1 ? ` (${names.map(([name, value]) => `${name} ${value.toPrecision(3)}`).join(' ')})` : '';
    const status = `loss ${loss.toPrecision(4)}${detail} ${Math.round(this.#images / seconds)}/s ${duration(left)} left`;
    this.#bar?.update(done, { status });
    if (this.#bar || now - this.#lastLine < lineInterval) return;
    this.#lastLine = now;
    this.#stream.write(`  step ${done}/${this.#steps}  ${status}\n`);
  }

  #end({ status, error }: Extract<RunEvent, { type: 'ended' }>): void {
    this.#bar?.stop();
    this.#bar = undefined;
    const seconds = (performance.now() - this.#began) / 1000;
    this.#stream.write(`  ${status} after ${duration(seconds)}${error ? `: ${error.message}` : ''}\n`);
  }
}
