import type { PairedResult } from './paired.ts';

/** A row of a suite's table. */
export type Row = PairedResult & { readonly case: string; readonly peer: string };

/** What `npm run bench` measures under one name, in so many pairs of turns. */
export type Suite = (pairs: number) => Promise<{
  readonly title: string;
  readonly rows: readonly Row[];
  /** What else there is to say, in Markdown. */
  readonly more?: string;
}>;
