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
  /** What validation found of the metrics that the schedule `watches`, oldest first. A run always gives it. */
  readonly validations?: readonly PastValidation[];
}

/** What one validation found. */
export interface PastValidation {
  /** Steps done before it. */
  readonly step: number;
  /** By name: `validation/accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The learning rate over a run. A pure function of the progress, so that a run resumes anywhere. */
export interface Schedule {
  /** Metrics of validation that it looks at, as `validation/accuracy`; a run that finds them not is refused. */
  readonly watches?: readonly string[];
  rate(progress: Progress): number;
}
