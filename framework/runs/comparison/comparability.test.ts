import { describe, expect, it } from 'vitest';
import { differenceNotes, missingNotes, repeatProblems, type ComparableRun } from './comparability.ts';
import { specValues } from '../plan/run-facts.ts';

let count = 0;
const facts = (values: Readonly<Record<string, string>>, training = `training ${count++}`, uuid = `${count++}`) => ({
  uuid,
  values: new Map(Object.entries(values)),
  training: () => training,
});
const run = (
  seed: number,
  values: Readonly<Record<string, string>> = {},
  more: Partial<ComparableRun> = {},
): ComparableRun => ({ seed, metrics: { accuracy: seed / 10 }, facts: facts(values), ...more });

describe('what differs between runs that are compared', () => {
  it('is named with the runs that have it, whatever it is', () => {
    const one = { 'train.epochs': '1', 'losses.0.softmax.labelSmoothing': '0', data: 'abc', device: 'CPU' };
    const groups = [
      { name: 'softmax', runs: [run(1, one), run(2, one), run(3, { ...one, 'train.epochs': '3' })] },
      {
        name: 'cosface',
        runs: [run(1, { ...one, 'losses.0.softmax.labelSmoothing': '0.1', data: 'def' }), run(2, one)],
      },
    ];
    expect(differenceNotes(groups, ['losses'])).toEqual([
      'Not the same for all: train.epochs is 1 for softmax (seed 1; seed 2), cosface, 3 for softmax (seed 3).',
      'Not the same for all: data is abc for softmax, cosface (seed 2), def for cosface (seed 1).',
    ]);
  });

  it('is no fold, of which each has data of its own, but data that differ within one', () => {
    const fold = (index: number) => ({ fold: { index, of: 2 } });
    const even = { name: 'a', runs: [run(1, { split: 'x' }, fold(0)), run(1, { split: 'y' }, fold(1))] };
    expect(differenceNotes([even, { name: 'b', runs: even.runs }], [])).toEqual([]);
    expect(
      differenceNotes([even, { name: 'b', runs: [run(1, { split: 'z' }, fold(0)), even.runs[1]!] }], []),
    ).toHaveLength(1);
  });

  it('is one thing where a plugin is another, and nothing where a run does not tell', () => {
    const values = (head: object): Record<string, string> =>
      Object.fromEntries(specValues({ head, seed: 1, train: { epochs: 2, keep: 3 } }));
    expect(values({ linear: { bias: true } })).toEqual({
      head: 'linear',
      'head.linear.bias': 'true',
      'train.epochs': '2',
    });
    const groups = [
      { name: 'a', runs: [run(1, { ...values({ linear: { bias: true } }), device: 'CPU' })] },
      { name: 'b', runs: [run(1, values({ cosine: {} }))] },
    ];
    expect(differenceNotes(groups, [])).toEqual(['Not the same for all: head is linear for a, cosine for b.']);
    expect(differenceNotes(groups, ['head'])).toEqual([]);
  });
});

describe('runs without a result', () => {
  it('are named with the reason', () => {
    const groups = [
      {
        name: 'a',
        runs: [
          run(1),
          run(2, {}, { lack: 'failed', metrics: {} }),
          run(3, {}, { metrics: { accuracy: NaN } }),
          run(4, {}, { metrics: { 'MAP@R': 1 } }),
        ],
      },
      { name: 'b', runs: [run(1)] },
    ];
    expect(missingNotes(groups, 'accuracy')).toEqual([
      'Missing: a lacks seed 2 (failed), seed 3 (accuracy is NaN), seed 4 (without accuracy); 1 of 4 runs are left, and those that are left need not be like those that are not.',
    ]);
    expect(missingNotes(groups)[0]).toContain('seed 2 (failed), seed 3 (accuracy is NaN); 2 of 4');
  });
});

describe('repeats', () => {
  const fold = (index: number) => ({ fold: { index, of: 3 } });

  it('are found by content: folds that hold the same images', () => {
    const copies = [
      run(1, { split: 'x', data: 'd' }, fold(0)),
      run(1, { split: 'x', data: 'd' }, fold(1)),
      run(1, { split: 'y', data: 'd' }, fold(2)),
    ];
    expect(repeatProblems([{ name: 'a', runs: copies }])).toEqual([
      'a: the folds 0 and 1 hold the same images in the same roles: they are one split, and not 2.',
    ]);
    expect(repeatProblems([{ name: 'a', runs: [copies[0]!, copies[2]!] }])).toEqual([]);
  });

  it('are found by content: seeds that trained alike, but not those whose metrics alone are equal', () => {
    const same = { metrics: { accuracy: 0.5 } };
    const alike = [
      run(1, {}, { ...same, facts: facts({}, 'steps') }),
      run(2, {}, { ...same, facts: facts({}, 'steps') }),
    ];
    expect(repeatProblems([{ name: 'a', runs: alike }])).toEqual([
      'a: seed 1 and seed 2 trained alike, step by step: they are one run, and not two.',
    ]);
    expect(repeatProblems([{ name: 'a', runs: [run(1, {}, same), run(2, {}, same)] }])).toEqual([]);
    // Two losses of one seed may well train alike: an option without an effect.
    expect(
      repeatProblems([
        { name: 'a', runs: [alike[0]!] },
        { name: 'b', runs: [{ ...alike[1]!, seed: 1 }] },
      ]),
    ).toEqual([]);
  });

  it('are runs listed twice, by their identifier or by their place in a group', () => {
    const one = run(1);
    expect(
      repeatProblems([
        { name: 'a', runs: [one] },
        { name: 'b', runs: [{ ...one, seed: 2 }] },
      ]),
    ).toEqual(['One run is listed twice, as a · seed 1 and as b · seed 2.']);
    expect(
      repeatProblems([{ name: 'a', runs: [run(1, {}, { place: 'x' }), run(1, {}, { place: 'y', metrics: {} })] }]),
    ).toEqual(['a has seed 1 twice: x and y.']);
  });
});
