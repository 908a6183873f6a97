import { describe, expect, it } from 'vitest';
import type { ComparedRun } from './read-compared-runs.ts';
import { compareLosses } from './compare-losses.ts';
import { writeComparison } from './comparison-formats.ts';

const run = (
  losses: readonly unknown[],
  seed: number,
  value: number,
  point: Record<string, unknown> = {},
  fold?: ComparedRun['fold'],
): ComparedRun => ({
  id: `${JSON.stringify(losses)}-${seed}`,
  seed,
  losses,
  point: { losses, ...point },
  metrics: { 'MAP@R': value, 'mean-error': 1 - value },
  ...(fold && { fold }),
});
const soft = ['softmax'];
const cos = [{ cosface: { m: 0.3 } }];
const tri = ['triplet'];
const values: readonly (readonly [readonly unknown[], string, readonly number[]])[] = [
  [soft, 'linear', [0.5, 0.52, 0.51]],
  [cos, 'cosine', [0.6, 0.625, 0.615]],
  [tri, 'cosine', [0.61, 0.55, 0.66]],
];
const runs = values.flatMap(([losses, head, each]) =>
  each.map((value, index) => run(losses, index + 1, value, { head: { [head]: {} } })),
);

describe('a comparison of losses', () => {
  it('pairs runs by their seed, whatever head a loss needs', () => {
    const { metric, seeds, folds, groups, pairs } = compareLosses(runs, { mode: 'max' });
    expect({ metric, seeds, folds }).toEqual({ metric: 'MAP@R', seeds: 3, folds: 0 });
    expect(groups.map(({ name, runs: count, best }) => [name, count, best])).toEqual([
      ['softmax', 3, false],
      ['cosface', 3, false],
      ['triplet', 3, false],
    ]);
    expect(pairs.map(({ first, second, pairs: count, significant }) => [first, second, count, significant])).toEqual([
      ['softmax', 'cosface', 3, true],
      ['softmax', 'triplet', 3, false],
      ['cosface', 'triplet', 3, false],
    ]);
  });

  it('pairs by what else the matrix varies, and groups by another path where asked', () => {
    const wide = runs.flatMap((one) => [0.1, 0.2].map((rate) => ({ ...one, point: { ...one.point, rate } })));
    expect(compareLosses(wide, { mode: 'max' }).pairs.map(({ pairs }) => pairs)).toEqual([6, 6, 6]);
    expect(
      compareLosses(wide, { mode: 'max', by: ['rate'] }).groups.map(({ name, runs: count }) => [name, count]),
    ).toEqual([
      ['rate 0.1', 9],
      ['rate 0.2', 9],
    ]);
    expect(() => compareLosses(wide, { mode: 'max', by: ['rates'] })).toThrow(
      'The runs do not differ in "rates".\n  Did you mean "rate"?',
    );
  });

  it('takes a metric by its plain name, refuses one there is not, and knows which way is better', () => {
    expect(compareLosses(runs, { mode: 'max', metric: 'map-at-r' }).metric).toBe('MAP@R');
    expect(() => compareLosses(runs, { mode: 'max', metric: 'map' })).toThrow(
      'No run has the metric "map". There are: MAP@R, mean-error.',
    );
    const [up, down] = [
      compareLosses(runs, { mode: 'max' }),
      compareLosses(runs, { mode: 'min', metric: 'mean-error' }),
    ];
    expect(down.pairs[0]!.better).toBeCloseTo(up.pairs[0]!.better, 9);
  });

  it('leaves out, with a word, an interval that is as wide as all that a value can be', () => {
    // t(0.975, 1) = 12.7: of two seeds that are 0.08 apart, ± 0.51; 0.01 apart, ± 0.064; 0.35 apart, ± 2.2. Of the
    // differences to triplet, −0.44 and −0.01, −0.3 and 0.06, both intervals are wider than from −1 to 1.
    const few = [
      run(soft, 1, 0.46),
      run(soft, 2, 0.54),
      run(cos, 1, 0.6),
      run(cos, 2, 0.61),
      run(tri, 1, 0.9),
      run(tri, 2, 0.55),
    ];
    const of = (range?: readonly [number, number]) =>
      compareLosses(few, { ...(range && { meaningOf: () => ({ better: 'higher', range }) }), mode: 'max' });
    const told = '4 intervals are as wide as all that the metric can be: left out, since they say nothing';
    for (const format of ['table', 'markdown', 'latex'] as const) {
      const [known, unknown] = [writeComparison(of([0, 1]), format), writeComparison(of(), format)];
      expect(known, format).toContain(told);
      expect(known, format).not.toMatch(/0\.5 (±|\$\\pm\$) 0\.51/);
      expect(known, format).toMatch(/0\.605 (±|\$\\pm\$) 0\.064/);
      expect(unknown, format).not.toContain(told);
      expect(unknown, format).toMatch(/0\.5 (±|\$\\pm\$) 0\.51/);
    }
    const lines = writeComparison(of([0, 1]), 'table').split('\n');
    expect(lines.find((line) => line.startsWith('softmax − triplet'))).toMatch(/−?-?0\.225 {2}/);
    expect(lines.find((line) => line.startsWith('softmax − cosface'))).toMatch(/-0\.105 ± 0\.44/);
    expect(JSON.parse(writeComparison(of([0, 1]), 'json'))).toMatchObject({ range: [0, 1], mode: 'max' });
  });

  it('says what too few seeds cannot show', () => {
    expect(compareLosses(runs, { mode: 'max' }).notes).toEqual([
      '3 seeds on one training set: what is found holds for other seeds, not for other data.',
      "Wilcoxon's test cannot reach p < 0.05 with 3 pairs and 3 comparisons, whatever they show: 7 seeds would do.",
      "2 of 3 differences are not significant after Holm's correction; that does not show them to be none.",
      expect.stringMatching(/^softmax − triplet would be significant with \d+ seeds, if it stayed as it is\.$/),
      expect.stringMatching(/^cosface − triplet would be significant with \d+ seeds, if it stayed as it is\.$/),
    ]);
    expect(
      compareLosses(
        runs.filter(({ seed }) => seed === 1),
        { mode: 'max' },
      ).notes.at(-1),
    ).toBe('A pair of runs cannot be tested: at least 2 seeds, or 2 folds, are needed that all groups share.');
  });

  it('counts folds as sharing training data', () => {
    const folded = values.flatMap(([losses, , each]) =>
      each.flatMap((value, index) =>
        [0, 1].map((fold) => run(losses, index + 1, value + fold / 100, {}, { index: fold, of: 4 })),
      ),
    );
    const { overlap, folds, notes, pairs } = compareLosses(folded, { mode: 'max' });
    expect({ overlap, folds, pairs: pairs[0]!.pairs }).toEqual({ overlap: 1 / 3, folds: 4, pairs: 6 });
    expect(notes[0]).toBe(
      '3 seeds on 2 of 4 folds, which share training data: variance (1/n + 1/3) s², after Nadeau and Bengio.',
    );
  });
});

describe('runs that are not all alike', () => {
  const two = runs.filter(({ losses }) => losses !== tri);
  const latexOf = (some: readonly ComparedRun[]): string =>
    writeComparison(compareLosses(some, { mode: 'max' }), 'latex');

  it('a failed run is named, its pair counted, and nothing is in bold for want of it', () => {
    const failed = two.map(
      (one): ComparedRun => (one.losses === cos && one.seed === 3 ? { ...one, metrics: {}, lack: 'failed' } : one),
    );
    const comparison = compareLosses(failed, { mode: 'max' });
    expect(comparison.notes[0]).toBe(
      'Missing: cosface lacks seed 3 (failed); 2 of 3 runs are left, and those that are left need not be like those that are not.',
    );
    expect(comparison.groups.map(({ runs: count, expected }) => [count, expected])).toEqual([
      [3, 3],
      [2, 3],
    ]);
    expect(comparison.pairs).toMatchObject([{ pairs: 2, expected: 3, significant: true }]);
    for (const format of ['table', 'markdown', 'csv'] as const) {
      const line = writeComparison(comparison, format)
        .split('\n')
        .find((text) => /softmax( −|,)/.test(text))!;
      expect(line).toMatch(/(yes, on 2 of 3 pairs|true \(2 of 3 pairs\))/);
    }
    expect(latexOf(failed)).toContain('cosface & 0.6125 $\\pm$ 0.16 (2 of 3 runs) \\\\');
    expect(latexOf(two)).toContain('\\textbf');
    expect(latexOf(two.filter(({ id }) => id !== failed[5]!.id))).not.toContain('\\textbf');
  });

  it('two experiments of the same losses are groups of their own, in whatever order they come', () => {
    const [first, second] = ['first', 'second'].map((experiment, index) =>
      two.map((one) => ({
        ...one,
        experiment,
        metrics: { 'MAP@R': one.metrics['MAP@R']! + (index / 100) * one.seed },
      })),
    );
    const { groups } = compareLosses([...first!, ...second!], { mode: 'max' });
    expect(groups.map(({ name, runs: count }) => [name, count])).toEqual([
      ['first: softmax', 3],
      ['first: cosface', 3],
      ['second: softmax', 3],
      ['second: cosface', 3],
    ]);
    const means = (some: readonly ComparedRun[]) =>
      new Map(
        compareLosses(some, { mode: 'max' }).groups.map(({ name, mean, halfWidth }) => [name, [mean, halfWidth]]),
      );
    expect(means([...second!, ...first!])).toEqual(means([...first!, ...second!]));
  });

  it('other data are named, and nothing is in bold', () => {
    const facts = (data: string) => ({
      uuid: `${Math.random()}`,
      values: new Map([
        ['data', data],
        ['train.epochs', '1'],
      ]),
      training: () => undefined,
    });
    const measured = (cosData: string): ComparedRun[] =>
      two.map((one) => ({ ...one, facts: facts(one.losses === cos ? cosData : 'a') }));
    expect(latexOf(measured('a'))).toContain('\\textbf');
    const other = latexOf(measured('b'));
    expect(other).not.toContain('\\textbf');
    expect(other).toContain('% Not the same for all: data is a for softmax, b for cosface.');
    expect(other).toContain('% 3 seeds, and not one training set');
  });

  it('runs listed twice are refused', () => {
    expect(() => compareLosses([...two, { ...two[0]!, place: 'x' }], { mode: 'max' })).toThrow(
      'softmax has seed 1 twice',
    );
  });

  it('pairs that share a seed are told from seeds', () => {
    const wide = two.flatMap((one) =>
      [0.1, 0.2].map((rate) => ({
        ...one,
        point: { ...one.point, rate },
        metrics: { 'MAP@R': one.metrics['MAP@R']! + (one.losses === cos ? rate * one.seed - 0.3 : 0) },
      })),
    );
    const { notes } = compareLosses(wide, { mode: 'max' });
    expect(notes[1]).toMatch(/^A seed has up to 2 pairs, one for each rate: the tests take them for independent/);
    const [, needed, seeds] = /significant with (\d+) pairs \((\d+) seeds with 2 values of rate\)/.exec(
      notes.join('\n'),
    )!;
    expect(Number(seeds)).toBe(Math.ceil(Number(needed) / 2));
  });

  it('a difference that does not vary has dashes for every test', () => {
    const constant = two.map((one) => ({
      ...one,
      metrics: { 'MAP@R': (one.losses === cos ? 0.75 : 0.5) + one.seed / 16 },
    }));
    const [, row] = writeComparison(compareLosses(constant, { mode: 'max' }), 'markdown')
      .split('\n\n')[1]!
      .split('\n')
      .slice(1);
    expect(row).toBe('| softmax − cosface | -0.25 ± 0 | – | no | – | – | – | 3 | – |');
  });

  it('the evaluators say which way is better, and where nobody does, nothing is best', () => {
    const eer = two.map((one) => ({ ...one, metrics: { eer: 1 - one.metrics['MAP@R']! } }));
    const bold = (options: Partial<Parameters<typeof compareLosses>[1]>): (string | undefined)[] =>
      compareLosses(eer, { metric: 'eer', ...options })
        .groups.filter(({ best }) => best)
        .map(({ name }) => name);
    expect(bold({ meaningOf: () => ({ better: 'lower', range: [0, 1] }) })).toEqual(['cosface']);
    expect(bold({ mode: 'max', meaningOf: () => ({ better: 'lower', range: [0, 1] }) })).toEqual(['softmax']);
    expect(bold({})).toEqual([]);
    expect(compareLosses(eer, { metric: 'eer' }).notes).toContain(
      'Whether more or less of eer is better its evaluator does not say: nothing is marked as best; --mode says it.',
    );
  });
});

describe('its formats', () => {
  const clear = [
    ...runs.filter(({ losses }) => losses !== tri),
    ...[0.9, 0.92, 0.915].map((value, index) => run(['a_b & c'], index + 1, value)),
  ];
  const comparison = compareLosses(clear, { mode: 'max' });

  it('LaTeX is bold where a loss is significantly better than every other, and nowhere else', () => {
    const latex = writeComparison(comparison, 'latex');
    expect(latex).toContain('a\\_b \\& c & \\textbf{0.9117 $\\pm$ 0.026} \\\\');
    expect(latex.match(/\\textbf/g)).toHaveLength(1);
    expect(writeComparison(compareLosses(runs, { mode: 'max' }), 'latex')).not.toContain('\\textbf');
  });

  it('Markdown and table hold means and tests', () => {
    const markdown = writeComparison(comparison, 'markdown').split('\n');
    expect(markdown.slice(0, 3)).toEqual([
      '|  | runs | MAP@R |',
      '| --- | ---: | ---: |',
      '| softmax | 3 | 0.51 ± 0.025 |',
    ]);
    expect(markdown[6]).toBe(
      '|  | difference | p (Holm) | significant | effect d | P(first better) | Wilcoxon p | pairs | pairs needed |',
    );
    expect(writeComparison(comparison, 'table')).toMatch(/^ +runs +MAP@R\nsoftmax +3 +0\.51 ± 0\.025\n/);
  });

  it('CSV has a row a comparison; JSON is one document without NaN', () => {
    const rows = writeComparison(comparison, 'csv').split('\r\n');
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^MAP@R,softmax,cosface,3,0\.51,0\.61\d*,-0\.10\d*,/);
    const one = JSON.parse(
      writeComparison(
        compareLosses(
          runs.filter(({ seed }) => seed === 1),
          { mode: 'max' },
        ),
        'json',
      ),
    ) as { version: number; pairs: { p: unknown }[] };
    expect([one.version, one.pairs[0]!.p]).toEqual([1, null]);
  });
});
