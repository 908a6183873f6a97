import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDecision, type AshaDecision } from './asha.ts';
import { rungsOf } from './halving.ts';

const settings = { budget: 6, reduction: 2, rungs: 3 };

/** Decides and ends trials in the order that a test gives. */
class Search {
  readonly decisions: AshaDecision[] = [];
  readonly results = new Map<string, number | null>();

  next(): string | undefined {
    const found = nextDecision(settings, this.decisions, ({ trial, rung }) => this.results.get(`${trial}@${rung}`));
    if (found) this.decisions.push(found);
    return found && `${found.trial}@${found.rung}`;
  }

  end(name: string, score: number | null): void {
    this.results.set(name, score);
  }
}

describe('asynchronous successive halving', () => {
  it('takes a trial on as soon as it is in the top half of those that are over, while others are under way', () => {
    const search = new Search();
    expect([search.next(), search.next(), search.next()]).toEqual(['0@0', '1@0', '2@0']);
    search.end('0@0', 0.5);
    // Half of one is none.
    expect(search.next()).toBe('3@0');
    search.end('2@0', 0.7);
    expect(search.next()).toBe('2@1');
    // Trial 1 is still under way; of 0, 2 and 3 one goes on, and it is on its way.
    search.end('3@0', 0.6);
    expect(search.next()).toBe('4@0');
    search.end('1@0', 0.9);
    // Now the best two are 1 and 2: that 2 went on first does not keep 1.
    expect(search.next()).toBe('1@1');
    search.end('2@1', 0.8);
    search.end('1@1', 0.75);
    // The highest rung first.
    expect(search.next()).toBe('2@2');
    expect(search.next()).toBe('5@0');
    expect(search.next()).toBeUndefined();
    search.end('4@0', 0.95);
    // Two of five: 4 and 1.
    expect(search.next()).toBe('4@1');
    search.end('5@0', 0.1);
    expect(search.next()).toBeUndefined();
    search.end('4@1', 0.99);
    // One of three: 4, although 2 is on its way already.
    expect(search.next()).toBe('4@2');
    search.end('2@2', 0.8);
    search.end('4@2', 0.9);
    expect(search.next()).toBeUndefined();
  });

  it('lets the next best go on where those that did have failed, and ends where all have', () => {
    const search = new Search();
    for (let trial = 0; trial < 6; trial++) expect(search.next()).toBe(`${trial}@0`);
    for (let trial = 0; trial < 6; trial++) search.end(`${trial}@0`, trial < 4 ? null : trial);
    // Six are over, so three could go on; two have a score.
    expect([search.next(), search.next()]).toEqual(['5@1', '4@1']);
    search.end('5@1', null);
    search.end('4@1', 4);
    expect(search.next()).toBe('4@2');
    search.end('4@2', null);
    expect(search.next()).toBeUndefined();
  });

  it('ends with a whole training and leaves none of the best behind, in whatever order trials end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(1000)),
        (budget, reduction, processes, numbers) => {
          const rungs = rungsOf(budget, { epochs: 27, reduction, minEpochs: 1 }).length;
          const random = (): number => numbers.next().value;
          const decisions: AshaDecision[] = [];
          const results = new Map<AshaDecision, number>();
          const result = ({ trial, rung }: AshaDecision): number | undefined =>
            [...results].find(([decision]) => decision.trial === trial && decision.rung === rung)?.[1];
          const under: AshaDecision[] = [];
          for (;;) {
            while (under.length < processes) {
              const next = nextDecision({ budget, reduction, rungs }, decisions, result);
              if (!next) break;
              expect(result(next)).toBeUndefined();
              decisions.push(next);
              under.push(next);
            }
            if (under.length === 0) break;
            results.set(under.splice(random() % under.length, 1)[0]!, random());
          }
          const on = (rung: number): AshaDecision[] => decisions.filter((decision) => decision.rung === rung);
          expect(on(0).map(({ trial }) => trial)).toEqual(Array.from({ length: budget }, (_, trial) => trial));
          expect(on(rungs - 1).length).toBeGreaterThan(0);
          for (let rung = 0; rung < rungs - 1; rung++) {
            const best = on(rung)
              .sort((one, other) => results.get(other)! - results.get(one)! || one.trial - other.trial)
              .slice(0, Math.floor(on(rung).length / reduction));
            expect(on(rung + 1).map(({ trial }) => trial)).toEqual(
              expect.arrayContaining(best.map(({ trial }) => trial)),
            );
          }
        },
      ),
      { seed: 1 },
    );
  });

  it('takes one of as many as the reduction on, whatever rounding makes of its reciprocal', () => {
    for (let reduction = 2; reduction <= 120; reduction++) {
      const begun = Array.from({ length: reduction }, (_, trial) => ({ trial, rung: 0 }));
      const next = nextDecision({ budget: reduction, reduction, rungs: 2 }, begun, ({ trial }) => trial);
      expect(next).toEqual({ trial: reduction - 1, rung: 1 });
    }
  });

  it('trains as far as there are epochs where there is one rung alone', () => {
    const one = { budget: 2, reduction: 3, rungs: 1 };
    expect(nextDecision(one, [], () => undefined)).toEqual({ trial: 0, rung: 0 });
    const both = [
      { trial: 0, rung: 0 },
      { trial: 1, rung: 0 },
    ];
    expect(nextDecision(one, both, () => 1)).toBeUndefined();
    expect(nextDecision(one, both, () => null)).toBeUndefined();
  });
});
