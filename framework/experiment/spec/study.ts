import type { Random } from '../../base/random/random.ts';
import type { Range } from '../search-methods/range.ts';
import type { PlannedRun } from './planned-run.ts';
import type { RunSpec } from './spec.ts';
import type { ProtocolSettings, SearchSettings } from './study-schema.ts';

/** One point of a search: its values, and its runs, one a fold that it is validated on. */
export interface Trial {
  /** From 0. */
  readonly number: number;
  readonly values: ReadonlyMap<string, unknown>;
  readonly runs: readonly PlannedRun[];
}

/** A point at the ends of a search's ranges. */
export interface Corner {
  readonly values: ReadonlyMap<string, unknown>;
  readonly spec: RunSpec;
}

/** A point of the matrix without seed and fold: what is searched by itself and compared with the others. */
export interface StudyGroup {
  /** What distinguishes it from the others: `cosface`. */
  readonly name: string;
  /** Matrix path → its value, with ranges as they were written: what it is known by whatever siblings it has. */
  readonly point: Readonly<Record<string, unknown>>;
  /** Path → values that the search draws from; empty without a search. */
  readonly ranges: ReadonlyMap<string, Range>;
  /**
   * Where the ranges end, as the spec was checked there: every range at its first end (or choice), then one of them
   * after another at each other end while the rest stay.
   */
  readonly corners: readonly Corner[];
  /** Values of a trial, drawn evenly from those that no trial before it has. */
  draw(trial: number): ReadonlyMap<string, unknown>;
  /** Random numbers of a trial, the same whenever they are asked for. */
  random(trial: number): Random;
  /**
   * The trial of these values.
   *
   * @throws SpecError where the spec refuses them
   */
  trial(number: number, values: ReadonlyMap<string, unknown>): Promise<Trial>;
  /**
   * The runs of the protocol with these values: every fold with every seed; none without a protocol.
   *
   * @throws SpecError where the spec refuses them
   */
  finals(values: ReadonlyMap<string, unknown>): Promise<readonly PlannedRun[]>;
}

/**
 * What a spec with `search` or `protocol` does: it searches each group, then trains what was chosen on all folds with
 * all seeds.
 */
export interface Study {
  readonly search: SearchSettings | undefined;
  readonly protocol: ProtocolSettings | undefined;
  /** Epochs of a whole run. */
  readonly epochs: number;
  readonly groups: readonly StudyGroup[];
  /** All runs that there will be. */
  readonly total: number;
}
