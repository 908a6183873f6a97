import type { JournalRecord } from './journal-record.ts';

/** What can be said once only, by its place in the run; undefined for what may be said again and again. */
function placeOf(record: JournalRecord): string | undefined {
  switch (record.type) {
    case 'epoch':
    case 'checkpointed':
      return `${record.type} ${record.step}`;
    case 'evaluated':
      return `evaluated ${record.role} ${record.step}`;
    case 'figure':
      return `figure ${record.name}`;
    case 'ended':
      return 'ended';
    default:
      return undefined;
  }
}

/** Whether going on from a checkpoint of `step` steps makes an earlier record void. */
function isVoidedBy(record: JournalRecord, step: number): boolean {
  switch (record.type) {
    case 'step':
      return record.step >= step;
    case 'epoch':
    case 'evaluated':
    case 'checkpointed':
      return record.step > step;
    case 'figure':
      return record.step === undefined || record.step > step;
    case 'ended':
      return true;
    default:
      return false;
  }
}

/**
 * Knows which records of a journal still count after the run went on from checkpoints. Feed it every record in order
 * with
 * `add`, then ask `counts`: small even where the journal is not, because steps are judged by the rewinds after them.
 */
export class JournalIndex {
  readonly #rewinds: { readonly seq: number; readonly step: number }[] = [];
  readonly #latest = new Map<string, number>();

  /** Takes the next record. */
  add(record: JournalRecord): void {
    if (record.type === 'rewound') this.#rewinds.push({ seq: record.seq, step: record.step });
    const place = placeOf(record);
    if (place !== undefined) this.#latest.set(place, record.seq);
  }

  /** Whether nothing added since has superseded this record. */
  counts(record: JournalRecord): boolean {
    const place = placeOf(record);
    if (place !== undefined && this.#latest.get(place) !== record.seq) return false;
    return !this.#rewinds.some(({ seq, step }) => seq > record.seq && isVoidedBy(record, step));
  }

  /** Seq of the last rewind so far, or −1. */
  get lastRewind(): number {
    return this.#rewinds.at(-1)?.seq ?? -1;
  }
}
