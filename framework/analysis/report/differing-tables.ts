import { valuesByPath, type ValueByPath } from './differing-values.ts';
import { html, type Html } from './html.ts';
import type { ReportedRun } from './reported-run.ts';

const longest = 160;
const short = (value: string): string => (value.length > longest ? `${value.slice(0, longest)}…` : value);

/** Keys that differ without a difference that counts. */
const silent = /^(seed|name|description|tracking|figures)(\.|$)/;

/** Specs' values that differ, a row a group, and the whole spec of the first run. */
function specTable(runs: readonly ReportedRun[], groups: readonly string[]): Html {
  const first = new Map<string, ReportedRun>();
  for (const run of runs) if (!first.has(run.group)) first.set(run.group, run);
  const differing = valuesByPath(new Map([...first].map(([group, { spec }]) => [group, spec]))).filter(
    ({ path, values }) => values.size > 1 && !silent.test(path),
  );
  const valueOf = ({ values }: ValueByPath, group: string): string =>
    [...values].find(([, names]) => names.includes(group))![0];
  const table =
    differing.length === 0
      ? html`<p>${first.size === 1 ? 'All runs have the same spec, but for the seed.' : 'The resolved specs differ in nothing that counts.'}</p>`
      : html`<div class="scroll tall" tabindex="0" role="region" aria-label="What differs between the specs"><table><thead><tr><th scope="col">run</th>${differing.map(({ path }) => html`<th scope="col">${path}</th>`)}</tr></thead><tbody>${[...first.keys()].map((group) => html`<tr data-group="${groups.indexOf(group)}"><th scope="row" class="name">${group}</th>${differing.map((value) => html`<td>${short(valueOf(value, group))}</td>`)}</tr>`)}</tbody></table></div>`;
  return html`${table}<details><summary>The resolved spec of ${runs[0]!.title}</summary><pre>${JSON.stringify(runs[0]!.spec, null, 2)}</pre></details>`;
}

/** What of the provenance a reader asks for first. */
const leading = [
  'ablate',
  'node',
  'platform',
  'device.description',
  'processor.model',
  'processor.cores',
  'git.commit',
  'git.dirty',
  'ablateGit.commit',
];

function environmentTable(runs: readonly ReportedRun[]): Html {
  const documents = new Map(
    runs.flatMap(({ title, key, provenance }) => {
      if (!provenance) return [];
      const { earlier: _, version: _v, packages, native, environment, ...rest } = provenance;
      return [[`${title} (${key})`, { ...rest, packages, native, environment }] as const];
    }),
  );
  if (documents.size === 0) return html`<p class="note">No run has kept its provenance.</p>`;
  const all = valuesByPath(documents);
  const row = ({ path, values }: ValueByPath): Html =>
    html`<tr><th scope="row" class="name">${path}</th><td>${values.size === 1 ? short([...values.keys()][0]!) : html`<ul>${[...values].slice(0, 12).map(([value, names]) => html`<li>${short(value)} <span class="muted">(${names.length} of ${documents.size} runs)</span></li>`)}${values.size > 12 ? html`<li>${values.size - 12} more</li>` : ''}</ul>`}</td></tr>`;
  const table = (label: string, rows: readonly ValueByPath[]): Html =>
    html`<div class="scroll tall" tabindex="0" role="region" aria-label="${label}"><table><thead><tr><th scope="col">what</th><th scope="col">value</th></tr></thead><tbody>${rows.map(row)}</tbody></table></div>`;
  const head = leading.flatMap((path) => all.filter((value) => value.path === path));
  const data = all.filter(({ path }) => /^data\.\d+\./.test(path));
  const rest = all.filter((value) => !head.includes(value) && !data.includes(value));
  const different = rest.filter(({ path, values }) => values.size > 1 && !/^(command|specFile)/.test(path));
  return html`${table('Environment', [...head, ...different])}
${data.length === 0 ? '' : html`<details><summary>Data files (${new Set(data.map(({ path }) => path.split('.')[1])).size})</summary>${table('Data files', data)}</details>`}
<details><summary>Everything that was recorded (${rest.length} values)</summary>${table('All of the provenance', rest)}</details>`;
}

/** Renders what differs between the runs' specs and between their environments, as HTML. */
export function differingTables(
  runs: readonly ReportedRun[],
  groups: readonly string[],
): { specs: Html; environment: Html } {
  return { specs: specTable(runs, groups), environment: environmentTable(runs) };
}
