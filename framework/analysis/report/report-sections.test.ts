import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../runs/plan/run-facts.ts';
import { comparisonSection } from './report-sections.ts';
import type { ReportedRun } from './reported-run.ts';

const values = { softmax: [0.5, 0.52, 0.51], cosface: [0.8, 0.825, 0.815] } as const;
type Loss = keyof typeof values;

/** A run as a report reads it from its folder, as far as the comparison looks. */
function run(
  loss: Loss,
  seed: number,
  changes: { readonly status?: 'failed'; readonly data?: string } = {},
): ReportedRun {
  const directory = `/runs/${loss}-${seed}`;
  const facts: RunFacts = {
    uuid: directory,
    values: new Map([['data', changes.data ?? 'a']]),
    training: () => directory,
  };
  const summary = {
    status: changes.status ?? 'finished',
    seed,
    metrics: { error: 1 - values[loss][seed - 1]! },
    intervals: {},
    point: { losses: loss, seed },
    millisecondsPerStep: 1,
    experiment: 'e',
  };
  return {
    key: directory,
    folder: { directory, id: directory },
    place: directory,
    title: `${loss} · seed ${seed}`,
    group: loss,
    fold: undefined,
    spec: {},
    provenance: undefined,
    warnings: [],
    facts,
    summary,
  } as unknown as ReportedRun;
}

const each = (change: (loss: Loss, seed: number) => Parameters<typeof run>[2] = () => ({})): ReportedRun[] =>
  (['softmax', 'cosface'] as const).flatMap((loss) => [1, 2, 3].map((seed) => run(loss, seed, change(loss, seed))));
const pageOf = (runs: readonly ReportedRun[]): string =>
  comparisonSection({
    runs,
    unread: [],
    together: [],
    ofRuns: [],
    groups: ['softmax', 'cosface'],
    notes: [],
    searches: [],
    joined: [],
    meaningOf: () => ({ better: 'lower', range: [0, 1] }),
  }).text;
const marks = (page: string): readonly [best: string[], apart: number] => [
  [
    ...page.matchAll(
      /<th scope="row" class="name">(\w+)<\/th><td class="number" data-value="\d+">[^<]*<\/td><td class="number best"/g,
    ),
  ].map(([, name]) => name!),
  page.split('<abbr').length - 1,
];

describe('the comparison of a report', () => {
  it('marks the best by what its evaluator says', () => {
    const page = pageOf(each());
    // The table stands twice: for the screen and for paper.
    expect(marks(page)).toEqual([['cosface'], 2]);
    expect(page).toContain('error ↓');
  });

  it('marks nothing where a run is missing, names it, and counts the pairs', () => {
    const page = pageOf(each((loss, seed) => (loss === 'cosface' && seed === 3 ? { status: 'failed' } : {})));
    expect(marks(page)).toEqual([[], 0]);
    expect(page).toContain('Missing: cosface lacks seed 3 (failed)');
    expect(page).toMatch(/cosface<\/th><td class="number" data-value="2">2 of 3</);
    expect(page).toContain('>2 of 3</td><td class="number" data-value="');
  });

  it('marks nothing where the data are others, and names them', () => {
    const page = pageOf(each((loss) => ({ data: loss })));
    expect(marks(page)).toEqual([[], 0]);
    expect(page).toContain('Not the same for all: data is softmax for softmax, cosface for cosface.');
  });

  it('tests nothing where runs are repeats', () => {
    const page = pageOf([
      ...each(),
      { ...run('softmax', 1), folder: { directory: '/runs/copy', id: 'copy' } } as unknown as ReportedRun,
    ]);
    expect(page).toContain('One run is listed twice');
    expect(page).not.toContain('pair by pair');
  });
});
