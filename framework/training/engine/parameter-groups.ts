import type { BackboneBlock } from '../../contracts/backbone.ts';
import type { Parameter, ParameterGroup } from '../../contracts/parameter.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import type { BackboneParametersUse, ParametersUse } from '../../experiment/spec/spec.ts';

/**
 * Tells whether a parameter belongs to a part: the part is its name's beginning, up to a `/`, or, with a `*` at its
 * end, up to anywhere.
 */
export const isInPart = (name: string, part: string): boolean =>
  part.endsWith('*') ? name.startsWith(part.slice(0, -1)) : name === part || name.startsWith(`${part}/`);

/** @throws AblateError SPEC_INVALID where no parameter's name begins with `part` */
/** Throws an `AblateError` at `path` unless a parameter's name begins with `part`. */
export function requirePart(part: string, parameters: readonly Parameter[], path: string): void {
  if (parameters.some(({ name }) => isInPart(name, part))) return;
  const names = [...new Set(parameters.map(({ name }) => name.split('/')[0]!))];
  const meant = didYouMean(part, names);
  throw new AblateError('SPEC_INVALID', `${path}: no parameter's name begins with "${part}".`, {
    remedy: `${meant ? `${meant} ` : ''}Its names begin with: ${names.join(', ')}.`,
  });
}

/**
 * Puts parameters into the groups that a spec puts them in, which go over those that the plugin gave them.
 *
 * @param path where the spec says it: `head.parameters`
 * @param blocks of a backbone, where rates may fall from block to block
 * @throws AblateError SPEC_INVALID where a group names no parameter, or there are no blocks for `layerDecay`
 */
export function grouped(
  parameters: readonly Parameter[],
  use: BackboneParametersUse | undefined,
  path: string,
  blocks?: readonly BackboneBlock[],
): readonly Parameter[] {
  if (!use) return parameters;
  const { parts = {}, layerDecay, ...whole } = use;
  const trained = parameters.filter(({ trainable }) => trainable);
  if (trained.length === 0)
    throw new AblateError('SPEC_INVALID', `${path}: there are no parameters here that are trained.`, {
      remedy: 'Leave it out.',
    });
  for (const part of Object.keys(parts)) requirePart(part, trained, `${path}.parts`);
  const factors = layerDecay === undefined ? undefined : layerFactors(layerDecay, path, blocks);
  return parameters.map((parameter) => {
    if (!parameter.trainable) return parameter;
    const { name } = parameter;
    // The longest name says most exactly what is meant.
    const [part] = Object.keys(parts)
      .filter((one) => isInPart(name, one))
      .sort((one, other) => other.length - one.length);
    const { decays, ...group }: ParametersUse = { ...whole, ...(part !== undefined && parts[part]) };
    const all: ParameterGroup = { ...parameter.group, ...group };
    const rateMultiple = factors ? (all.rateMultiple ?? 1) * (factors.get(name) ?? 1) : all.rateMultiple;
    return {
      ...parameter,
      weightDecay: decaysBy(parameter, decays),
      group: { ...all, ...(rateMultiple !== undefined && { rateMultiple }) },
    };
  });
}

function decaysBy({ name, variable, rows, weightDecay }: Parameter, decays: ParametersUse['decays']): boolean {
  if (decays === 'all') return true;
  // As timm's optimizers: neither vectors nor what is called a bias.
  if (decays === 'matrices') return (rows?.shape ?? variable.shape).length > 1 && !name.endsWith('bias');
  return weightDecay;
}

/**
 * Factors of the learning rate by parameter: 1 in the last group of blocks, `decay` in the one before it, and so on
 * (Bao et al., BEiT, ICLR 2022; grouped as timm's `param_groups_layer_decay`).
 */
function layerFactors(
  decay: number,
  path: string,
  blocks: readonly BackboneBlock[] | undefined,
): ReadonlyMap<string, number> {
  if (!blocks)
    throw new AblateError('SPEC_INVALID', `${path}.layerDecay: this backbone does not say what its blocks are.`, {
      remedy: `Give rates by ${path}.parts instead.`,
    });
  const places = new Map<string, number>();
  let place = -1;
  let isOpen = false;
  for (const { parameters, joined } of blocks) {
    if (parameters.length === 0) continue;
    if (place < 0 || (joined !== 'before' && !isOpen)) place++;
    isOpen = joined === 'behind';
    for (const { name } of parameters) places.set(name, place);
  }
  return new Map([...places].map(([name, own]) => [name, decay ** (place - own)]));
}
