import { crc32Of } from '../../base/system/crc32-of.ts';
import type { JournalRecord } from './journal-record.ts';

const unwritable = new Map<number, string>([
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
]);
const readable = new Map<string, number>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
]);
const looksWritten = /^\\*(?:NaN|-?Infinity|-0)$/;

/** How a line ends that carries a checksum. */
const sealed = /,"sum":"([0-9a-f]{8})"\}$/;
const sumOf = (text: string): string => crc32Of(Buffer.from(text)).toString(16).padStart(8, '0');

/**
 * Writes a record as one line of JSON without its newline. Its last member, `sum`, is the CRC-32 of all before it. JSON
 * has no NaN, infinities or −0: they are written as the strings `"NaN"`, `"Infinity"`, `"-Infinity"`, `"-0"`; a text
 * that is one of these words gets a backslash before it.
 */
export function journalLine(record: JournalRecord): string {
  const text = JSON.stringify(record, (_key, value: unknown) => {
    if (typeof value === 'number')
      return Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0' : (unwritable.get(value) ?? value);
    return typeof value === 'string' && looksWritten.test(value) ? `\\${value}` : value;
  }).slice(0, -1);
  return `${text},"sum":"${sumOf(text)}"}`;
}

/**
 * Reads what a line says, or undefined where it is not a whole record, or another than was written. A record of a newer
 * version keeps its `v` for the reader to refuse.
 */
export function parseJournalLine(line: string): JournalRecord | undefined {
  const whole = line.trimEnd();
  const [end, sum] = sealed.exec(whole) ?? [];
  const text = end === undefined ? whole : whole.slice(0, -end.length);
  if (sum !== undefined && sumOf(text) !== sum) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(end === undefined ? text : `${text}}`, (_key, part: unknown) => {
      if (typeof part !== 'string') return part;
      return readable.get(part) ?? (part.startsWith('\\') && looksWritten.test(part) ? part.slice(1) : part);
    });
  } catch {
    return undefined;
  }
  const record = value as JournalRecord;
  const isRecord =
    typeof value === 'object' &&
    value !== null &&
    typeof record.seq === 'number' &&
    typeof record.time === 'number' &&
    typeof record.type === 'string';
  return isRecord && typeof record.v === 'number' ? record : undefined;
}
