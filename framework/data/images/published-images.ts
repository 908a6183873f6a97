import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Columns } from '../../contracts/column.ts';
import type { Role } from '../../contracts/dataset.ts';
import { closeOnFailure } from '../files/close-on-failure.ts';
import { locateFolder, warnAboutData, type DataPlace } from '../files/data-file.ts';
import { columnsAt } from '../splits/columns.ts';
import type { RowPairs } from '../splits/pairs-of.ts';
import { splitOptions, splitRule, type SplitRule } from '../splits/split-rule.ts';
import { splitRows } from '../splits/split-rows.ts';
import { findImages } from './find-images.ts';
import type { ImageDatasetParts } from './image-dataset.ts';
import { imageOptions } from './image-options.ts';
import { folderPlace } from './image-place.ts';
import { missingOption, reportMissing } from './report-missing.ts';

/** Images of a role and their classes, where these were published. */
type Count = readonly [images: number, classes?: number];

/** Published numbers by role. */
export type PublishedCounts = Readonly<Partial<Record<Role, Count>>>;

/** A data set that others published, to be read from its download as it is. */
export interface PublishedSet {
  /** As papers call it. */
  readonly title: string;
  /** Where the publisher has it. */
  readonly publisher: string;
  /** The folder that the download unpacks to, which may be left out of `path`. */
  readonly folder?: string;
}

/** Images of a published set as its lists have them; all arrays have one entry an image. */
export interface PublishedImages {
  /** Absolute path of the set's folder. */
  readonly folder: string;
  /** The file or folder that lists the images, for messages. */
  readonly list: string;
  /** Paths below `folder`, `/` between folders. */
  readonly paths: readonly string[];
  /** Class of each, −1 for none. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly columns: Columns;
  /** Role of each in the official split; undefined for none. */
  readonly roles: readonly (Role | undefined)[];
  /** What takes the place of the official split. */
  readonly rule?: SplitRule;
  /** The numbers that the official split was published with. */
  readonly counts?: PublishedCounts;
  /** Verification pairs, left and right as rows of `paths`. */
  readonly pairs?: RowPairs;
  /** How many images the set has beside these, or without a role, by the reason. */
  readonly leftOut?: Readonly<Record<string, number>>;
}

/** Makes the options that every published set of images has, around its option `split`. */
export const publishedOptions = <Split extends z.ZodType>(split: Split) => ({
  path: z.string().min(1).describe('folder that the published download was unpacked to'),
  split,
  openSet: splitOptions.openSet,
  missing: missingOption,
  ...imageOptions,
});

/** Makes the option `split` of a published set: the name of an official split, the first unless given, or a rule. */
export const officialSplit = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .union([z.enum(names), splitRule])
    .default(names[0] as never)
    .describe(
      `${names.length > 1 ? 'an official split' : 'the official split'} (${names.map((name) => `\`${name}\``).join(', ')}), or a rule over all images`,
    );

/** Tells an official split, with the numbers that it was published with, from a rule. */
export const officialOrRule = (
  split: string | SplitRule,
  counts: Readonly<Record<string, PublishedCounts>>,
): Pick<PublishedImages, 'rule' | 'counts'> =>
  typeof split === 'string' ? { counts: counts[split] ?? {} } : { rule: split };

/** What `publishedOptions` gives. */
type Options = z.output<z.ZodObject<ReturnType<typeof publishedOptions<z.ZodType>>>>;

/**
 * Finds the folder of a published set: the one that the option names, or the published folder below it.
 *
 * @param wanted names of files and folders, of which one must be in it
 * @throws AblateError DATA_NOT_FOUND naming what is wanted and where the publisher has it
 */
export async function publishedFolder(
  set: PublishedSet,
  { path: given }: Pick<Options, 'path'>,
  wanted: readonly string[],
  place: DataPlace,
): Promise<string> {
  const folder = await locateFolder(given, place);
  const places = set.folder === undefined ? [folder] : [folder, path.join(folder, set.folder)];
  for (const one of places) if (await firstOf(one, wanted)) return one;
  throw notPublished(set, folder, wanted, given);
}

/**
 * Finds a file of a published set.
 *
 * @param names where it may lie below the set's folder, the likeliest first
 * @throws AblateError DATA_NOT_FOUND naming it and where the publisher has it
 */
export async function publishedFile(set: PublishedSet, folder: string, ...names: string[]): Promise<string> {
  const found = await firstOf(folder, names);
  if (found === undefined) throw notPublished(set, folder, names);
  return path.join(folder, found);
}

/** Gives the first of some names that a folder has; undefined where it has none of them. */
export async function firstOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await stat(path.join(folder, name)).catch(() => undefined)) return name;
  return undefined;
}

function notPublished(
  { title, publisher, folder: unpacked }: PublishedSet,
  folder: string,
  names: readonly string[],
  given?: string,
): AblateError {
  return new AblateError('DATA_NOT_FOUND', `${title} has ${names.join(' or ')}, and ${folder} has none of it.`, {
    given,
    remedy: `Unpack the whole download of ${publisher}, and give ${unpacked === undefined ? 'its folder' : `its folder ${unpacked}`} as \`path\`.`,
  });
}

/**
 * Makes the parts of a data set from a published set: its images are looked for, and counted by role beside what was
 * published.
 *
 * @throws AblateError DATA_NOT_FOUND naming missing images, unless they are skipped; PLUGIN_OPTIONS
 */
export async function publishedImages(
  set: PublishedSet,
  listed: PublishedImages,
  options: Options,
  context: DataPlace,
): Promise<ImageDatasetParts> {
  const place = folderPlace(listed.folder);
  return closeOnFailure(place, async () => {
    const { names, marks } = await findImages(place, listed.paths);
    await reportMissing(
      listed.paths.filter((_, row) => marks[row]! < 0),
      {
        list: listed.list,
        total: listed.paths.length,
        policy: options.missing,
        place,
        warn: context.warn,
        publisher: set.publisher,
      },
    );
    const kept = Int32Array.from(listed.paths.keys()).filter((row) => marks[row]! >= 0);
    const labels = kept.map((row) => listed.labels[row]!);
    const { classNames } = listed;
    const name = (row: number): string => names.at(kept[row]!)!;
    const rows = listed.rule
      ? await splitRows(listed.rule, { length: kept.length, name, labels, classNames }, context)
      : rowsByRole(Array.from(kept, (row) => listed.roles[row]));
    compareCounts(set.title, listed.counts ?? {}, { rows, labels }, context);
    const missing = listed.paths.length - kept.length;
    return {
      images: {
        length: kept.length,
        name,
        location: (row) => place.location(name(row)),
        mark: (row) => place.mark(marks[kept[row]!]!),
        read: (row) => place.read(name(row)),
        close: place.close,
      },
      labels,
      classNames,
      columns: columnsAt(listed.columns, kept),
      rows,
      options,
      source: options.path,
      ...(listed.pairs && { pairs: keptPairs(listed.pairs, kept) }),
      leftOut: { ...listed.leftOut, ...(missing > 0 && { 'not in the folder': missing }) },
    };
  });
}

/** Rows of each role, ascending. */
function rowsByRole(roles: readonly (Role | undefined)[]): ImageDatasetParts['rows'] {
  const rows = new Map<Role, number[]>();
  for (const [row, role] of roles.entries()) {
    if (role === undefined) continue;
    if (!rows.has(role)) rows.set(role, []);
    rows.get(role)!.push(row);
  }
  return Object.fromEntries([...rows].map(([role, own]) => [role, Int32Array.from(own)]));
}

/** Pairs by rows of the images that are there; those of others are left out. */
function keptPairs(pairs: RowPairs, kept: Int32Array): RowPairs {
  const rowOf = new Map(Array.from(kept, (listed, row) => [listed, row]));
  const both = Int32Array.from(pairs.left.keys()).filter(
    (pair) => rowOf.has(pairs.left[pair]!) && rowOf.has(pairs.right[pair]!),
  );
  return {
    left: both.map((pair) => rowOf.get(pairs.left[pair]!)!),
    right: both.map((pair) => rowOf.get(pairs.right[pair]!)!),
    same: Uint8Array.from(both, (pair) => pairs.same[pair]!),
    fold: both.map((pair) => pairs.fold[pair]!),
  };
}

/** Says where the numbers of images and classes are not the published ones. */
function compareCounts(
  title: string,
  counts: PublishedCounts,
  { rows, labels }: Pick<ImageDatasetParts, 'rows' | 'labels'>,
  context: DataPlace,
): void {
  const number = (value: number): string => value.toLocaleString('en-US');
  const differing = (Object.entries(counts) as [Role, Count][]).flatMap(([role, [images, classes]]) => {
    const own = rows[role] ?? new Int32Array();
    const found = new Set(Array.from(own, (row) => labels[row]!).filter((label) => label >= 0)).size;
    if (own.length === images && (classes === undefined || found === classes)) return [];
    return [
      classes === undefined
        ? `${role} ${number(own.length)} images (published: ${number(images)})`
        : `${role} ${number(own.length)} images of ${number(found)} classes (published: ${number(images)} of ${number(classes)})`,
    ];
  });
  if (differing.length > 0)
    warnAboutData(context, `${title} as it is here differs from what was published: ${differing.join('; ')}.`);
}
