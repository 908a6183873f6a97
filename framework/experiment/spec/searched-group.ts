import { drawEvenly, ends, untried, type Range } from '../search-methods/range.ts';
import type { Random } from '../../base/random/random.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { FaultList } from './fault-list.ts';
import type { PlacedRange } from './find-ranges.ts';
import type { FoldPlace } from './fold-place.ts';
import { valueNode } from './node-value.ts';
import type { PlannedRun } from './planned-run.ts';
import { optionWords } from './point-words.ts';
import { runId } from './run-id.ts';
import { setAt } from './set-at.ts';
import { pathText } from './spec-path.ts';
import type { MapNode, Place } from './spec-node.ts';
import type { RunSpec } from './spec.ts';
import type { ProtocolSettings, WrittenSearchSettings } from './study-schema.ts';
import type { Corner, StudyGroup, Trial } from './study.ts';

/** Checks one run and fills in its defaults; undefined where `faults` then says what is wrong. */
export type ResolveTree = (
  tree: MapNode,
  faults: FaultList,
  secrets: Record<string, string>,
) => Promise<RunSpec | undefined>;

/** What a group is made of. */
export interface GroupParts {
  readonly name: string;
  /** Words that stay the same whatever siblings it has. */
  readonly words: readonly string[];
  readonly point: Readonly<Record<string, unknown>>;
  readonly tree: MapNode;
  readonly ranges: ReadonlyMap<string, PlacedRange>;
  /** Of a protocol. */
  readonly fold: FoldPlace | undefined;
  readonly search: WrittenSearchSettings | undefined;
  readonly protocol: ProtocolSettings | undefined;
  readonly resolve: ResolveTree;
}

/** What one run is made of, beside its group. */
interface RunParts {
  readonly values: ReadonlyMap<string, unknown>;
  readonly fold?: number | undefined;
  readonly seed?: number;
  readonly test?: 'locked' | 'once' | undefined;
}

/** A point of the matrix whose ranges are searched, or which a protocol trains on its folds with its seeds. */
export class SearchedGroup implements StudyGroup {
  readonly name: string;
  readonly point: Readonly<Record<string, unknown>>;
  readonly ranges: ReadonlyMap<string, Range>;
  readonly corners: Corner[] = [];
  readonly #parts: GroupParts;
  /** Values of the first trials, no two of them the same. */
  readonly #drawn: ReadonlyMap<string, unknown>[] = [];
  /** The spec's own seed. */
  #seed = 0;

  constructor(parts: GroupParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.point = parts.point;
    this.ranges = new Map([...parts.ranges].map(([path, { range }]) => [path, range]));
  }

  /** Resolves the group at the ends of its ranges, and tells what is wrong there; gives one of its runs. */
  async check(faults: FaultList): Promise<RunSpec | undefined> {
    const lowest = new Map([...this.ranges].map(([path, range]) => [path, ends(range)[0]]));
    const corners = [
      lowest,
      ...[...this.ranges].flatMap(([path, range]) =>
        ends(range)
          .slice(1)
          .map((value) => new Map([...lowest, [path, value]])),
      ),
    ];
    for (const values of corners) {
      const own = new FaultList();
      const found = await this.#parts.resolve(
        this.#tree({ values, fold: this.#parts.fold && 0, test: 'locked' }),
        own,
        {},
      );
      for (const fault of own.faults) faults.addFault(fault);
      if (found) this.corners.push({ values, spec: found });
    }
    const spec = this.corners[0]?.spec;
    if (spec && this.#parts.search && spec.train.validateEvery === 0) {
      faults.add(this.#parts.tree.place, {
        path: 'train.validateEvery',
        message: 'a search decides by the validation split, and train.validateEvery is 0',
        remedy: 'Write how many epochs lie between two validations',
      });
    }
    this.#seed = spec?.seed ?? 0;
    return spec;
  }

  draw(trial: number): ReadonlyMap<string, unknown> {
    while (this.#drawn.length <= trial) {
      const random = this.random(this.#drawn.length);
      this.#drawn.push(untried(this.#drawn, () => drawEvenly(this.ranges, random)));
    }
    return this.#drawn[trial]!;
  }

  random(trial: number): Random {
    return new RandomStreams(this.#parts.search?.seed ?? 0, `search/${this.#parts.words.join('/')}/`).stream(
      'trial',
      trial,
    );
  }

  async trial(number: number, values: ReadonlyMap<string, unknown>): Promise<Trial> {
    const { protocol, search } = this.#parts;
    const folds = protocol ? Array.from({ length: search?.folds ?? protocol.folds }, (_, fold) => fold) : [undefined];
    return {
      number,
      values,
      runs: await Promise.all(folds.map((fold) => this.#run({ values, fold, test: 'locked' }))),
    };
  }

  async finals(values: ReadonlyMap<string, unknown>): Promise<readonly PlannedRun[]> {
    const { protocol } = this.#parts;
    if (!protocol) return [];
    const test = protocol.lockTest ? ('once' as const) : undefined;
    const each = Array.from({ length: protocol.seeds * protocol.folds }, (_, index) => ({
      seed: this.#seed + Math.floor(index / protocol.folds),
      fold: index % protocol.folds,
    }));
    return Promise.all(each.map((where) => this.#run({ values, ...where, test })));
  }

  async #run(parts: RunParts): Promise<PlannedRun> {
    const faults = new FaultList();
    const secrets: Record<string, string> = {};
    const spec = await this.#parts.resolve(this.#tree(parts), faults, secrets);
    faults.throwIfAny();
    const { fold: place, protocol, search } = this.#parts;
    const { values, fold, seed } = parts;
    const where = [...(fold === undefined ? [] : [`fold ${fold}`]), ...(seed === undefined ? [] : [`seed ${seed}`])];
    // A final run is the group's; which values were chosen for it is in its spec.
    const chosen = seed === undefined ? optionWords(values) : [];
    const shownFold = seed !== undefined || (protocol && search?.folds !== 1) ? where : [];
    const point = {
      ...this.#parts.point,
      ...(seed === undefined && Object.fromEntries(values)),
      ...(place && fold !== undefined && { [pathText([...place.segments, 'fold'])]: fold }),
      ...(seed !== undefined && { seed }),
    };
    const run = { spec: spec!, secrets, point };
    return {
      ...run,
      id: runId([...this.#parts.words, ...chosen, ...where], run),
      label: [this.name, ...chosen, ...shownFold].filter(Boolean).join(' · '),
    };
  }

  #tree({ values, fold, seed, test }: RunParts): MapNode {
    const { fold: place, ranges, protocol, tree } = this.#parts;
    const set = (root: MapNode, segments: readonly string[], value: unknown, at: Place = tree.place): MapNode =>
      setAt(root, segments, valueNode(value, at), at) as MapNode;
    let node = [...values].reduce(
      (root, [path, value]) => set(root, ranges.get(path)!.segments, value, ranges.get(path)!.place),
      tree,
    );
    if (place && fold !== undefined)
      node = set(node, place.segments, { ...place.rest, by: 'fold', folds: protocol!.folds, fold });
    if (seed !== undefined) node = set(node, ['seed'], seed);
    return test === undefined ? node : set(node, ['test'], test);
  }
}
