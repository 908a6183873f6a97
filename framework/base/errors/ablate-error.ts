import { errorCodes, type ErrorCode } from './codes.ts';

/** An error that a person can act on: what, where, and what to do next. */
export class AblateError extends Error {
  readonly code: ErrorCode;
  /** What is wrong and where, without the remedy. */
  readonly problem: string;
  /** What to type or change next, one sentence. */
  readonly remedy: string | undefined;
  /**
   * The value of a plugin's option that is at fault, as the plugin was given it: a text, or a list or map by identity.
   */
  readonly given: unknown;

  /**
   * @param code from the table of codes
   * @param message what is wrong and where, in plain words, without the remedy
   * @param details the remedy, the error that caused this one, and the option's value that is at fault, by which the
   * spec's place is found
   */
  constructor(
    code: ErrorCode,
    message: string,
    details: { remedy?: string | undefined; cause?: unknown; given?: unknown } = {},
  ) {
    super(details.remedy === undefined ? message : `${message}\n  ${details.remedy}`, { cause: details.cause });
    this.name = 'AblateError';
    this.code = code;
    this.problem = message;
    this.remedy = details.remedy;
    this.given = details.given;
  }

  /** Exit code of the command line. */
  get exitCode(): number {
    return errorCodes[this.code].exit;
  }
}
