import path from 'node:path';
import { studyStages } from './study-stages.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { declaredMetrics, type DeclaredMetrics } from '../../plugins/metric-meanings.ts';
import { addPointFaults, type CheckedPoint } from './point-faults.ts';
import { applyProfiles } from './apply-profiles.ts';
import { applySettings } from './apply-settings.ts';
import { withDefaultUses } from './default-uses.ts';
import { executedOptions } from './executed-options.ts';
import { expandMatrix, type ExpandedPoint } from './expand-matrix.ts';
import { FaultList } from './fault-list.ts';
import type { Inspections } from './inspections.ts';
import { interpolate } from './interpolate.ts';
import { nodeValue } from './node-value.ts';
import type { Plan } from './plan.ts';
import type { PlannedRun } from './planned-run.ts';
import { pointWords } from './point-words.ts';
import { readSpecFile } from './read-spec-file.ts';
import { withoutRemovals } from './merge-specs.ts';
import { resolveReferences } from './resolve-references.ts';
import { resolveRun } from './resolve-run.ts';
import { resolveUse } from './resolve-use.ts';
import { runId } from './run-id.ts';
import type { RunSpec } from './spec.ts';
import { loadStudy } from './load-study.ts';
import type { ResolveTree } from './searched-group.ts';
import type { MapNode } from './spec-node.ts';
import { keepTree } from './written-tree.ts';
import { hasStudy } from './study-settings.ts';

/** What a plan is loaded with beside its file. */
export interface PlanOptions {
  /** Names of the spec's `profiles`, merged over it in their order. */
  readonly profiles?: readonly string[];
  /** `path=value`, `path+=value` and `~path`, applied in order after the profiles. */
  readonly set?: readonly string[];
  /** Where `${env:NAME}` and MLFLOW_TRACKING_URI are looked up; the process's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  readonly catalogue: Catalogue;
  /** Folder that plugins and relative paths are resolved from; the file's own by default. */
  readonly from?: string;
  /** Gets the plugins that look at files, for whoever inspects them before the first run. */
  readonly inspections?: Inspections;
}

/**
 * Reads a spec, checks it whole and expands it to its runs. Loads the plugins that it names, and builds nothing.
 *
 * @throws SpecError with every fault, each with its place
 */
export async function loadPlan(
  file: string,
  {
    profiles = [],
    set = [],
    env = process.env,
    catalogue,
    from = path.dirname(path.resolve(file)),
    inspections,
  }: PlanOptions,
): Promise<Plan> {
  const absolute = path.resolve(file);
  const faults = new FaultList();
  const variants = await readSpecFile(absolute, env, faults);
  if (!variants) faults.throwIfAny();
  const composed = variants!.map(({ tree, parent }) => ({
    tree: compose(tree, { env, profiles, set, faults }),
    parent,
  }));
  const tree = resolveReferences(composed[0]!.tree, faults, ['search', 'protocol', 'launch']);
  const points = composed.flatMap(({ tree: one, parent }) =>
    expandMatrix(one, faults).map((point) =>
      parent ? { ...point, values: new Map([['extends', parent], ...point.values]) } : point,
    ),
  );
  const defaultName = path.basename(absolute).replace(/\.ya?ml$/i, '');

  const resolve: ResolveTree = async (node, own, secrets) => {
    const before = own.count;
    const referred = resolveReferences(node, own);
    if (own.count > before) return undefined;
    const spec = await resolveRun(referred, defaultName, { catalogue, from, faults: own, secrets, inspections });
    if (spec) keepTree(spec, referred);
    return spec;
  };

  if (hasStudy(tree)) {
    faults.throwIfAny();
    const declared = ({ evaluate }: RunSpec): Promise<DeclaredMetrics[]> =>
      declaredMetrics(
        evaluate.map(({ plugin }) => ({ plugin, from })),
        catalogue,
      );
    const study = await loadStudy(tree, points, { resolve, faults, declared });
    faults.throwIfAny();
    const { value } = await studyStages(study!, async () => undefined).next();
    const known = [...new Map(value!.runs.map(({ run }) => [run.id, run])).values()];
    const { name, description } = known[0]!.spec;
    return { name, description, file: absolute, pinsThreads: pinsThreads(points), runs: known, study: study! };
  }

  const runs: Omit<PlannedRun, 'id' | 'label'>[] = [];
  const checked: CheckedPoint[] = [];
  for (const { values, tree: node } of points) {
    const secrets: Record<string, string> = {};
    const own = new FaultList();
    const point = Object.fromEntries([...values].map(([key, { value }]) => [key, nodeValue(value, true)]));
    const spec = await resolve(node, own, secrets);
    checked.push({ point, faults: own.faults });
    if (spec) runs.push({ spec, secrets, point });
  }
  addPointFaults(checked, faults);
  const written = tree.entries.get('launch')?.value;
  const launcher =
    written && (await resolveUse('launcher', written, ['launch'], { catalogue, from, faults, secrets: {} }));
  faults.throwIfAny();

  const named = withNames(runs);
  refuseTwins(named, tree, faults);
  const { name, description } = named[0]!.spec;
  return {
    name,
    description,
    file: absolute,
    pinsThreads: pinsThreads(points),
    ...(launcher && { launch: launcher.use, executed: executedOptions(launcher) }),
    runs: named,
  };
}

/** The tree that the spec's own runs are made of: profiles, default plugins, settings and the environment in it. */
function compose(
  tree: MapNode,
  {
    env,
    profiles,
    set,
    faults,
  }: Required<Pick<PlanOptions, 'env' | 'profiles' | 'set'>> & { readonly faults: FaultList },
): MapNode {
  const profiled = withoutRemovals(applyProfiles(tree, profiles, faults), faults);
  return interpolate(applySettings(withDefaultUses(profiled, env), set, faults), env, faults) as MapNode;
}

const pinsThreads = (points: readonly ExpandedPoint[]): boolean =>
  points.every(({ tree }) => tree.entries.has('threads'));

function withNames(runs: readonly Omit<PlannedRun, 'id' | 'label'>[]): PlannedRun[] {
  const words = pointWords(runs.map(({ point }) => point));
  return runs.map((run, index) => {
    const { stable, label } = words[index]!;
    const losses = run.spec.losses.map(({ plugin }) => plugin).join(' + ');
    return { ...run, id: runId(stable.length ? stable : [losses], run), label: label || losses };
  });
}

function refuseTwins(runs: readonly PlannedRun[], tree: MapNode, faults: FaultList): void {
  const matrix = tree.entries.get('matrix');
  const seen = new Map<string, PlannedRun>();
  for (const run of runs) {
    const twin = seen.get(run.id);
    if (twin) {
      faults.add((matrix?.value ?? tree).place, {
        path: 'matrix',
        message: `two points are the same run: ${JSON.stringify(twin.point)} and ${JSON.stringify(run.point)}`,
        remedy: 'Remove one of them',
      });
    }
    seen.set(run.id, run);
  }
  faults.throwIfAny();
}
