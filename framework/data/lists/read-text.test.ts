import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText, TextReader } from './read-text.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-text-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (bytes: Buffer): Promise<string> => {
  const file = path.join(folder, 'list.txt');
  writeFileSync(file, bytes);
  return readText(file);
};

describe('readText', () => {
  it('reads UTF-8 without its byte order mark', async () => {
    expect(await read(Buffer.from('\ufeffKöln\nfin'))).toBe('Köln\nfin');
  });

  it.each([
    ['Latin-1', Buffer.from('a\nb\nKöln\n', 'latin1'), 'list.txt:3 is not UTF-8 text'],
    ['UTF-16', Buffer.from('\ufeffa', 'utf16le'), 'list.txt:1 is not UTF-8 text'],
    ['an end within a character', Buffer.from('a\nKö').subarray(0, 4), 'list.txt:2 is not UTF-8 text'],
  ])('refuses %s with its line', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(`${message}.\n  Save it as UTF-8.`);
  });

  it('decodes characters that pieces cut, and counts lines over pieces', () => {
    const reader = new TextReader('list');
    const bytes = Buffer.from('a\nö');
    expect(reader.read(bytes.subarray(0, 3)) + reader.read(bytes.subarray(3))).toBe('a\nö');
    expect(() => reader.read(Buffer.from('b\n\xfc', 'latin1'))).toThrow('list:3 is not UTF-8 text');
  });
});
