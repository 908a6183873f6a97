import type { WarningEvent } from '../../contracts/run-event.ts';

/** Returns a warning's sentence as the terminal has it: `Warning: …`, or `Note: …` where nothing is wrong. */
export const warningLine = (message: string, level?: WarningEvent['level']): string =>
  `${level === 'note' ? 'Note' : 'Warning'}: ${message}`;
