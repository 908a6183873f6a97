import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LossComparison } from '../../../framework/analysis/compare/compare-losses.ts';
import { readSummary, type RunSummary } from '../../../framework/records/run-folder/summary.ts';
import { findRuns } from '../../../framework/records/run-folder/find-runs.ts';
import { sweepOverview } from '../../../framework/runs/comparison/sweep-overview.ts';
import { ablateHere } from '#test/ablate-here';
import { classFolders } from '#test/class-folders';

const margins = [0.1, 0.5] as const;
const [seeds, folds] = [2, 3];
const text = `name: outputs
device: cpu
threads: 1
dataset: {image-folder: {path: images, color: gray, split: {by: fold, folds: ${folds}, test: 0.25}}}
backbone: {mlp: {embedding: 4, hidden: [8]}}
head: cosine
losses: [cosface: {s: 16}]
schedule: {constant: {rate: 0.05}}
train: {epochs: 2, batch: 20}
evaluate: [retrieval: {bootstrap: 0, recallAt: [1]}, class-statistics]
figures:
  - sensitivity: {path: losses.0.cosface.m, metrics: [MAP@R, unit-intra-class-distance]}
  - learning-curves: {metrics: [validation/MAP@R, validation/unit-intra-class-distance]}
matrix:
  losses.0.cosface.m: [${margins.join(', ')}]
  dataset.image-folder.split.fold: [0, 1, 2]
  seed: [1, 2]
`;
const groups = margins.map((margin) => `m ${margin}`);
/** A metric of which more is better, and one of which less is; the second is written with an arrow. */
const directions = [
  ['MAP@R', 'max', ''],
  ['unit-intra-class-distance', 'min', ' ↓'],
] as const;

let folder: string;
let terminal: string;
let markdown: string;
let page: string;
let summaries: RunSummary[];
const experiment = (): string => join(folder, 'runs', 'outputs');
const command = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await ablateHere(args, { cwd: folder });
  expect(code, stderr).toBe(0);
  return stdout;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ablate-outputs-'));
  await classFolders(join(folder, 'images'), { classes: 8, images: 6, side: 6 });
  await writeFile(join(folder, 'outputs.yaml'), text);
  terminal = await command('run', 'outputs.yaml', '--no-memory-check');
  await command('report', experiment(), '--out', join(folder, 'report.html'));
  page = await readFile(join(folder, 'report.html'), 'utf8');
  markdown = await readFile(join(experiment(), 'comparison.md'), 'utf8');
  summaries = await Promise.all((await findRuns(experiment())).map(readSummary));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Expected {
  readonly values: readonly number[];
  readonly mean: number;
  readonly halfWidth: number;
}

/** t(0.975, 5) of a table of Student's distribution; the folds of three share half of their training data. */
const [student, overlap] = [2.5705818356, 1 / (folds - 1)];

/** Mean and half-width, from the runs' own numbers and the formula of Nadeau and Bengio. */
function expected(metric: string, margin: number): Expected {
  const values = summaries
    .filter(({ point }) => point['losses.0.cosface.m'] === margin)
    .map(({ metrics }) => metrics[metric]!);
  expect(values).toHaveLength(seeds * folds);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { values, mean, halfWidth: student * Math.sqrt(variance * (1 / values.length + overlap)) };
}

/** `0.6168 ± 0.43`: four digits of the mean, two of the half-width. */
const written = ({ mean, halfWidth }: Expected): string =>
  `${Number(mean.toPrecision(4))} ± ${Number(halfWidth.toPrecision(2))}`;
const near = (value: number | string | null | undefined, reference: number): void =>
  expect(Math.abs(Number(value) - reference), `${value} beside ${reference}`).toBeLessThanOrEqual(1e-8);
const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());

it('names a run that the plan has and that is gone, on the page as compare does, and marks nothing for want of it', async () => {
  const less = join(folder, 'less', 'outputs');
  await cp(experiment(), less, { recursive: true });
  const { id, point } = summaries[0]!;
  await rm(join(less, id), { recursive: true });
  const told = `m ${String(point['losses.0.cosface.m'])} lacks seed ${String(point['seed'])}`;
  const compared = await command('compare', less, '--by', 'losses.0.cosface.m', '--metric', 'MAP@R');
  const note = compared.split('\n').find((line) => line.startsWith('Missing: '))!;
  expect(note).toContain(told);
  expect(note).toContain('(not run)');
  await command('report', less, '--out', join(folder, 'less.html'));
  const shown = await readFile(join(folder, 'less.html'), 'utf8');
  const [, section] = /<section id="comparison"(.*?)<\/section>/s.exec(shown)!;
  expect(section).toContain(note);
  expect(section).toContain(`${seeds} × ${folds} folds, 5 of 6 runs`);
  expect(section).not.toContain('number best');
  expect(/<section id="comparison"(.*?)<\/section>/s.exec(page)![1]).toContain('number best');
}, 120_000);

describe.each(directions)('%s of one study, %s', (metric, mode, arrow) => {
  const each = (): Expected[] => margins.map((margin) => expected(metric, margin));
  const compare = (format: string): Promise<string> =>
    command('compare', experiment(), '--by', 'losses.0.cosface.m', '--metric', metric, '--format', format);

  it('has intervals that are more than nothing, and means that differ', () => {
    const [one, other] = each();
    expect(one!.mean).not.toBeCloseTo(other!.mean, 4);
    for (const { mean, halfWidth } of each()) {
      expect(halfWidth).toBeGreaterThan(1e-3);
      expect(mean - halfWidth, 'an interval that says something').toBeGreaterThan(0);
    }
  });

  it('on the terminal', () => {
    const lines = terminal.split('\n').map((line) => line.trim().split(/ {2,}/));
    const row = lines.find(([first]) => first === `${metric}${arrow}`);
    expect(lines.find(([first]) => first === 'metric')).toEqual(['metric', ...groups]);
    expect(row?.slice(1)).toEqual(each().map(written));
  });

  it('in comparison.md', () => {
    const [heading, , ...rows] = markdown.split('\n').map(cells);
    const column = heading!.indexOf(`${metric}${arrow}`);
    expect(rows.slice(0, 2).map((row) => [row[1], row[2], row[column]])).toEqual(
      each().map((one, index) => [groups[index], `${seeds} × ${folds} folds`, written(one)]),
    );
  });

  it('by compare, as table, Markdown and LaTeX', async () => {
    const shown = each().map(written);
    const table = (await compare('table')).split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(table[0]).toEqual(['runs', `${metric}${arrow}`]);
    expect(table.slice(1, 3)).toEqual(shown.map((text, index) => [groups[index], '6', text]));
    const [heading, , ...rows] = (await compare('markdown')).split('\n').map(cells);
    expect(heading![3]).toBe(`${metric}${arrow}`);
    expect(rows.slice(0, 2).map((row) => row.slice(1, 4))).toEqual(
      shown.map((text, index) => [groups[index], '6', text]),
    );
    const latex = await compare('latex');
    expect(latex).toContain(` & ${metric}${mode === 'min' ? ' $\\downarrow$' : ''} \\\\`);
    for (const [index, text] of shown.entries())
      expect(latex.replace(/\\textbf\{([^}]*)\}/g, '$1')).toContain(
        `${groups[index]} & ${text.replace('±', '$\\pm$')} \\\\`,
      );
    expect(latex).toContain(`over ${seeds} seeds x ${folds} folds`);
  });

  it('by compare, as JSON and CSV', async () => {
    const found = JSON.parse(await compare('json')) as LossComparison;
    expect(found).toMatchObject({ metric, mode, seeds, folds, overlap, count: `${seeds} seeds × ${folds} folds` });
    const [first, second] = each();
    for (const [index, one] of [first!, second!].entries()) {
      expect(found.groups[index]).toMatchObject({ name: groups[index], runs: 6, expected: 6 });
      near(found.groups[index]!.mean, one.mean);
      near(found.groups[index]!.halfWidth, one.halfWidth);
    }
    const [columns, row] = (await compare('csv'))
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const value = (name: string): string => row![columns!.indexOf(name)]!;
    near(value('mean first'), first!.mean);
    near(value('mean second'), second!.mean);
    // Runs of one fold and seed stand at the same place in both groups.
    near(value('difference'), first!.mean - second!.mean);
    expect([value('pairs'), value('pairs expected')]).toEqual(['6', '6']);
    const [pair] = found.pairs;
    near(value('probability first better'), pair!.better);
    const firstLeads = mode === 'max' ? first!.mean > second!.mean : first!.mean < second!.mean;
    expect(pair!.better > 0.5).toBe(firstLeads);
  });

  it('on the report page, on the screen and on paper', () => {
    const shown = each();
    const best = shown.map(({ mean }) => mean === Math[mode](...shown.map((one) => one.mean)));
    const [, screen] = /aria-label="Comparison table"><table>(.*?)<\/table>/s.exec(page)!;
    const headings = [...screen!.matchAll(/<th scope="col"[^>]*><button[^>]*>([^<]*)</g)].map(([, name]) => name);
    const column = headings.indexOf(`${metric}${arrow}`);
    const rows = [...screen!.matchAll(/<tr data-group="\d+">(.*?)<\/tr>/gs)].map(([, row]) =>
      [...row!.matchAll(/<t[hd]([^>]*)>(.*?)<\/t[hd]>/gs)].map(([, attributes, content]) => ({ attributes, content })),
    );
    rows.forEach((row, index) => {
      const { attributes, content } = row[column]!;
      expect([row[0]!.content, row[1]!.content]).toEqual([groups[index], `${seeds} × ${folds} folds`]);
      expect(content!.replace(/<abbr.*/, '')).toBe(written(shown[index]!));
      near(/data-value="([^"]*)"/.exec(attributes!)![1], shown[index]!.mean);
      expect(attributes!.includes('best'), 'bold').toBe(best[index]);
    });
    expect(rows).toHaveLength(2);
    const paper = [
      ...page.matchAll(/<th scope="row" class="name">([^<]*)<\/th>((?:<td class="number[^>]*>.*?<\/td>)+)/g),
    ]
      .filter(([, name]) => name === `${metric}${arrow}`)
      .map(([, , row]) => [...row!.matchAll(/<td[^>]*>([^<]*)/g)].map(([, content]) => content));
    expect(paper).toEqual([shown.map(written)]);
  });

  it("in the figures' data, in the experiment's folder and within the page", async () => {
    const drawings = [...page.matchAll(/data-drawing="[^"]*">([^<]*)</g)].map(
      ([, packed]) =>
        JSON.parse(gunzipSync(Buffer.from(packed!, 'base64')).toString()) as {
          readonly name: string;
          readonly description: string;
          readonly table?: { readonly columns: string[]; readonly rows: (string | number | null)[][] };
        },
    );
    const files = await readdir(join(experiment(), 'figures'));
    for (const [start, name, at] of [
      ['sensitivity-', metric, 'm'],
      ['learning-curve-', `validation/${metric}`, 'epoch'],
    ] as const) {
      const slug = metric.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
      const file = files.find((one) => one.startsWith(start) && one.endsWith(`${slug}.csv`))!;
      const csv = (await readFile(join(experiment(), 'figures', file), 'utf8'))
        .trim()
        .split('\r\n')
        .map((line) => line.split(','));
      const drawing = drawings.find((one) => one.name === file.replace('.csv', ''));
      expect(csv[0]!.slice(-3)).toEqual([name, 'low', 'high']);
      for (const rows of [csv.slice(1), drawing!.table!.rows])
        for (const [index, margin] of margins.entries()) {
          const { mean, halfWidth } = expected(name, margin);
          const row = rows.find(([group, x]) =>
            at === 'm' ? Number(x) === margin : group === groups[index] && Number(x) === 2,
          )!;
          for (const [place, value] of [mean, mean - halfWidth, mean + halfWidth].entries())
            near(row.slice(-3)[place], value);
        }
      expect(drawing!.description).toContain(`${seeds} seeds × ${folds} folds`);
    }
  });

  it('as trackers show a sweep', async () => {
    const { groups: shown } = await sweepOverview(experiment(), summaries);
    expect(shown.map(({ name }) => name)).toEqual(groups);
    each().forEach(({ mean }, index) => near(shown[index]!.means[metric], mean));
  });
});
