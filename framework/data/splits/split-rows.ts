import { AblateError } from '../../base/errors/ablate-error.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { cutRows, type RowsByRole } from './cut-rows.ts';
import { warnAboutData, type DataPlace } from '../files/data-file.ts';
import type { LabeledImages } from './labeled-images.ts';
import { countsOf } from './split-amounts.ts';
import { splitByLists } from './split-by-lists.ts';
import type { SplitRule } from './split-rule.ts';

/** A closed role of a split. */
type SplitRole = keyof RowsByRole;

const splitRoles: readonly SplitRole[] = ['train', 'validation', 'test'];
const noRole = splitRoles.length;

/**
 * Deals the rows of a data set out by a rule, each role's in ascending order. An image of no class is for test, never
 * for training.
 *
 * @throws AblateError PLUGIN_OPTIONS where the rule does not fit the data, DATA_NOT_FOUND, DATA_INVALID
 */
export async function splitRows(rule: SplitRule, images: LabeledImages, place: DataPlace): Promise<RowsByRole> {
  if ('length' in rule) return splitByImage({ by: 'image', shares: rule, seed: 0 }, images, place);
  if (rule.by === 'image') return splitByImage(rule, images, place);
  if (rule.by === 'list') return splitByLists(rule, images, place);
  if (rule.by === 'name') return rowsOfClasses(images, rolesByName(rule, images.classNames));
  return rowsOfClasses(images, rolesByOrder(rule, images.classNames));
}

type Rule<By> = Extract<SplitRule, { by: By }>;
type RoleOfClass = readonly (SplitRole | undefined)[];

/** Every class in the same shares; with counts, all images in one draw. */
function splitByImage({ shares, seed }: Rule<'image'>, images: LabeledImages, place: DataPlace): RowsByRole {
  const random = new RandomStreams(seed ?? 0, 'split/').stream('image');
  const roles = new Uint8Array(images.length).fill(noRole);
  for (const pile of pilesOf(images, Math.max(...shares) <= 1)) {
    const cut = cutRows(pile, countsOf(shares, pile.length, 'the data set'), random);
    splitRoles.forEach((role, code) => {
      for (const row of cut[role]) roles[row] = code;
    });
  }
  reportEmptyShares(shares, roles, images, place);
  return rowsOf(images, roles);
}

/** Says which shares come to no image, since each is of every class by itself. */
function reportEmptyShares(
  shares: Rule<'image'>['shares'],
  roles: Uint8Array,
  images: LabeledImages,
  place: DataPlace,
): void {
  const [train, validation, test] = shares.length === 3 ? shares : [shares[0], 0, shares[1]];
  const sizes = new Int32Array(images.classNames.length);
  for (const label of images.labels.subarray(0, images.length)) if (label >= 0) sizes[label]!++;
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  for (const [code, share] of [train, validation, test].entries()) {
    if (share === 0 || largest === 0 || roles.includes(code)) continue;
    warnAboutData(
      place,
      `split: [${shares.join(', ')}] leaves no image for ${code === 0 ? 'training' : splitRoles[code]}: shares are of each class, and the largest class has ${largest} ${largest === 1 ? 'image' : 'images'}.`,
    );
  }
}

/** Rows of a class in ascending order, class by class; or all of them in one pile. Rows of no class are in none. */
function* pilesOf({ labels, classNames, length }: LabeledImages, byClass: boolean): Generator<Int32Array> {
  const starts = new Int32Array((byClass ? classNames.length : 1) + 1);
  for (let row = 0; row < length; row++) if (labels[row]! >= 0) starts[byClass ? labels[row]! + 1 : 1]!++;
  for (let pile = 1; pile < starts.length; pile++) starts[pile]! += starts[pile - 1]!;
  const filled = starts.slice(0, -1);
  const rows = new Int32Array(starts.at(-1)!);
  for (let row = 0; row < length; row++) if (labels[row]! >= 0) rows[filled[byClass ? labels[row]! : 0]!++] = row;
  for (let pile = 1; pile < starts.length; pile++) yield rows.subarray(starts[pile - 1], starts[pile]);
}

function rolesByOrder(rule: Rule<'class' | 'group' | 'fold'>, classNames: readonly string[]): RoleOfClass {
  const unitOf = (name: string): string =>
    rule.by === 'group' ? name.slice(0, Math.max(0, name.lastIndexOf('/'))) : name;
  const units = [...new Set(classNames.map(unitOf))];
  if (rule.seed !== null) new RandomStreams(rule.seed, 'split/').stream(rule.by).shuffle(units);
  const roles = rule.by === 'fold' ? foldRoles(rule, units.length) : shareRoles(rule, units.length);
  const roleOf = new Map(units.map((unit, index) => [unit, roles[index]]));
  return classNames.map((name) => roleOf.get(unitOf(name)));
}

function shareRoles({ by, shares }: Rule<'class' | 'group'>, units: number): RoleOfClass {
  const counts = countsOf(shares, units, `${by === 'group' ? 'groups' : 'classes'}: the data set`);
  return Array.from({ length: units }, (_, unit) => {
    if (unit >= units - counts.test) return 'test';
    if (unit < counts.train) return 'train';
    return unit < counts.train + counts.validation ? 'validation' : undefined;
  });
}

function foldRoles({ folds, fold, test }: Rule<'fold'>, units: number): RoleOfClass {
  const open = units - Math.round(units * test);
  if (fold >= folds || open < folds) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      fold >= folds
        ? `split.fold is ${fold}, where ${folds} folds end at ${folds - 1}.`
        : `split.folds asks for ${folds} folds of ${open} classes.`,
    );
  }
  return Array.from({ length: units }, (_, unit) =>
    unit >= open ? 'test' : Math.floor((unit * folds) / open) === fold ? 'validation' : 'train',
  );
}

function rolesByName(rule: Rule<'name'>, classNames: readonly string[]): RoleOfClass {
  const listed = splitRoles.flatMap((role) => rule[role].map((name) => ({ role, name })));
  const meant = (name: string, className: string): boolean => className === name || className.startsWith(`${name}/`);
  const unknown = listed.find(({ name }) => !classNames.some((className) => meant(name, className)));
  if (unknown) {
    const known = [
      ...new Set(classNames.flatMap((name) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [name]))),
    ];
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `split.${unknown.role} names ${unknown.name}, which no class and no folder of classes is called.`,
      { remedy: `There are ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}.` },
    );
  }
  return classNames.map((className) => {
    const roles = [...new Set(listed.filter(({ name }) => meant(name, className)).map(({ role }) => role))];
    if (roles.length > 1)
      throw new AblateError('PLUGIN_OPTIONS', `split puts the class ${className} into ${roles.join(' and ')}.`);
    return roles[0];
  });
}

/** Rows by the role of their class. */
function rowsOfClasses(images: LabeledImages, roles: RoleOfClass): RowsByRole {
  const codes = Uint8Array.from(roles, (role) => (role === undefined ? noRole : splitRoles.indexOf(role)));
  return rowsOf(
    images,
    Uint8Array.from(images.labels, (label) => codes[label]!),
  );
}

/**
 * Rows of each role in ascending order; those of no class are for test.
 *
 * @param roles by row, a place in `splitRoles` or `noRole`; overwritten
 */
function rowsOf({ labels, length }: LabeledImages, roles: Uint8Array): RowsByRole {
  const [test, counts] = [splitRoles.indexOf('test'), new Int32Array(noRole + 1)];
  for (let row = 0; row < length; row++) {
    if (labels[row]! < 0) roles[row] = test;
    counts[roles[row]!]!++;
  }
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let row = 0; row < length; row++) rows[roles[row]!]![counts[roles[row]!]!++] = row;
  return Object.fromEntries(splitRoles.map((role, code) => [role, rows[code]!])) as unknown as RowsByRole;
}
