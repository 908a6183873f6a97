/** How far training has come. */
export interface Progress {
  /** Training step from 0. */
  readonly step: number;
  /** Epochs done, with the fraction of the current one. */
  readonly epoch: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
}

/** The learning rate over a run. A pure function of the progress, so that a run resumes anywhere. */
export interface Schedule {
  rate(progress: Progress): number;
}
