/** Paths of one run on disk. All absolute. */
export interface RunFolder {
  /** Run id, unique in its experiment; the folder's name. */
  readonly id: string;
  readonly directory: string;
  /** `spec.yaml`: resolved, every default visible. */
  readonly spec: string;
  /** `journal.jsonl`: every event, append-only. */
  readonly journal: string;
  /** `summary.json`: final metrics and timings. */
  readonly summary: string;
  /** `checkpoints/` */
  readonly checkpoints: string;
  /** `figures/` */
  readonly figures: string;
}
