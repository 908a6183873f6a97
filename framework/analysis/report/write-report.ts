import { randomBytes } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import { arimo } from '../../figures/pdf-font.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { metricMeanings, type UsedEvaluator } from '../../plugins/metric-meanings.ts';
import { readConcatenated } from '../../runs/comparison/concatenated-file.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import type { GatheredRuns } from './gather-runs.ts';
import { html, Html, jsonInScript } from './html.ts';
import { ownScript, packed, pageStyle, pdfScript, unpackScript, vegaScript } from './page-script.ts';
import { pictureSheets, type PageSheet } from './picture-sheets.ts';
import { figuresOfRun, figuresTogether, type PageFigure } from './report-figures.ts';
import {
  comparisonSection,
  failuresSection,
  figureHtml,
  picturesSection,
  provenanceSections,
  runsSection,
  type ReportContent,
} from './report-sections.ts';
import { searchSection, sortTrials } from './search-section.ts';
import { readReportedRuns, type ReportedRun } from './reported-run.ts';

/** Bytes that the runs' own figures may take of a page, so that mail programs still carry it. */
const maxBytes = 4_500_000;

/** How a report is written. */
export interface ReportOptions {
  readonly catalogue: Catalogue;
  /** File of the page. */
  readonly out: string;
  /** Hears what is being done. */
  readonly onProgress: (what: string, done: number, total: number) => void;
}

/** What was written. */
export interface WrittenReport {
  readonly file: string;
  readonly bytes: number;
  readonly runs: number;
  readonly figures: number;
}

/**
 * Writes one HTML page about some runs: it holds all it needs and asks the network for nothing.
 *
 * @throws AblateError DISK_FULL
 */
export async function writeReport(
  { folders, unread: unfetched, places }: Omit<GatheredRuns, 'release'>,
  { catalogue, out, onProgress }: ReportOptions,
): Promise<WrittenReport> {
  const placeOf = (directory: string): string =>
    places.get(directory) ?? (relative(dirname(resolve(out)), directory) || '.');
  const { runs: read, unread: damaged } = await readReportedRuns(folders, placeOf);
  const notes = new Set<string>();
  const warn = (message: string): void => void notes.add(message);
  const { compared: runs, searches, leftOut, absent } = await sortTrials(read, warn, folders);
  const joined = await joinedOf(runs, warn);
  const unread = [...unfetched, ...damaged];
  onProgress('figures', 0, runs.length + 1);
  const together = runs.length > 0 ? await figuresTogether(runs, catalogue, warn) : [];
  const all: PageFigure[][] = [];
  for (const run of runs) {
    onProgress('figures', all.length + 1, runs.length + 1);
    all.push(await figuresOfRun(run, runs.length, catalogue, warn));
  }
  const { kept, left } = withinBudget(all);
  if (left > 0)
    notes.add(
      `${left} figures of single runs are left out to keep the page small; they lie in each run's folder, in figures/.`,
    );
  const sheets = await pictureSheets(runs, warn);
  const content: ReportContent = {
    runs,
    unread,
    together,
    ofRuns: kept.map(({ figure }) => figure),
    groups: [...new Set(runs.map(({ group }) => group))],
    notes: [...notes],
    searches,
    leftOut,
    absent,
    joined,
    meaningOf: await metricMeanings(runs.flatMap(evaluatorsOf), catalogue),
  };
  const figures = [...together.map((figure) => ({ figure, data: packed(JSON.stringify(figure.drawing)) })), ...kept];
  const page = await pageHtml(content, figures, sheets);
  await writeAtomically(resolve(out), page);
  onProgress('figures', runs.length + 1, runs.length + 1);
  return { file: resolve(out), bytes: Buffer.byteLength(page), runs: runs.length, figures: figures.length };
}

/** Fold models that were evaluated as one, of all experiments on the page. */
async function joinedOf(
  runs: readonly ReportedRun[],
  warn: (message: string) => void,
): Promise<ReportContent['joined']> {
  const experiments = new Map(
    runs.map(({ folder, summary, origin }) => [
      dirname(folder.directory),
      { experiment: summary.experiment, ...(origin !== undefined && { folder: origin }) },
    ]),
  );
  const all = await Promise.all(
    [...experiments].map(async ([parent, experiment]) =>
      (await readConcatenated(parent).catch((cause: Error) => (warn(cause.message), []))).map(({ point, metrics }) => ({
        point: { ...point, ...experiment },
        metrics,
      })),
    ),
  );
  return all.flat();
}

/** The evaluators of a run, as its spec names them. */
function evaluatorsOf({ spec, folder, provenance }: ReportedRun): UsedEvaluator[] {
  const uses = (spec['evaluate'] as readonly (string | Readonly<Record<string, unknown>>)[] | undefined) ?? [];
  return uses.map((use) => ({
    plugin: typeof use === 'string' ? use : Object.keys(use)[0]!,
    from: dirname(provenance?.specFile ?? folder.spec),
  }));
}

interface PackedFigure {
  readonly figure: PageFigure;
  readonly data: string;
}

/** First every run's first figure, then the others, as long as there is room. */
function withinBudget(all: readonly (readonly PageFigure[])[]): { kept: PackedFigure[]; left: number } {
  const order = [...all.flatMap(([first]) => first ?? []), ...all.flatMap(([, ...others]) => others)];
  const kept: PackedFigure[] = [];
  let bytes = 0;
  let left = 0;
  for (const figure of order) {
    const data = packed(JSON.stringify(figure.drawing));
    if (bytes + data.length > maxBytes) left++;
    else {
      bytes += data.length;
      kept.push({ figure, data });
    }
  }
  return { kept, left };
}

const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Matrix paths by which runs can be filtered, with their values. */
function choices(runs: readonly ReportedRun[]): Map<string, string[]> {
  const paths = new Map<string, Set<string>>();
  for (const {
    summary: { point },
  } of runs)
    for (const [path, value] of Object.entries(point))
      paths.set(path, (paths.get(path) ?? new Set()).add(shownValue(value)));
  return new Map([...paths].filter(([, values]) => values.size > 1).map(([path, values]) => [path, [...values]]));
}

async function pageHtml(
  content: ReportContent,
  figures: readonly PackedFigure[],
  sheets: Readonly<Record<string, PageSheet>>,
): Promise<string> {
  const { runs, together, groups, searches } = content;
  const [style, vega, unpack, own, pdf, font] = await Promise.all([
    pageStyle(),
    vegaScript(),
    unpackScript(),
    ownScript(),
    pdfScript(),
    arimo(),
  ]);
  const nonce = randomBytes(16).toString('base64');
  const names = [...new Set(runs.map(({ summary }) => summary.experiment))];
  const title = names.join(', ') || 'No runs';
  const descriptions = [
    ...new Set(runs.map(({ spec }) => String(spec['description'] ?? '')).filter((text) => text !== '')),
  ];
  const counts = new Map<string, number>();
  for (const { summary } of runs) counts.set(summary.status, (counts.get(summary.status) ?? 0) + 1);
  const { specs, environment } =
    runs.length > 0 ? provenanceSections(content) : { specs: html`<p>None.</p>`, environment: html`<p>None.</p>` };
  const data = {
    runs: runs.map(({ key, title: name, group, summary }) => ({
      key,
      title: name,
      group,
      status: summary.status,
      point: Object.fromEntries(Object.entries(summary.point).map(([path, value]) => [path, shownValue(value)])),
    })),
    groups,
    sheets,
    font,
  };
  const policy = `default-src 'none'; img-src data: blob:; font-src data:; style-src 'unsafe-inline'; script-src 'nonce-${nonce}' blob:; base-uri 'none'; form-action 'none'`;
  const sections: [id: string, heading: string, body: Html][] = [
    ['comparison', 'Comparison', comparisonSection(content)],
    [
      'figures',
      'Figures',
      together.length > 0
        ? html`<div class="figures">${together.map((figure) => figureHtml(figure))}</div>`
        : html`<p class="note">There is nothing to draw yet.</p>`,
    ],
    ['pictures', 'Each run', picturesSection(content)],
    ...(searches.length > 0 ? [['search', 'Search', searchSection(searches)] satisfies [string, string, Html]] : []),
    ['runs', 'All runs', runsSection(content)],
    ['specs', 'What differs between the specs', specs],
    ['environment', 'Environment and provenance', environment],
    ['failures', 'Failures and warnings', failuresSection(content)],
  ];
  const page = html`<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Ablate ${frameworkVersion}">
<title>${title}: report</title>
<link rel="icon" href="data:,">
<style>@font-face { font-family: Arimo; src: url(data:font/ttf;base64,${font}); }
${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#comparison">Skip to the comparison</a>
<header class="top">
<h1>${title}</h1>
${descriptions.map((text) => html`<p class="question">${text}</p>`)}
<ul class="counts"><li><strong>${runs.length}</strong> ${runs.length === 1 ? 'run' : 'runs'}</li>${[...counts].map(([status, count]) => html`<li class="status-${status}"><strong>${count}</strong> ${status}</li>`)}<li><button type="button" id="theme">Dark colors</button> <button type="button" id="print">Print</button></li></ul>
<nav aria-label="Sections"><ul>${sections.map(([id, heading]) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav>
</header>
<main>
<noscript><p class="note">Figures need JavaScript, which this page carries; the tables do not.</p></noscript>
<form class="filters" id="filters" role="search" aria-label="Filter runs">
<label>Run's name contains <input name="words" type="search" autocomplete="off"></label>
<label>Status <select name="status"><option value="">all</option>${[...counts.keys()].map((status) => html`<option>${status}</option>`)}</select></label>
${[...choices(runs)].map(([path, values]) => html`<label>${path} <select data-path="${path}"><option value="">all</option>${values.map((value) => html`<option value="${value}">${value.length > 80 ? `${value.slice(0, 80)}…` : value}</option>`)}</select></label>`)}
<button type="reset">Show all</button> <span class="muted" id="shown" role="status">all ${runs.length} runs</span>
</form>
${sections.map(([id, heading, body]) => html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${body}</section>`)}
</main>
<footer>Written by Ablate ${frameworkVersion} on <time>${new Date().toISOString().slice(0, 16).replace('T', ' ')}</time> UTC.</footer>
<div id="tip" role="status" hidden></div><div id="ring" hidden></div><div id="live" class="skip" role="status"></div>
<dialog id="point" aria-label="One value"><div></div><form method="dialog"><p><button>Close</button></p></form></dialog>
<script type="application/json" id="page-data">${jsonInScript(data)}</script>
${figures.map(({ figure, data: packedData }) => html`<script type="text/plain" data-drawing="${figure.id}">${new Html(packedData)}</script>`)}
<script type="text/plain" id="jspdf">${new Html(pdf)}</script>
<script nonce="${nonce}">${new Html(vega)}</script>
<script nonce="${nonce}">${new Html(unpack)}</script>
<script nonce="${nonce}">${new Html(own)}</script>
</body>
</html>
`;
  // Journals, specs and provenance were written without secrets.
  return page.text;
}
