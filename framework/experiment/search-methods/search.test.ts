import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { bestOf, rungsOf } from './halving.ts';
import { drawEvenly, placeOf, pointsOf, untried, valueAt, type Range } from './range.ts';
import { suggestByTpe, type MeasuredTrial } from './tpe.ts';

const random = (trial: number) => new RandomStreams(5, 'search/').stream('trial', trial);

describe('ranges', () => {
  const ranges: Range[] = [
    { kind: 'uniform', low: -1, high: 3 },
    { kind: 'logUniform', low: 1e-4, high: 1 },
    { kind: 'integer', low: 2, high: 5 },
    { kind: 'choice', values: ['a', { b: 1 }] },
  ];

  it('begin and end where they say', () => {
    expect(ranges.map((range) => valueAt(range, 0))).toEqual([-1, 1e-4, 2, 'a']);
    expect(ranges.map((range) => valueAt(range, 1 - 1e-12))).toEqual([3, 1, 5, { b: 1 }]);
    expect(ranges.map((range) => valueAt(range, 0.5))).toEqual([1, 0.01, 4, { b: 1 }]);
    expect(ranges.map((range) => placeOf(range, valueAt(range, 0.5)))).toEqual([0.5, 0.5, 0.625, 1]);
  });

  it('are drawn evenly: each decade of a logarithmic range alike, each whole number alike', () => {
    const drawn = Array.from({ length: 4000 }, (_, trial) =>
      drawEvenly(new Map(Object.entries({ log: ranges[1]!, whole: ranges[2]! })), random(trial)),
    );
    const share = (of: (values: Map<string, unknown>) => boolean): number => drawn.filter(of).length / drawn.length;
    expect(share((values) => (values.get('log') as number) < 1e-2)).toBeCloseTo(0.5, 1);
    for (const whole of [2, 3, 4, 5]) expect(share((values) => values.get('whole') === whole)).toBeCloseTo(0.25, 1);
  });

  it('narrow beside their values have as many different ones as any', () => {
    const narrow: Range[] = [
      { kind: 'uniform', low: 0.99991, high: 0.99999 },
      { kind: 'uniform', low: 100_000, high: 100_010 },
      { kind: 'uniform', low: -7.0002, high: -7.0001 },
      { kind: 'uniform', low: 0, high: 1e-9 },
      { kind: 'logUniform', low: 0.999, high: 0.9991 },
      { kind: 'logUniform', low: 1e-9, high: 1e9 },
    ];
    for (const range of narrow) {
      const drawn = new Set(Array.from({ length: 500 }, (_, index) => valueAt(range, (index + 0.5) / 500)));
      expect(drawn.size, JSON.stringify(range)).toBe(500);
    }
    // Four digits, where they are enough.
    expect(valueAt({ kind: 'uniform', low: 0, high: 1 }, 0.123456)).toBe(0.1235);
    expect(valueAt({ kind: 'logUniform', low: 1e-4, high: 1 }, 0.123456)).toBe(0.0003118);
  });

  it('say how many points they have, and give one that was not tried', () => {
    const found = (given: Range[]): number => pointsOf(given);
    expect(found([ranges[2]!, ranges[3]!])).toBe(8);
    expect(found([{ kind: 'choice', values: [1, 1, 2] }])).toBe(2);
    expect(found(ranges)).toBe(Infinity);
    const whole = new Map([['whole', ranges[2]!]]);
    const tried: ReadonlyMap<string, unknown>[] = [];
    const stream = random(0);
    for (let count = 0; count < 4; count++) tried.push(untried(tried, () => drawEvenly(whole, stream)));
    expect(tried.map((point) => point.get('whole')).sort()).toEqual([2, 3, 4, 5]);
  });

  it('give the same numbers for the same seed and trial', () => {
    const drawn = (): unknown => [...drawEvenly(new Map([['rate', ranges[1]!]]), random(3))];
    expect(drawn()).toEqual(drawn());
  });
});

describe('TPE', () => {
  const ranges = new Map<string, Range>([
    ['rate', { kind: 'logUniform', low: 1e-5, high: 1 }],
    ['margin', { kind: 'uniform', low: 0, high: 1 }],
    ['mining', { kind: 'choice', values: ['all', 'hard', 'semi'] }],
  ]);
  /** Best at rate 0.01, margin 0.3, mining hard. */
  const worth = (values: ReadonlyMap<string, unknown>): number =>
    -((Math.log10(values.get('rate') as number) + 2) ** 2) / 4 -
    ((values.get('margin') as number) - 0.3) ** 2 * 4 -
    (values.get('mining') === 'hard' ? 0 : 0.5);
  const search = (seed: number, suggest: boolean): MeasuredTrial[] => {
    const trials: MeasuredTrial[] = [];
    for (let trial = 0; trial < 40; trial++) {
      const stream = new RandomStreams(seed).stream('trial', trial);
      const values = suggest && trial >= 10 ? suggestByTpe(ranges, trials, stream) : drawEvenly(ranges, stream);
      trials.push({ values, score: worth(values) });
    }
    return trials;
  };
  const late = (trials: readonly MeasuredTrial[]): number =>
    trials.slice(20).reduce((sum, { score }) => sum + score, 0) / 20;

  it('draws where good trials lie', () => {
    for (const seed of [1, 2, 3, 4, 5])
      expect(late(search(seed, true)), `seed ${seed}`).toBeGreaterThan(late(search(seed, false)));
  });

  it('stays within its ranges and gives the same again', () => {
    const trials = search(1, true);
    expect(search(1, true)).toEqual(trials);
    for (const { values } of trials) {
      expect(values.get('rate')).toSatisfy((rate: number) => rate >= 1e-5 && rate <= 1);
      expect(values.get('margin')).toSatisfy((margin: number) => margin >= 0 && margin <= 1);
    }
  });
});

describe('successive halving', () => {
  it('trains one in three three times as long', () => {
    expect(rungsOf(27, { epochs: 27, reduction: 3, minEpochs: 1 })).toEqual([
      { epochs: 1, trials: 27 },
      { epochs: 3, trials: 9 },
      { epochs: 9, trials: 3 },
      { epochs: 27, trials: 1 },
    ]);
    expect(rungsOf(4, { epochs: 10, reduction: 2, minEpochs: 2 })).toEqual([
      { epochs: 3, trials: 4 },
      { epochs: 5, trials: 2 },
      { epochs: 10, trials: 1 },
    ]);
    expect(rungsOf(30, { epochs: 1, reduction: 3, minEpochs: 1 })).toEqual([{ epochs: 1, trials: 30 }]);
  });

  it('has as many rungs as Li et al. write, where the budget is no power of the reduction too', () => {
    const lengths = (budget: number) => rungsOf(budget, { epochs: 27, reduction: 3, minEpochs: 1 });
    const three = [
      { epochs: 3, trials: 9 },
      { epochs: 9, trials: 3 },
      { epochs: 27, trials: 1 },
    ];
    expect(lengths(9)).toEqual(three);
    expect(lengths(10)).toEqual([
      { epochs: 3, trials: 10 },
      { epochs: 9, trials: 3 },
      { epochs: 27, trials: 1 },
    ]);
    expect(lengths(8).map(({ epochs }) => epochs)).toEqual([9, 27]);
    for (const reduction of [2, 3, 10, 49]) {
      for (let power = 1; power < 4; power++) {
        const rungs = (budget: number) => rungsOf(budget, { epochs: 10_000_000, reduction, minEpochs: 1 }).length;
        expect(rungs(reduction ** power)).toBe(power + 1);
        expect(rungs(reduction ** power - 1)).toBe(power);
      }
    }
  });

  it('keeps the best, and none without a score before one that has one', () => {
    expect(bestOf([0.1, undefined, 0.5, -3, 0.5], 3)).toEqual([0, 2, 4]);
    expect(bestOf([undefined, -3], 1)).toEqual([1]);
  });
});
