import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { JournalReader } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/** A run as someone who watches sees it; plain JSON. */
export interface RunState {
  /** Its experiment's folder and its id. */
  readonly key: string;
  readonly title: string;
  status: 'waiting' | 'running' | 'finished' | 'failed' | 'interrupted';
  step: number;
  steps: number;
  epoch: number;
  epochs: number;
  loss: number | null;
  /** Each loss's own part of the last step. */
  parts: Readonly<Record<string, number>>;
  /** Images a second, over the last steps. */
  rate: number | null;
  /** Seconds to the last step at that pace. */
  left: number | null;
  /** The last evaluation's, with its role before the name where that is not test. */
  metrics: Record<string, number>;
  /** Steps and mean losses, thinned. */
  curve: (readonly [step: number, loss: number])[];
  /** When the journal last grew, in milliseconds since 1970; null before. */
  heard: number | null;
  warnings: number;
  error: string | null;
}

/** Points of a curve that is sent. */
const kept = 120;
/** Steps that the pace is measured over. */
const paced = 30;

/** Makes the state of a run that has not begun. */
export function waitingRun(key: string, title: string): RunState {
  return {
    key,
    title,
    status: 'waiting',
    step: 0,
    steps: 0,
    epoch: 0,
    epochs: 0,
    loss: null,
    parts: {},
    rate: null,
    left: null,
    metrics: {},
    curve: [],
    heard: null,
    warnings: 0,
    error: null,
  };
}

/** Follows one run's journal as another process, or this one, writes it. */
export class FollowedRun {
  readonly state: RunState;
  readonly #reader: JournalReader;
  readonly #recent: { readonly milliseconds: number; readonly images: number }[] = [];
  #bin = 1;
  #sum = 0;
  #count = 0;

  /** @param title instead of the label in the run's summary */
  constructor(folder: RunFolder, title?: string) {
    this.#reader = new JournalReader(folder.journal);
    this.state = waitingRun(`${basename(dirname(folder.directory))}/${folder.id}`, title ?? labelOf(folder));
  }

  /** Reads what is new; whether there was anything. @throws AblateError RUN_FOLDER where a newer version wrote it */
  update(): boolean {
    let changed = false;
    for (const record of this.#reader.records()) {
      changed = true;
      this.state.heard = record.time;
      this.#take(record);
    }
    return changed;
  }

  #take(record: JournalRecord): void {
    const { state } = this;
    switch (record.type) {
      case 'started':
        Object.assign(state, {
          status: 'running',
          steps: record.steps,
          epochs: record.epochs,
          step: record.resumedAtStep,
          error: null,
        });
        this.#recent.length = 0;
        break;
      case 'rewound':
        state.curve = state.curve.filter(([step]) => step <= record.step);
        state.step = record.step;
        break;
      case 'step':
        this.#step(record);
        break;
      case 'epoch':
        state.epoch = record.epoch;
        break;
      case 'evaluated':
        for (const [name, value] of Object.entries(record.metrics))
          state.metrics[record.role === 'test' ? name : `${record.role}/${name}`] = value;
        break;
      case 'warning':
        state.warnings++;
        break;
      case 'ended':
        Object.assign(state, { status: record.status, left: null, error: record.error?.message ?? null });
        break;
      default:
    }
  }

  #step({ step, loss, parts, milliseconds, images }: Extract<JournalRecord, { type: 'step' }>): void {
    const { state } = this;
    Object.assign(state, { step: step + 1, loss, parts });
    this.#recent.push({ milliseconds, images });
    if (this.#recent.length > paced) this.#recent.shift();
    const spent = this.#recent.reduce((sum, one) => sum + one.milliseconds, 0);
    state.rate = spent > 0 ? (1000 * this.#recent.reduce((sum, one) => sum + one.images, 0)) / spent : null;
    state.left = Math.max(0, ((state.steps - state.step) * spent) / this.#recent.length / 1000);
    this.#sum += loss;
    if (++this.#count < this.#bin) return;
    state.curve.push([step + 1, Number((this.#sum / this.#count).toPrecision(5))]);
    [this.#sum, this.#count] = [0, 0];
    if (state.curve.length <= kept) return;
    // Twice as many steps a point from here on, and every two points so far become one.
    this.#bin *= 2;
    state.curve = state.curve.flatMap(([at, value], index, all) =>
      index % 2 === 1 ? [[at, Number(((value + all[index - 1]![1]) / 2).toPrecision(5))] as const] : [],
    );
  }
}

function labelOf(folder: RunFolder): string {
  try {
    const { label, name } = JSON.parse(readFileSync(folder.summary, 'utf8')) as Partial<
      Readonly<Record<'label' | 'name', unknown>>
    >;
    return [label, name].find((text): text is string => typeof text === 'string' && text !== '') ?? folder.id;
  } catch {
    // The summary comes a moment after the folder, and a run has a name before it has one.
    return folder.id;
  }
}
