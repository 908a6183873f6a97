import { compareGroups, type GroupPair } from '../compare/compare-groups.ts';
import type { ComparableGroup } from '../../runs/comparison/comparability.ts';
import { differenceRange, isUninformative, type ValueRange } from '../../runs/comparison/comparison-table.ts';
import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import { html, type Html } from './html.ts';

/** Groups up to which every metric is tested, and metrics that are tested beyond and shown pair by pair. */
const [maxGroups, maxMetrics] = [12, 3];

/** Groups tested against each other on one metric, on the seeds and folds that they share. */
export interface TestedMetric {
  readonly metric: string;
  readonly pairs: readonly GroupPair[];
  /** 0 where the runs have no folds. */
  readonly folds: number;
}

/**
 * Tests the differences between groups, by metric; metrics of which no two groups share two runs are left out.
 *
 * @param metrics in order of weight
 */
export function testedMetrics(groups: readonly ComparableGroup[], metrics: readonly string[]): TestedMetric[] {
  const tested = groups.length > maxGroups ? metrics.slice(0, maxMetrics) : metrics;
  return tested.flatMap((metric) => {
    const { folds, pairs } = compareGroups(groups, metric);
    const testable = pairs.filter(({ p }) => !Number.isNaN(p));
    return testable.length > 0 ? [{ metric, pairs: testable, folds }] : [];
  });
}

/** Groups that differ from `best` by more than chance. */
export function apartFrom(best: string, { pairs }: TestedMetric): Set<string> {
  const apart = pairs.filter(({ first, second, significant }) => significant && (first === best || second === best));
  return new Set(apart.map(({ first, second }) => (first === best ? second : first)));
}

const digits = (value: number, places = 3): string => String(Number(value.toPrecision(places))).replace('-', '−');
const chance = (p: number): string => (p < 0.001 ? '< 0.001' : digits(p, 2));

/** `0.05 ± 0.02`; the difference alone where the interval is as wide as all that it can be. */
function difference({ mean, halfWidth, pairs: count }: GroupPair, range: ValueRange | undefined): string {
  const isEmpty = isUninformative({ mean, halfWidth, count }, range && differenceRange(range));
  return isEmpty ? digits(mean) : `${digits(mean)} ± ${digits(halfWidth, 2)}`;
}

/** Renders the first metrics' differences pair by pair; `groups` are the page's, in its order. */
export function differencesTable(
  tested: readonly TestedMetric[],
  groups: readonly string[],
  meaningOf: MeaningOf = () => undefined,
): Html {
  const shown = tested.slice(0, maxMetrics);
  if (shown.length === 0) return html``;
  const rows = shown.flatMap(({ metric, pairs }) =>
    pairs.map((pair) => {
      const { first, second, mean, adjusted, significant, better, pairs: count, expected, needed } = pair;
      return html`<tr data-groups="${groups.indexOf(first)} ${groups.indexOf(second)}"><th scope="row" class="name">${metric}</th><td class="name">${first}</td><td class="name">${second}</td><td class="number" data-value="${mean}">${difference(pair, meaningOf(metric)?.range)}</td><td class="number${significant ? ' best' : ''}" data-value="${adjusted}">${chance(adjusted)}</td><td class="number" data-value="${better}">${Math.round(100 * better)} %</td><td class="number" data-value="${count}">${count < expected ? `${count} of ${expected}` : count}</td><td class="number" data-value="${needed ?? ''}">${needed ?? '–'}</td></tr>`;
    }),
  );
  const folds = Math.max(...shown.map((one) => one.folds));
  const unit = folds > 0 ? 'pairs' : 'seeds';
  const columns = ['metric', 'first', 'second', 'first − second', 'p', 'first is higher', unit, `${unit} needed`];
  return html`<details><summary>Differences of ${shown.map(({ metric }) => metric).join(', ')}, pair by pair</summary>
<p class="note">First − second on the ${folds > 0 ? 'seeds and folds' : 'seeds'} that both have, with its 95 % interval, left out where it is as wide as all that the difference can be. p: two-sided paired t test, adjusted by Holm over all pairs of a metric; bold below 0.05. ${folds > 0 ? `The ${folds} folds share training data: interval and p are widened for that, after Nadeau and Bengio.` : ''} First is higher: its probability by the Bayesian correlated t test. ${folds > 0 ? 'Pairs' : 'Seeds'} needed: as many as would make such a difference significant, were it to stay.</p>
<div class="scroll tall" tabindex="0" role="region" aria-label="Differences pair by pair"><table><thead><tr>${columns.map((name, index) => html`<th scope="col"${index > 2 ? html` class="number"` : ''}><button type="button">${name}</button></th>`)}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
