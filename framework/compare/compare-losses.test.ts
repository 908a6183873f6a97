import { describe, expect, it } from 'vitest';
import type { ComparedRun } from './compared-runs.ts';
import { compareLosses } from './compare-losses.ts';
import { writeComparison } from './comparison-formats.ts';

const run = (losses: readonly unknown[], seed: number, value: number, point: Record<string, unknown> = {}, fold?: ComparedRun['fold']): ComparedRun => ({ id: `${JSON.stringify(losses)}-${seed}`, seed, losses, point: { losses, ...point }, metrics: { 'MAP@R': value, 'mean-error': 1 - value }, ...(fold && { fold }) });
const soft = ['softmax'];
const cos = [{ cosface: { m: 0.3 } }];
const tri = ['triplet'];
const values: readonly (readonly [readonly unknown[], string, readonly number[]])[] = [[soft, 'linear', [0.5, 0.52, 0.51]], [cos, 'cosine', [0.6, 0.625, 0.615]], [tri, 'cosine', [0.61, 0.55, 0.66]]];
const runs = values.flatMap(([losses, head, each]) => each.map((value, index) => run(losses, index + 1, value, { head: { [head]: {} } })));

describe('a comparison of losses', () => {
  it('pairs runs by their seed, whatever head a loss needs', () => {
    const { metric, seeds, folds, groups, pairs } = compareLosses(runs, { mode: 'max' });
    expect({ metric, seeds, folds }).toEqual({ metric: 'MAP@R', seeds: 3, folds: 0 });
    expect(groups.map(({ name, runs: count, best }) => [name, count, best])).toEqual([['softmax', 3, false], ['cosface', 3, false], ['triplet', 3, false]]);
    expect(pairs.map(({ first, second, pairs: count, significant }) => [first, second, count, significant])).toEqual([['softmax', 'cosface', 3, true], ['softmax', 'triplet', 3, false], ['cosface', 'triplet', 3, false]]);
  });

  it('pairs by what else the matrix varies, and groups by another path where asked', () => {
    const wide = runs.flatMap((one) => [0.1, 0.2].map((rate) => ({ ...one, point: { ...one.point, rate } })));
    expect(compareLosses(wide, { mode: 'max' }).pairs.map(({ pairs }) => pairs)).toEqual([6, 6, 6]);
    expect(compareLosses(wide, { mode: 'max', by: ['rate'] }).groups.map(({ name, runs: count }) => [name, count])).toEqual([['rate 0.1', 9], ['rate 0.2', 9]]);
    expect(() => compareLosses(wide, { mode: 'max', by: ['rates'] })).toThrow('The runs do not differ in "rates".\n  Did you mean "rate"?');
  });

  it('takes a metric by its plain name, refuses one there is not, and knows which way is better', () => {
    expect(compareLosses(runs, { mode: 'max', metric: 'map-at-r' }).metric).toBe('MAP@R');
    expect(() => compareLosses(runs, { mode: 'max', metric: 'map' })).toThrow('No run has the metric "map". There are: MAP@R, mean-error.');
    const [up, down] = [compareLosses(runs, { mode: 'max' }), compareLosses(runs, { mode: 'min', metric: 'mean-error' })];
    expect(down.pairs[0]!.better).toBeCloseTo(up.pairs[0]!.better, 9);
  });

  it('says what too few seeds cannot show', () => {
    expect(compareLosses(runs, { mode: 'max' }).notes).toEqual([
      '3 seeds on one training set: what is found holds for other seeds, not for other data.',
      "Wilcoxon's test cannot reach p < 0.05 with 3 pairs and 3 comparisons, whatever they show: 7 seeds would do.",
      "2 of 3 differences are not significant after Holm's correction; that does not show them to be none.",
      expect.stringMatching(/^softmax − triplet would be significant with \d+ seeds, if it stayed as it is\.$/),
      expect.stringMatching(/^cosface − triplet would be significant with \d+ seeds, if it stayed as it is\.$/),
    ]);
    expect(compareLosses(runs.filter(({ seed }) => seed === 1), { mode: 'max' }).notes.at(-1)).toBe('A pair of runs cannot be tested: at least 2 seeds, or 2 folds, are needed that all groups share.');
  });

  it('counts folds as sharing training data', () => {
    const folded = values.flatMap(([losses, , each]) => each.flatMap((value, index) => [0, 1].map((fold) => run(losses, index + 1, value + fold / 100, {}, { index: fold, of: 4 }))));
    const { overlap, folds, notes, pairs } = compareLosses(folded, { mode: 'max' });
    expect({ overlap, folds, pairs: pairs[0]!.pairs }).toEqual({ overlap: 1 / 3, folds: 4, pairs: 6 });
    expect(notes[0]).toBe('3 seeds on 4 folds, which share training data: variance (1/n + 1/3) s², after Nadeau and Bengio.');
  });
});

describe('its formats', () => {
  const clear = [...runs.filter(({ losses }) => losses !== tri), ...[0.9, 0.92, 0.915].map((value, index) => run(['a_b & c'], index + 1, value))];
  const comparison = compareLosses(clear, { mode: 'max' });

  it('LaTeX is bold where a loss is significantly better than every other, and nowhere else', () => {
    const latex = writeComparison(comparison, 'latex');
    expect(latex).toContain('a\\_b \\& c & \\textbf{0.9117 $\\pm$ 0.026} \\\\');
    expect(latex.match(/\\textbf/g)).toHaveLength(1);
    expect(writeComparison(compareLosses(runs, { mode: 'max' }), 'latex')).not.toContain('\\textbf');
  });

  it('Markdown and table hold means and tests', () => {
    const markdown = writeComparison(comparison, 'markdown').split('\n');
    expect(markdown.slice(0, 3)).toEqual(['|  | runs | MAP@R |', '| --- | ---: | ---: |', '| softmax | 3 | 0.51 ± 0.025 |']);
    expect(markdown[6]).toBe('|  | difference | p (Holm) | significant | effect d | P(first better) | Wilcoxon p | pairs | pairs needed |');
    expect(writeComparison(comparison, 'table')).toMatch(/^ +runs +MAP@R\nsoftmax +3 +0\.51 ± 0\.025\n/);
  });

  it('CSV has a row a comparison; JSON is one document without NaN', () => {
    const rows = writeComparison(comparison, 'csv').split('\r\n');
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^MAP@R,softmax,cosface,3,0\.51,0\.61\d*,-0\.10\d*,/);
    const one = JSON.parse(writeComparison(compareLosses(runs.filter(({ seed }) => seed === 1), { mode: 'max' }), 'json')) as { version: number; pairs: { p: unknown }[] };
    expect([one.version, one.pairs[0]!.p]).toEqual([1, null]);
  });
});
