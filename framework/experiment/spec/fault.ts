import type { ErrorCode } from '../../base/errors/codes.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import type { Place } from './spec-node.ts';

/** One thing wrong with a spec. */
export interface Fault {
  readonly code: ErrorCode;
  /** Absolute path of the file, or `--set`, or the name of an environment variable. */
  readonly file: string;
  /** From 1; 0 outside files. */
  readonly line: number;
  /** From 1; 0 outside files. */
  readonly column: number;
  /** Where in the spec: `losses.1.center.lambda`; empty for the file as a whole. */
  readonly path: string;
  /** What was found. */
  readonly message: string;
  /** What is allowed there. */
  readonly allowed?: string;
  /** What to write instead. */
  readonly remedy?: string;
  /** Which points of the matrix have it, where not all do. */
  readonly points?: string;
}

/** Writes a fault on one line, as compilers write it: place, path, what was found, what is allowed, what to do. */
export function faultText(fault: Fault): string {
  const sentences = [fault.message, fault.points, fault.allowed, fault.remedy].filter(
    (part) => part !== undefined && part !== '',
  );
  const where = [placeText(fault), fault.path].filter(Boolean).join(' ');
  return `${where}: ${sentences.map((sentence) => (/[.?!]$/.test(sentence!) ? sentence : `${sentence}.`)).join(' ')}`;
}

function placeText({ file, line, column }: Pick<Place, 'file' | 'line' | 'column'>): string {
  return line === 0 ? shownFile(file) : `${shownFile(file)}:${line}:${column}`;
}
