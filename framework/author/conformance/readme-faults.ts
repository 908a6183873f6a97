import { z } from 'zod';
import type { PluginManifest } from '../../contracts/plugin.ts';
import { imageOptions } from '../../data/images/image-options.ts';
import { missingOption } from '../../data/images/report-missing.ts';
import { defaultText, optionTable, type OptionRow } from '../../plugins/option-table.ts';

/** Options that a README may leave to the page that has them once. */
const sharedRows = optionTable(z.strictObject({ missing: missingOption, ...imageOptions }));
const sharedPage = /\]\([^)\s]*\bdocs\/concepts\/data\.md#options\)/;

/**
 * Tells how the table under "## Options" in a plugin's README differs from its schema: an option that is missing, one
 * that the schema does not have, another order or default, and an option that the schema does not describe. Empty where
 * they agree. Options that a data set of images has as all have them are not in the table where the section leads to
 * `docs/concepts/data.md#options`.
 *
 * @param readme text of the README, whose table begins with the columns option, type and default
 */
export function readmeFaults({ schema }: Pick<PluginManifest, 'schema'>, readme: string): string[] {
  const section = optionsSection(readme);
  const all = optionTable(schema);
  const rows = sharedPage.test(section) ? all.filter((row) => !isShared(row)) : all;
  const shown = tableRows(section);
  const faults = rows
    .filter(({ meaning }) => !/\S/.test(meaning))
    .map(({ option }) => `${option} has no description in the schema`);
  const names = rows.map(({ option }) => option);
  const shownNames = shown.map(([option]) => option!);
  faults.push(...names.filter((name) => !shownNames.includes(name)).map((name) => `${name} is missing in the README`));
  faults.push(
    ...shownNames
      .filter((name) => !names.includes(name))
      .map((name) => `${name} is in the README and not in the schema, or left to the page of shared options`),
  );
  if (faults.length === 0 && names.join() !== shownNames.join())
    faults.push(`the README shows ${shownNames.join(', ')}, the schema has ${names.join(', ')}`);
  for (const row of rows) {
    const [, , fallback] = shown.find(([option]) => option === row.option) ?? [];
    if (fallback !== undefined && compact(fallback) !== compact(defaultText(row)))
      faults.push(`${row.option} is ${fallback} in the README and ${defaultText(row)} in the schema`);
  }
  return faults;
}

/** Tells whether an option is one of all data sets of images, its default and its meaning with it. */
function isShared(row: OptionRow): boolean {
  return sharedRows.some((shared) => JSON.stringify(shared) === JSON.stringify(row));
}

function optionsSection(readme: string): string {
  return /^## Options\r?\n(.*?)(?=^## |$(?![\s\S]))/ms.exec(readme)?.[1] ?? '';
}

/** Cells of a Markdown table's rows below its heading, without code marks. */
function tableRows(text: string): string[][] {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  return lines.map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
  );
}

/** A default without the blanks and quotes that a table may set as it likes. */
function compact(text: string): string {
  return text.replaceAll(/[\s"']/g, '');
}
