import type { RunEvent } from '../../contracts/run-event.ts';

/** Version of the journal's lines; a reader refuses a newer one. */
export const journalVersion = 1;

/**
 * Going on from a checkpoint: what was written before this record about steps that the checkpoint does not hold no
 * longer counts. The lines themselves stay.
 */
export interface Rewound {
  readonly type: 'rewound';
  /** Steps that the checkpoint holds: step events numbered `step` and above are superseded. */
  readonly step: number;
}

/** One line of `journal.jsonl`. */
export type JournalRecord = {
  readonly v: number;
  /** Place in the journal, from 0, without a gap. */
  readonly seq: number;
  /** Milliseconds since 1970; never less than the record's before it, even where the machine's clock jumps back. */
  readonly time: number;
} & (RunEvent | Rewound);
