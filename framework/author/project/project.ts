/** A kind of work that `ablate init` begins a project for. */
export interface Project {
  /** What it is for, in one line. */
  readonly summary: string;
  /** The spec, without its first comment. */
  readonly spec: string;
  /** How the data lie, as the README shows it. */
  readonly layout: string;
  /** Sentences of the README about the data and what to change first, a paragraph each. */
  readonly notes: readonly string[];
}
