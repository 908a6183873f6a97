/**
 * A loss's number that changes over training: `{linear: {from: 0, to: 0.01, epochs: 5}}`. One of `epochs` and `steps`
 * says how long; afterwards the value stays at `to`.
 */
export type ScheduledNumber =
  | { readonly linear: ScheduleSpan }
  | { readonly cosine: ScheduleSpan }
  | { readonly exponential: ScheduleSpan };

/** From where to where, over how long. */
export interface ScheduleSpan {
  readonly from: number;
  readonly to: number;
  readonly epochs?: number;
  readonly steps?: number;
}
