import type { Kind } from '../../../contracts/plugin.ts';

/** One thing that was checked at one input. */
export interface Check {
  /** The rule, in words: `gradient agrees with central differences`. */
  readonly name: string;
  readonly passed: boolean;
  /** Where: the input or the reference case, in words. */
  readonly input: string;
  /** Passed: what was found. Failed: what is wrong, by how much, and why it matters. */
  readonly message: string;
  /** Absolute error of the quantity that came nearest to, or furthest past, what is allowed. */
  readonly largestError?: number;
  /** That error over the largest one allowed: 1 is the border. */
  readonly largestErrorOfAllowed?: number;
  /** What was thrown while the rule was looked at. */
  readonly threw?: string;
  /** Set where the rule does not apply, with the reason; such a check counts neither way. */
  readonly skipped?: true;
}

/** Every check of one plugin with one set of options on one device. */
export interface CheckReport {
  readonly kind: Kind;
  readonly plugin: string;
  /** After the schema, every default visible. */
  readonly options: unknown;
  /** The device that computed. */
  readonly device: string;
  readonly checks: readonly Check[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Makes a report with its counts. */
export function reportOf(
  subject: Pick<CheckReport, 'kind' | 'plugin' | 'options' | 'device'>,
  checks: readonly Check[],
): CheckReport {
  const { kind, plugin, options, device } = subject;
  const count = (wanted: (check: Check) => boolean): number => checks.filter(wanted).length;
  return {
    kind,
    plugin,
    options,
    device,
    checks,
    passed: count((check) => check.passed && !check.skipped),
    failed: count((check) => !check.passed),
    skipped: count((check) => check.skipped === true),
  };
}
