import { appendFileSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../contracts/run-event.ts';
import { runFolderAt } from '../run-folder/create-run-folder.ts';
import { journalLine, parseJournalLine } from './journal-line.ts';
import { JournalReader, longestLine } from './journal-reader.ts';
import { Journal } from './journal.ts';
import { readJournal } from './read-journal.ts';

const folder = (): ReturnType<typeof runFolderAt> => runFolderAt(mkdtempSync(join(tmpdir(), 'ablate-journal-')));
const step = (number: number, loss = number / 10): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss,
  parts: { softmax: loss },
  rate: 0.1,
  milliseconds: 5,
  images: 32,
});
const epoch = (number: number, atStep: number): RunEvent => ({
  type: 'epoch',
  epoch: number,
  step: atStep,
  metrics: { loss: 1 },
  seconds: 2,
});
const steps = (file: string): number[] =>
  [...readJournal(file)].flatMap((record) => (record.type === 'step' ? [record.step] : []));

afterEach(() => vi.useRealTimers());

describe('a journal line', () => {
  it('keeps every number and every text', () => {
    const record = {
      v: 1,
      seq: 0,
      time: 5,
      type: 'warning',
      message: 'Infinity',
      extra: [NaN, Infinity, -Infinity, -0, 0.1, '\\NaN', 'NaN', 'Infinitely', 'ä\n"'],
    };
    expect(parseJournalLine(journalLine(record as never))).toStrictEqual(record);
  });

  it('keeps arbitrary JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const record = { v: 1, seq: 0, time: 0, type: 'warning', message: 'm', value };
        expect(parseJournalLine(journalLine(record as never))).toEqual(record);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('writes NaN as documented', () => {
    expect(journalLine({ v: 1, seq: 3, time: 5, ...step(0, NaN) } as never)).toContain('"loss":"NaN"');
  });
});

describe('a damaged journal line', () => {
  it('is never taken for another record, whatever one character of it has become', () => {
    const record = { v: 1, seq: 12, time: 1_700_000_000_000, ...step(3, 0.125) } as never;
    const line = journalLine(record);
    for (let index = 0; index < line.length; index++) {
      for (const other of ['0', '1', '9', '"', '}', ',', ' ', '\0', 'e']) {
        const found = parseJournalLine(`${line.slice(0, index)}${other}${line.slice(index + 1)}`);
        if (found !== undefined)
          expect({ ...found, ...('sum' in found && { sum: undefined }) }, `${index} ${other}`).toMatchObject(record);
      }
    }
  });

  it('is read without a checksum, where somebody else wrote it', () => {
    expect(parseJournalLine('{"v":1,"seq":0,"time":5,"type":"warning","message":"m"}')).toEqual({
      v: 1,
      seq: 0,
      time: 5,
      type: 'warning',
      message: 'm',
    });
  });
});

describe('a journal', () => {
  it('is read on beyond lines that are no records, however long, each byte looked at once; how many they are is told', () => {
    const run = folder();
    const lines = [0, 1, 2].map((seq) => `${journalLine({ v: 1, seq, time: 5, ...step(seq) } as never)}\n`);
    // What a power cut leaves of blocks that never reached the disk: as long as a line may be, and longer.
    const zeros = (bytes: number): Buffer => Buffer.concat([Buffer.alloc(bytes), Buffer.from('\n')]);
    writeFileSync(
      run.journal,
      Buffer.concat([
        Buffer.from(lines[0]!),
        zeros(longestLine - 1),
        Buffer.from(lines[1]!),
        Buffer.from('{'),
        zeros(longestLine),
        Buffer.from(`no record\n${lines[2]}`),
      ]),
    );
    const told: number[] = [];
    expect([...readJournal(run.journal, (count) => told.push(count))].map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(told).toEqual([3]);
  });

  it('that ends in many zeros is repaired', () => {
    const run = folder();
    writeFileSync(
      run.journal,
      Buffer.concat([
        Buffer.from(`${journalLine({ v: 1, seq: 0, time: 5, ...step(0) } as never)}\n`),
        Buffer.alloc(longestLine + 5),
      ]),
    );
    Journal.open(run).close();
    expect([...readJournal(run.journal)].map(({ type }) => type)).toEqual(['step', 'warning']);
  });

  it('gives back what was written, numbered without a gap across openings', () => {
    const run = folder();
    for (const numbers of [
      [0, 1],
      [2, 3],
    ]) {
      const journal = Journal.open(run);
      for (const number of numbers) journal.append(step(number));
      journal.close();
    }
    const records = [...readJournal(run.journal)];
    expect(records.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(records[2]).toMatchObject({ v: 1, type: 'step', step: 2, loss: 0.2 });
  });

  it('moves a line cut in the middle aside, says so and goes on', () => {
    const run = folder();
    const journal = Journal.open(run);
    journal.append(step(0));
    journal.append(step(1));
    journal.close();
    const whole = readFileSync(run.journal);
    writeFileSync(run.journal, whole.subarray(0, whole.length - 9));
    const again = Journal.open(run);
    again.append(step(1));
    again.close();
    const records = [...readJournal(run.journal)];
    expect(records.map(({ type, seq }) => `${type} ${seq}`)).toEqual(['step 0', 'warning 1', 'step 2']);
    expect(records[1]).toMatchObject({
      message: expect.stringMatching(/ended in the middle of a line.*journal\.cut-1\.jsonl/),
    });
    const aside = readdirSync(run.directory).find((name) => name.includes('cut'))!;
    expect(readFileSync(join(run.directory, aside), 'utf8')).toMatch(/^\{"v":1,"seq":1,/);
  });

  it.each([
    ['only its newline is missing', -1, ['step 0', 'step 1']],
    ['blocks of zeros follow it', 4096, ['step 0', 'step 1', 'warning 2']],
  ])('keeps the last record where %s', (_case, change, expected) => {
    const run = folder();
    const journal = Journal.open(run);
    journal.append(step(0));
    journal.append(step(1));
    journal.close();
    const whole = readFileSync(run.journal);
    writeFileSync(run.journal, change < 0 ? whole.subarray(0, change) : Buffer.concat([whole, Buffer.alloc(change)]));
    Journal.open(run).close();
    expect([...readJournal(run.journal)].map(({ type, seq }) => `${type} ${seq}`)).toEqual(expected);
    expect(readFileSync(run.journal).includes(0)).toBe(false);
  });

  it('is whole whatever byte it was cut at', () => {
    const run = folder();
    const journal = Journal.open(run);
    for (let number = 0; number < 4; number++) journal.append(step(number));
    journal.close();
    const whole = readFileSync(run.journal);
    for (let length = 0; length <= whole.length; length += 7) {
      writeFileSync(run.journal, whole.subarray(0, length));
      const complete = whole
        .subarray(0, length)
        .toString()
        .split('\n')
        .filter((line) => line.endsWith('}') && parseJournalLine(line)).length;
      const cut = Journal.open(run);
      cut.append(step(9));
      cut.close();
      expect(steps(run.journal), `cut at byte ${length}`).toEqual([
        ...Array.from({ length: complete }, (_, index) => index),
        9,
      ]);
    }
  });

  it('counts what a rewind makes void no more, and doubles nothing', () => {
    const run = folder();
    const journal = Journal.open(run);
    for (const number of [0, 1]) journal.append(step(number));
    journal.append(epoch(1, 2));
    journal.append({ type: 'figure', name: 'epoch-0001/a', files: [], step: 2 });
    for (const number of [2, 3]) journal.append(step(number, 9));
    journal.append(epoch(2, 4));
    journal.append({ type: 'figure', name: 'epoch-0002/a', files: [], step: 4 });
    journal.append({ type: 'ended', status: 'interrupted', step: 4 });
    journal.rewind(2);
    journal.append(epoch(1, 2));
    for (const number of [2, 3, 4]) journal.append(step(number, 1));
    journal.append({ type: 'ended', status: 'finished', step: 5 });
    journal.close();
    const records = [...readJournal(run.journal)];
    expect(steps(run.journal)).toEqual([0, 1, 2, 3, 4]);
    expect(records.filter(({ type }) => type === 'step').map((record) => (record as { loss: number }).loss)).toEqual([
      0, 0.1, 1, 1, 1,
    ]);
    expect(records.filter(({ type }) => type === 'epoch').map((record) => (record as { epoch: number }).epoch)).toEqual(
      [1],
    );
    expect(records.filter(({ type }) => type === 'ended')).toMatchObject([{ status: 'finished' }]);
    expect(records.filter(({ type }) => type === 'figure')).toMatchObject([{ name: 'epoch-0001/a' }]);
  });

  it('never goes back in time', () => {
    vi.useFakeTimers({ now: 2_000_000_000_000, toFake: ['Date'] });
    const run = folder();
    const journal = Journal.open(run);
    journal.append(step(0));
    vi.setSystemTime(1_000_000_000_000);
    journal.append(step(1));
    journal.close();
    const again = Journal.open(run);
    again.append(step(2));
    again.close();
    expect([...readJournal(run.journal)].map(({ time }) => time)).toEqual([2e12, 2e12, 2e12]);
  });

  it('can be followed while it is written', () => {
    const run = folder();
    const journal = Journal.open(run);
    const reader = new JournalReader(run.journal);
    const next = (): number[] => [...reader.records()].map(({ seq }) => seq);
    journal.append(step(0));
    expect(next()).toEqual([0]);
    expect(next()).toEqual([]);
    const line = `${journalLine({ v: 1, seq: 1, time: 1, type: 'warning', message: 'é' })}\n`;
    const cut = Buffer.from(line).indexOf(0xc3) + 1;
    appendFileSync(run.journal, Buffer.from(line).subarray(0, cut));
    expect(next()).toEqual([]);
    appendFileSync(run.journal, Buffer.from(line).subarray(cut));
    expect(next()).toEqual([1]);
    journal.close();
  });

  it('refuses one of a newer version', () => {
    const run = folder();
    writeFileSync(run.journal, '{"v":2,"seq":0,"time":0,"type":"warning","message":""}\n');
    expect(() => [...readJournal(run.journal)]).toThrow(/version 2; this Ablate reads up to 1/);
  });

  it('holds no secret of the environment', () => {
    vi.stubEnv('SERVICE_TOKEN', 'squeamish-ossifrage');
    const run = folder();
    const journal = Journal.open(run);
    journal.append({ type: 'warning', message: 'https://user:pass@example.org refused squeamish-ossifrage' });
    journal.append({
      type: 'ended',
      status: 'failed',
      step: 0,
      error: { code: 'RUN_FAILED', message: 'token squeamish-ossifrage' },
    });
    journal.close();
    vi.unstubAllEnvs();
    const text = readFileSync(run.journal, 'utf8');
    expect(text).not.toMatch(/squeamish|user:pass/);
    expect(text).toContain('https://example.org refused ${env:SERVICE_TOKEN}');
  });
});
