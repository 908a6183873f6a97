import { maxRuns, type ExpandedPoint } from './expand-matrix.ts';
import type { FaultList } from './fault-list.ts';
import { pointsOf } from '../search-methods/range.ts';
import { findRanges } from './find-ranges.ts';
import { foldPlace } from './fold-place.ts';
import { metricMode } from './metric-mode.ts';
import { nodeValue } from './node-value.ts';
import { pointWords } from './point-words.ts';
import type { RunSpec } from './spec.ts';
import type { MapNode } from './spec-node.ts';
import type { SearchSettings } from './study-schema.ts';
import type { DeclaredMetrics } from '../../plugins/metric-meanings.ts';
import { SearchedGroup, type ResolveTree } from './searched-group.ts';
import { studySettings } from './study-settings.ts';
import type { Study } from './study.ts';

/** What loading a study needs beside its tree. */
export interface StudyContext {
  readonly resolve: ResolveTree;
  readonly faults: FaultList;
  /** Tells what the evaluators of a run declare of their metrics. */
  readonly declared: (spec: RunSpec) => Promise<DeclaredMetrics[]>;
}

/**
 * Reads `search:` and `protocol:`, checks every group at the ends of its ranges, and says what there is to run.
 *
 * @returns undefined where there are faults
 */
export async function loadStudy(
  tree: MapNode,
  points: readonly ExpandedPoint[],
  { resolve, faults, declared }: StudyContext,
): Promise<Study | undefined> {
  const before = faults.count;
  const settings = studySettings(tree, faults);
  if (!settings) return undefined;
  const { search, protocol } = settings;
  if (protocol) refuseProtocolPaths(points, faults);
  else if (search) refuseSeeds(points, faults);
  const names = pointWords(points.map(({ values }) => pointOf(values)));
  const groups: SearchedGroup[] = [];
  let epochs = 0;
  let mode: SearchSettings['mode'] | undefined;
  for (const [index, { values, tree: node }] of points.entries()) {
    const ranges = findRanges(node, faults);
    const at = protocol ? foldPlace(node, faults) : undefined;
    if (search && ranges.size === 0 && faults.count === before)
      faults.add(search.place, {
        path: search.path,
        message: `nothing is searched in ${names[index]!.label || 'this spec'}: it has no range`,
        remedy: 'Write a range in the place of a value, for example rate: {logUniform: [0.001, 0.1]}',
      });
    const most = pointsOf([...ranges.values()].map(({ range }) => range));
    if (search && ranges.size > 0 && most < search.settings.budget) {
      faults.add(search.place, {
        path: `${search.path}.budget`,
        message: `found ${search.settings.budget}, and the ranges of ${names[index]!.label || 'this spec'} have ${most} points`,
        allowed: `Allowed: at most ${most}`,
      });
    }
    if (faults.count > before || (protocol && !at)) continue;
    const group = new SearchedGroup({
      name: names[index]!.label,
      words: names[index]!.stable,
      point: pointOf(values),
      tree: node,
      ranges,
      fold: at,
      search: search?.settings,
      protocol,
      resolve,
    });
    const spec = await group.check(faults);
    epochs = spec?.train.epochs ?? epochs;
    if (search && spec) {
      const where = { path: `${search.path}.mode`, place: search.modePlace };
      mode ??= metricMode({ ...search.settings, ...where }, await declared(spec), faults);
    }
    groups.push(group);
  }
  if (faults.count > before) return undefined;
  const trials = search ? search.settings.budget * (protocol ? (search.settings.folds ?? protocol.folds) : 1) : 0;
  const total = groups.length * (trials + (protocol ? protocol.folds * protocol.seeds : 0));
  if (total > maxRuns) {
    const { place, path } = search ?? { place: tree.place, path: 'protocol' };
    faults.add(place, {
      path,
      message: `this spec has ${total.toLocaleString('en')} runs (${groups.length} of the matrix, each with ${(total / groups.length).toLocaleString('en')})`,
      allowed: `Allowed: at most ${maxRuns.toLocaleString('en')}`,
      remedy: 'Lower the budget, the folds or the seeds',
    });
    return undefined;
  }
  return { search: search && { ...search.settings, mode: mode! }, protocol, epochs, groups, total };
}

const pointOf = (values: ExpandedPoint['values']): Record<string, unknown> =>
  Object.fromEntries([...values].map(([key, { value }]) => [key, nodeValue(value, true)]));

function refuseProtocolPaths(points: readonly ExpandedPoint[], faults: FaultList): void {
  for (const { values } of points) {
    for (const [path, { place }] of values) {
      if (path === 'seed' || /\.split(\.|$)/.test(path))
        faults.add(place, {
          path: 'matrix',
          message: `the protocol sets ${path === 'seed' ? 'the seeds' : 'the folds'} itself`,
          remedy: `Remove ${path} from the matrix; protocol: {folds: 4, seeds: 5} says how many`,
        });
    }
  }
}

/** A search decides for each point of the matrix by itself: with the seed among them, for each seed otherwise. */
function refuseSeeds(points: readonly ExpandedPoint[], faults: FaultList): void {
  const place = points.map(({ values }) => values.get('seed')?.place).find((found) => found !== undefined);
  if (!place) return;
  faults.add(place, {
    path: 'matrix.seed',
    message: 'a search chooses for each point of the matrix, and would choose for each seed by itself',
    remedy:
      'Remove seed from the matrix. protocol: {folds: 4, seeds: 2, search: {…}} searches once and trains what was chosen ' +
      'with every seed; without folds, write the chosen values into a spec without search, and the seeds into its matrix',
  });
}
