import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Backbone, BackboneBlock, ForwardMode } from '../../contracts/backbone.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { FreezeUse } from '../../experiment/spec/spec.ts';
import { throughBlocks } from '../../math/layers/blocks.ts';
import { withoutGradient } from '../../math/ops/without-gradient.ts';
import { isInPart, requirePart } from './parameter-groups.ts';

/** A backbone of which parts stay as they are for a time. */
export interface Frozen {
  readonly backbone: Backbone;
  /** The first step that trains a parameter, by its name within the backbone; Infinity where none does. */
  since(name: string): number;
  /** The blocks from the input on of which nothing is ever trained. */
  readonly still: readonly BackboneBlock[];
  /** Steps at which something begins to be trained, rising. */
  readonly thaws: readonly number[];
}

/** What one entry of `freeze` holds. */
interface Hold {
  /** The first step that it does not hold. */
  readonly until: number;
  /** Names of parameters, within the backbone. */
  readonly names: ReadonlySet<string>;
  /** Whether a normalization's running statistics stay. */
  readonly isFixed: (layer: string) => boolean;
}

/**
 * Freezes parts of a backbone. The blocks from the input on of which nothing is trained run as in evaluation and
 * outside of the gradient, so that they keep no activation; elsewhere what is frozen costs no gradient of its own.
 *
 * @param whole the backbone that `freeze` speaks of, where this one is the rest of it
 * @throws AblateError SPEC_INVALID where nothing is there that `freeze` names
 */
export function freeze(
  backbone: Backbone,
  use: FreezeUse | readonly FreezeUse[] | undefined,
  stepsPerEpoch: number,
  whole: Backbone = backbone,
): Frozen {
  if (!use) return { backbone, since: () => 0, still: [], thaws: [] };
  const uses = Array.isArray(use) ? (use as readonly FreezeUse[]) : [use as FreezeUse];
  const holds = uses.map((one, index): Hold => {
    const path = Array.isArray(use) ? `backbone.freeze.${index}` : 'backbone.freeze';
    const names = frozenNames(whole, one, path);
    const isFixed = (layer: string): boolean => one.batchNorm !== undefined || names.has(`${layer}/mean`);
    return { until: untilStep(one.until, stepsPerEpoch), names, isFixed };
  });
  const since = (name: string): number =>
    Math.max(0, ...holds.filter(({ names }) => names.has(name)).map(({ until }) => until));
  const all: BackboneBlock = {
    parameters: backbone.parameters,
    forward: (images, mode) => backbone.forward(images as Tensor4D, mode),
  };
  const blocks = backbone.blocks ?? [all];
  /** The blocks before the first that is trained while these hold. */
  const stillUnder = (active: readonly Hold[]): readonly BackboneBlock[] => {
    const first = blocks.findIndex(({ parameters }) =>
      parameters.some(({ name }) => !active.some(({ names }) => names.has(name))),
    );
    return first < 0 ? blocks : blocks.slice(0, first);
  };
  const forward: Backbone['forward'] = (images, mode) => {
    const active = mode.training ? holds.filter(({ until }) => mode.step < until) : [];
    if (active.length === 0) return backbone.forward(images, mode);
    const still = stillUnder(active);
    const moving = blocks.slice(still.length);
    const evaluation: ForwardMode = { training: false, step: mode.step };
    const features =
      still.length > 0 ? withoutGradient(() => throughBlocks(still, images, evaluation).clone()) : images;
    const fixed: ForwardMode = { ...mode, frozen: (layer) => active.some(({ isFixed }) => isFixed(layer)) };
    return throughBlocks(moving, features, fixed) as Tensor2D;
  };
  const thaws = [...new Set(holds.map(({ until }) => until))].filter(Number.isFinite).sort((one, two) => one - two);
  const still = stillUnder(holds.filter(({ until }) => until === Infinity));
  return { backbone: { ...backbone, forward }, since, still, thaws };
}

/** The step of `1 epoch` or `200 steps`. */
function untilStep(until: string | undefined, stepsPerEpoch: number): number {
  if (until === undefined) return Infinity;
  const [count, unit] = until.split(' ') as [string, string];
  return Number(count) * (unit.startsWith('epoch') ? stepsPerEpoch : 1);
}

/** Names of the parameters that an entry of `freeze` holds, state among them. */
function frozenNames({ parameters, blocks }: Backbone, { stages, batchNorm }: FreezeUse, path: string): Set<string> {
  const names = new Set<string>();
  const add = (some: readonly { readonly name: string }[]): void => {
    for (const { name } of some) names.add(name);
  };
  if (stages === 'all') add(parameters);
  else if (typeof stages === 'number') {
    const last = Math.max(-1, ...(blocks ?? []).map(({ stage = -1 }) => stage));
    if (!blocks || stages > last)
      throw new AblateError(
        'SPEC_INVALID',
        blocks
          ? `${path}.stages: the backbone has the stages 0 (its stem) to ${last}, and ${stages} are to stay.`
          : `${path}.stages: this backbone does not say what its stages are.`,
        { remedy: "Name parts by the beginning of their parameters' names, or write stages: all." },
      );
    for (const { stage = Infinity, parameters: own } of blocks) if (stage <= stages) add(own);
  } else
    for (const part of stages ?? []) {
      requirePart(part, parameters, `${path}.stages`);
      add(parameters.filter(({ name }) => isInPart(name, part)));
    }
  if (batchNorm === undefined) return names;
  const layers = parameters.flatMap(({ name, trainable }) => {
    const [, layer] = trainable ? [] : (/^(.+)\/(?:moving_)?mean$/.exec(name) ?? []);
    return layer === undefined ? [] : [layer];
  });
  if (layers.length === 0)
    throw new AblateError('SPEC_INVALID', `${path}.batchNorm: the backbone has no batch normalization.`, {
      remedy: 'Leave it out.',
    });
  if (batchNorm === 'all')
    for (const layer of layers) add(parameters.filter(({ name }) => name.startsWith(`${layer}/`)));
  return names;
}
