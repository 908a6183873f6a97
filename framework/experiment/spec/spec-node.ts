/** Where a value was written. */
export interface Place {
  /** Absolute path of the file, or `--set`, or the name of an environment variable. */
  readonly file: string;
  /** From 1; 0 outside files. */
  readonly line: number;
  /** From 1; 0 outside files. */
  readonly column: number;
  /** How the value came to its path, where that is not simply by being written there. */
  readonly origin?: 'matrix' | '--set';
}

/** `${train.batch}`: a value of the same spec. */
export interface Reference {
  /** What stands between the braces. */
  readonly path: string;
  readonly segments: readonly string[];
}

/** A number, text, true, false or null with its place. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly place: Place;
  /** Written without quotes, so that a whole interpolation is typed again as YAML would. */
  readonly plain: boolean;
  /** What stands in the file, where YAML read it as something else than text: `001` for 1. */
  readonly source?: string;
  /** What was written, where it held an interpolation: `${env:RATE:-0.01}`. */
  readonly written?: string;
  /** What was written, where the value holds a secret from the environment: shown instead of the value everywhere. */
  readonly secret?: string;
  /** What the text is made of, where it refers to other values of the spec. */
  readonly pieces?: readonly (string | Reference)[];
}

/** A list with its place. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly SpecNode[];
  readonly place: Place;
}

/** A key's place and its value. */
export interface MapEntry {
  readonly place: Place;
  readonly value: SpecNode;
}

/** A map with its place; keys keep their order. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly place: Place;
}

/**
 * A value of a spec that knows where it was written. Immutable, so that the points of a matrix share what they have in
 * common.
 */
export type SpecNode = ScalarNode | ListNode | MapNode;
