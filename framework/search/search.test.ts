import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../random/random-streams.ts';
import { bestOf, rungsOf } from './halving.ts';
import { drawEvenly, placeOf, valueAt, type Range } from './range.ts';
import { suggestByTpe, type MeasuredTrial } from './tpe.ts';

const random = (trial: number) => new RandomStreams(5, 'search/').stream('trial', trial);

describe('ranges', () => {
  const ranges: Range[] = [{ kind: 'uniform', low: -1, high: 3 }, { kind: 'logUniform', low: 1e-4, high: 1 }, { kind: 'integer', low: 2, high: 5 }, { kind: 'choice', values: ['a', { b: 1 }] }];

  it('begin and end where they say', () => {
    expect(ranges.map((range) => valueAt(range, 0))).toEqual([-1, 1e-4, 2, 'a']);
    expect(ranges.map((range) => valueAt(range, 1 - 1e-12))).toEqual([3, 1, 5, { b: 1 }]);
    expect(ranges.map((range) => valueAt(range, 0.5))).toEqual([1, 0.01, 4, { b: 1 }]);
    expect(ranges.map((range) => placeOf(range, valueAt(range, 0.5)))).toEqual([0.5, 0.5, 0.625, 1]);
  });

  it('are drawn evenly: each decade of a logarithmic range alike, each whole number alike', () => {
    const drawn = Array.from({ length: 4000 }, (_, trial) => drawEvenly(new Map(Object.entries({ log: ranges[1]!, whole: ranges[2]! })), random(trial)));
    const share = (of: (values: Map<string, unknown>) => boolean): number => drawn.filter(of).length / drawn.length;
    expect(share((values) => (values.get('log') as number) < 1e-2)).toBeCloseTo(0.5, 1);
    for (const whole of [2, 3, 4, 5]) expect(share((values) => values.get('whole') === whole)).toBeCloseTo(0.25, 1);
  });

  it('give the same numbers for the same seed and trial', () => {
    const drawn = (): unknown => [...drawEvenly(new Map([['rate', ranges[1]!]]), random(3))];
    expect(drawn()).toEqual(drawn());
  });
});

describe('TPE', () => {
  const ranges = new Map<string, Range>([['rate', { kind: 'logUniform', low: 1e-5, high: 1 }], ['margin', { kind: 'uniform', low: 0, high: 1 }], ['mining', { kind: 'choice', values: ['all', 'hard', 'semi'] }]]);
  /** Best at rate 0.01, margin 0.3, mining hard. */
  const worth = (values: ReadonlyMap<string, unknown>): number => -((Math.log10(values.get('rate') as number) + 2) ** 2) / 4 - ((values.get('margin') as number) - 0.3) ** 2 * 4 - (values.get('mining') === 'hard' ? 0 : 0.5);
  const search = (seed: number, suggest: boolean): MeasuredTrial[] => {
    const trials: MeasuredTrial[] = [];
    for (let trial = 0; trial < 40; trial++) {
      const stream = new RandomStreams(seed).stream('trial', trial);
      const values = suggest && trial >= 10 ? suggestByTpe(ranges, trials, stream) : drawEvenly(ranges, stream);
      trials.push({ values, score: worth(values) });
    }
    return trials;
  };
  const late = (trials: readonly MeasuredTrial[]): number => trials.slice(20).reduce((sum, { score }) => sum + score, 0) / 20;

  it('draws where good trials lie', () => {
    for (const seed of [1, 2, 3, 4, 5]) expect(late(search(seed, true)), `seed ${seed}`).toBeGreaterThan(late(search(seed, false)));
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
    expect(rungsOf(27, { epochs: 27, reduction: 3, leastEpochs: 1 })).toEqual([{ epochs: 1, trials: 27 }, { epochs: 3, trials: 9 }, { epochs: 9, trials: 3 }, { epochs: 27, trials: 1 }]);
    expect(rungsOf(4, { epochs: 10, reduction: 2, leastEpochs: 2 })).toEqual([{ epochs: 3, trials: 4 }, { epochs: 5, trials: 2 }, { epochs: 10, trials: 1 }]);
    expect(rungsOf(30, { epochs: 1, reduction: 3, leastEpochs: 1 })).toEqual([{ epochs: 1, trials: 30 }]);
  });

  it('keeps the best, and none without a score before one that has one', () => {
    expect(bestOf([0.1, undefined, 0.5, -3, 0.5], 3)).toEqual([0, 2, 4]);
    expect(bestOf([undefined, -3], 1)).toEqual([1]);
  });
});
