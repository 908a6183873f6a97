import { checkColumns } from './check-columns.ts';
import { collectSecrets } from './collect-secrets.ts';
import { checkOptions } from './check-options.ts';
import { checkPairings } from './check-pairings.ts';
import type { FaultList } from './fault-list.ts';
import { checkWatched } from './check-watched.ts';
import { metricMode } from './metric-mode.ts';
import { found } from './node-value.ts';
import { resolveAugment } from './resolve-augment.ts';
import { resolveWithExtras } from './resolve-with-extras.ts';
import { resolveLoss, type ResolvedLoss } from './resolve-loss.ts';
import { resolveUse, type ResolvedUse, type Resolving } from './resolve-use.ts';
import { settingsSchema } from './settings-schema.ts';
import { listUses, singleUses, specKeys } from './spec-keys.ts';
import type { RunSpec, TrainSpec } from './spec.ts';
import type { MapEntry, MapNode, SpecNode } from './spec-node.ts';
import { modePlace } from './study-settings.ts';
import { addUnknownKey } from './zod-faults.ts';

type Single = keyof typeof singleUses;
type Listed = keyof typeof listUses;

const settingKeys = Object.keys(settingsSchema.shape);
const required: Readonly<Record<string, string>> = {
  dataset: 'dataset: glyphs',
  backbone: 'backbone: lenet-plus-plus',
  losses: 'losses: [softmax]',
};

/**
 * Checks one run of a spec and fills in every default.
 *
 * @param tree without `extends`, `matrix` and interpolations
 * @param defaultName the run's `name` where the spec has none
 * @returns undefined where the run has faults, which are then in `resolving.faults`
 */
export async function resolveRun(
  tree: MapNode,
  defaultName: string,
  resolving: Resolving,
): Promise<RunSpec | undefined> {
  const { faults } = resolving;
  const before = faults.count;
  const entries = new Map(
    [...tree.entries].filter(([, { value }]) => !(value.kind === 'scalar' && value.value === null)),
  );
  for (const [key, entry] of tree.entries) {
    if (!specKeys.includes(key))
      addUnknownKey(
        entry,
        { key, path: key, names: specKeys, noun: 'key', owner: 'a spec', code: 'SPEC_INVALID' },
        faults,
      );
  }
  for (const [key, example] of Object.entries(required)) {
    if (!entries.has(key))
      faults.add(tree.place, {
        path: key,
        message: `${key} ${key === 'losses' ? 'are' : 'is'} missing`,
        remedy: `For example ${example}`,
      });
  }
  const settings = checkSettings(tree, entries, defaultName, resolving);

  const written = (key: string): SpecNode | undefined => entries.get(key)?.value;
  const single = async <K extends Single>(key: K): Promise<ResolvedUse<(typeof singleUses)[K]> | undefined> => {
    const node = written(key);
    return node && (await resolveUse(singleUses[key], node, [key], resolving));
  };
  const [dataset, sampler, backbone, head, optimizer, schedule] = [
    written('dataset') && (await resolveWithExtras('dataset', written('dataset')!, resolving)),
    await single('sampler'),
    written('backbone') && (await resolveWithExtras('backbone', written('backbone')!, resolving)),
    written('head') && (await resolveWithExtras('head', written('head')!, resolving)),
    await single('optimizer'),
    await single('schedule'),
  ];
  const lists = written('augment');
  const augment = lists && (await resolveAugment(lists, resolving));
  const losses: (ResolvedLoss | undefined)[] = [];
  for (const [index, item] of listItems('losses', entries, resolving).entries())
    losses.push(await resolveLoss(item.node, index, resolving));
  const list = written('losses');
  if (list?.kind === 'list' && losses.length === 0)
    faults.add(list.place, {
      path: 'losses',
      message: 'there is no loss to minimize',
      remedy: 'For example losses: [softmax]',
    });
  const listed = async <K extends Exclude<Listed, 'losses'>>(
    key: K,
  ): Promise<(ResolvedUse<(typeof listUses)[K]> | undefined)[]> => {
    const uses = [];
    for (const [index, { node, path }] of listItems(key, entries, resolving).entries())
      uses.push(await resolveUse(listUses[key], node, path, resolving, [key, index]));
    return uses;
  };
  const [evaluate, figures, tracking] = [await listed('evaluate'), await listed('figures'), await listed('tracking')];

  if (settings && sampler && (head || !entries.has('head')) && all(losses) && all(evaluate))
    checkPairings(
      { head: head ?? null, sampler, losses, evaluators: evaluate, train: settings.train, augment },
      faults,
    );
  if (schedule && all(evaluate)) checkWatched(schedule, evaluate, faults);
  const train = settings && all(evaluate) ? withMode(settings.train, entries, evaluate, faults) : undefined;
  if (dataset && sampler && all(losses) && all(evaluate) && all(figures))
    checkColumns({ dataset, sampler, losses, evaluators: evaluate, figures }, faults);
  if (
    faults.count > before ||
    !settings ||
    !train ||
    !dataset ||
    !sampler ||
    !backbone ||
    !optimizer ||
    !schedule ||
    !all(losses) ||
    !all(evaluate) ||
    !all(figures) ||
    !all(tracking)
  )
    return undefined;
  const { train: _, ...outer } = settings;
  const uses = <T>(resolved: readonly { use: T }[]): T[] => resolved.map(({ use }) => use);
  return {
    ...outer,
    dataset: dataset.use,
    ...(augment && { augment }),
    sampler: sampler.use,
    backbone: backbone.use,
    head: head?.use ?? null,
    losses: uses(losses),
    optimizer: optimizer.use,
    schedule: schedule.use,
    train,
    evaluate: uses(evaluate),
    figures: uses(figures),
    tracking: uses(tracking),
  };
}

type Settings = Pick<RunSpec, 'name' | 'description' | 'seed' | 'device' | 'threads' | 'test'> & {
  readonly train: WrittenTrain;
};
type WrittenTrain = Omit<TrainSpec, 'keepBest'> & {
  readonly keepBest: { readonly metric: string; readonly mode?: 'max' | 'min' | undefined } | null;
};

/** The settings of training with the direction of what `keepBest` goes by; undefined where that is at fault. */
function withMode(
  train: WrittenTrain,
  entries: ReadonlyMap<string, MapEntry>,
  evaluators: readonly ResolvedUse<'evaluator'>[],
  faults: FaultList,
): TrainSpec | undefined {
  const { keepBest } = train;
  if (!keepBest) return { ...train, keepBest };
  const node = entries.get('train')!.value as MapNode;
  const written = node.entries.get('keepBest')!.value;
  const where = { path: 'train.keepBest.mode', place: modePlace(written) ?? written.place };
  const declared = evaluators.map(({ entry }) => entry.manifest.metrics);
  const mode = metricMode({ ...keepBest, ...where }, declared, faults);
  return mode && { ...train, keepBest: { ...keepBest, mode } };
}

function checkSettings(
  tree: MapNode,
  entries: ReadonlyMap<string, MapEntry>,
  defaultName: string,
  { faults, secrets }: Resolving,
): Settings | undefined {
  const own = new Map([...entries].filter(([key]) => settingKeys.includes(key)));
  if (!own.has('name'))
    own.set('name', {
      place: tree.place,
      value: { kind: 'scalar', value: defaultName, place: tree.place, plain: true },
    });
  const node: MapNode = { kind: 'map', entries: own, place: tree.place };
  const checked = checkOptions(
    settingsSchema,
    { node, place: tree.place, path: [], noun: 'key', owner: 'a spec', code: 'SPEC_INVALID' },
    false,
    faults,
  );
  if (!checked) return undefined;
  collectSecrets(node, [], secrets);
  const { version: _, ...settings } = checked.value as unknown as Settings & { version: number };
  return settings;
}

/** The uses of a list with their paths; `tracking` may also be one use, or a map of several. */
function listItems(
  key: Listed,
  entries: ReadonlyMap<string, MapEntry>,
  { faults }: Resolving,
): { node: SpecNode; path: (string | number)[] }[] {
  const node = entries.get(key)?.value;
  if (!node) return [];
  if (node.kind === 'list') return node.items.map((item, index) => ({ node: item, path: [key, index] }));
  if (key === 'tracking' && node.kind === 'map')
    return [...node.entries].map(([name, entry]) => ({
      node: { ...node, entries: new Map([[name, entry]]) },
      path: [key],
    }));
  if (key === 'tracking') return [{ node, path: [key] }];
  const remedy = node.kind === 'scalar' ? `Write ${key}: [${String(node.value)}]` : `Write a "-" before each of ${key}`;
  faults.add(node.place, { path: key, message: `found ${found(node)}`, allowed: 'Allowed: a list of plugins', remedy });
  return [];
}

function all<T>(values: readonly (T | undefined)[]): values is readonly T[] {
  return !values.includes(undefined);
}
