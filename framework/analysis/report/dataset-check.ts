import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DatasetCheck } from '../../runs/evaluate/check-dataset.ts';
import { html, type Html } from './html.ts';

/** Rows that a table of the page shows; the JSON file has all. */
const shownRows = 500;

/** Says in a line each what a check of a data set found. */
export function checkLines(found: DatasetCheck): readonly string[] {
  const { images, duplicates, unreadable, tiny, odd, classSizes, leakedGroups, skipped, exclude } = found;
  const leaks = duplicates.filter((pair) => pair.leaks).length;
  const differing = duplicates.filter(({ classesDiffer }) => classesDiffer).length;
  return [
    `${images} images read`,
    `${duplicates.length} pairs show the same picture: ${leaks} of them in training and in evaluation, ${differing} of two classes`,
    `${unreadable.length} cannot be read, ${tiny.length} are tiny, ${odd.length} odd`,
    `training classes have ${classSizes.least} to ${classSizes.most} images, ${classSizes.median} in the middle; ${classSizes.single} have one`,
    ...leakedGroups.map(
      ({ column, value, images: count }) => `${column} ${value} is in training and in evaluation, ${count} images`,
    ),
    ...Object.entries(skipped).map(([reason, count]) => `${count} left out: ${reason}`),
    `${exclude.length} to exclude`,
  ];
}

/** Writes a check of a data set into a folder: `index.html`, `check.json`, and `exclude.txt` for the option `exclude`. */
export function writeDatasetCheck(found: DatasetCheck, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'check.json'), `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(path.join(folder, 'exclude.txt'), found.exclude.map((name) => `${name}\n`).join(''));
  writeFileSync(path.join(folder, 'index.html'), page(found).text);
}

function page(found: DatasetCheck): Html {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Data check</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.2rem 0.6rem; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
</style>
<h1>Data check</h1>
<ul>${checkLines(found).map((line) => html`<li>${line}</li>`)}</ul>
${table(
  'The same picture twice',
  ['image', 'as', 'image', 'as', ''],
  [...found.duplicates]
    .sort((one, other) => Number(other.leaks) - Number(one.leaks))
    .map(({ first, second, roles, mirrored, leaks, classesDiffer }) => [
      first,
      roles[0],
      second,
      roles[1],
      [leaks && 'leaks', classesDiffer && 'two classes', mirrored && 'mirrored'].filter(Boolean).join(', '),
    ]),
)}
${table(
  'Cannot be read',
  ['image', 'why'],
  found.unreadable.map(({ name, why }) => [name, why]),
)}
${table(
  'Tiny',
  ['image'],
  found.tiny.map((name) => [name]),
)}
${table(
  'Odd: far from square, or of one brightness',
  ['image'],
  found.odd.map((name) => [name]),
)}
</html>
`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, shownRows);
  return html`<h2>${title} (${rows.length})</h2>
<table>
<tr>${head.map((name) => html`<th>${name}</th>`)}</tr>
${shown.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}
</table>
${rows.length > shownRows && html`<p>${rows.length - shownRows} more in check.json</p>`}`;
}
