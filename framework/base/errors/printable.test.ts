import { expect, it } from 'vitest';
import { alignedRows } from '../system/aligned-rows.ts';
import { cursorStream, guardOutput } from './guard-output.ts';
import { printable, printableInLine } from './printable.ts';

it.each([
  ['a command of a terminal', '\u001b]52;c;YQ==\u0007', '\\u001b]52;c;YQ==\\u0007'],
  ['one of a single sign', '\u009b2J', '\\u009b2J'],
  ['what writes over its line', 'failed\rfine', 'failed\\u000dfine'],
  ['what turns the direction round', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['deletions', 'ab\b\u007f', 'ab\\u0008\\u007f'],
])('spells out %s', (_, text, plain) => expect(printable(text)).toBe(plain));

it('leaves everything else as it is: lines, tabs, all scripts, emoji', () => {
  for (const text of ['a\tb\nc\r\nd', 'naïve 日本 עברית 👩‍👩‍👧 −½', '']) expect(printable(text)).toBe(text);
});

it('spells so that JSON reads the same again', () => {
  const value = { name: 'a\u009bb\u007f\u2028c' };
  expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
});

it('keeps a text on its line, and a cell in its column', () => {
  expect(printableInLine('a\nb\tc\r\nd\u001b')).toBe('a b c d\\u001b');
  expect(
    alignedRows([
      ['name', 'n'],
      ['x\ny', '1'],
    ]),
  ).toEqual(['name  n', 'x y   1']);
});

it('guards a stream, but for those who move its cursor', () => {
  const written: unknown[] = [];
  const stream = { columns: 80, write: (chunk: unknown) => written.push(chunk) > 0 } as unknown as NodeJS.WriteStream;
  guardOutput(stream);
  guardOutput(stream);
  stream.write('\u001b[2J');
  stream.write(Buffer.from('bytes'));
  cursorStream(stream).write('\u001b[1A');
  expect(written).toEqual(['\\u001b[2J', Buffer.from('bytes'), '\u001b[1A']);
  expect(cursorStream(stream).columns).toBe(80);
});
