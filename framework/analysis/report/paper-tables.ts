import { html, type Html } from './html.ts';

/** Groups that fit side by side on a sheet. */
const maxColumns = 6;

/** A group's column on paper. */
export interface PaperColumn {
  readonly name: string;
  /** Its place among the page's groups, by which it is filtered. */
  readonly index: number;
  /** Its seeds and folds, in words. */
  readonly counted: string;
  /** A cell's content for each metric, and whether it is the best. */
  readonly cells: readonly { readonly content: Html; readonly best: boolean }[];
}

/**
 * Lays the comparison out as it is printed: metrics as rows, since a sheet has room below and not beside; a further
 * table for each few groups.
 */
export function paperTables(columns: readonly PaperColumn[], metrics: readonly string[], unit: string): Html {
  const tables = Array.from({ length: Math.ceil(columns.length / maxColumns) }, (_, index) =>
    columns.slice(index * maxColumns, (index + 1) * maxColumns),
  );
  return html`<div class="paper">${tables.map((shown) => html`<table><thead><tr><th scope="col">metric</th>${shown.map(({ name, index }) => html`<th scope="col" class="number" data-group="${index}">${name}</th>`)}</tr></thead><tbody><tr><th scope="row" class="name">${unit}s</th>${shown.map(({ index, counted }) => html`<td class="number" data-group="${index}">${counted}</td>`)}</tr>${metrics.map((metric, row) => html`<tr><th scope="row" class="name">${metric}</th>${shown.map(({ index, cells }) => html`<td class="number${cells[row]!.best ? ' best' : ''}" data-group="${index}">${cells[row]!.content}</td>`)}</tr>`)}</tbody></table>`)}</div>`;
}
