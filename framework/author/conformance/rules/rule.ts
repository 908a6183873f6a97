import { AblateError } from '../../../base/errors/ablate-error.ts';
import type { Check } from './check-report.ts';

/** What a rule found at one input. */
export type Finding = Omit<Check, 'name' | 'passed'> & {
  /** What is wrong; absent where the rule holds. */
  readonly fault?: string;
};

/** Something that every plugin of a kind must satisfy. */
export interface Rule<Subject> {
  /** In words, as a sentence that holds of a good plugin: `forward leaves the state alone`. */
  readonly name: string;
  /** Why it matters, one sentence; ends every message of a fault. */
  readonly why: string;
  /** One finding an input. What it throws counts as a fault. */
  find(subject: Subject): Promise<readonly Finding[]>;
}

/** Says what went wrong, in words, without the stack. */
export function reasonOf(error: unknown): string {
  // What a plugin got wrong is mended by whoever checks it: no remedy is to tell its author.
  if (error instanceof AblateError && error.code === 'PLUGIN_FAILED') return error.problem;
  return error instanceof Error ? error.message : String(error);
}

/** Runs one rule; an exception is a failed check like any other. */
export async function applyRule<Subject>(rule: Rule<Subject>, subject: Subject): Promise<Check[]> {
  try {
    const findings = await rule.find(subject);
    return findings.map(({ fault, ...rest }) => ({
      ...rest,
      name: rule.name,
      passed: fault === undefined,
      message: fault === undefined ? rest.message : `${fault} ${rule.why}`,
    }));
  } catch (error) {
    const threw = reasonOf(error).replace(/\.$/, '');
    return [
      { name: rule.name, passed: false, input: 'while checking', message: `It threw: ${threw}. ${rule.why}`, threw },
    ];
  }
}

/** Makes the finding that the rule holds. */
export const holds = (input: string, message = 'holds', numbers: Partial<Finding> = {}): Finding => ({
  input,
  message,
  ...numbers,
});

/** Makes the finding that the rule is broken; `fault` is a whole sentence. */
export const broken = (input: string, fault: string, numbers: Partial<Finding> = {}): Finding => ({
  input,
  message: '',
  fault,
  ...numbers,
});

/** Makes the finding that the rule does not apply here. */
export const notApplicable = (input: string, reason: string): Finding => ({ input, message: reason, skipped: true });
