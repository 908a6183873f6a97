import type { Loss } from '../../../contracts/loss.ts';
import type { PluginManifest } from '../../../contracts/plugin.ts';
import { z } from 'zod';
import * as tf from '@tensorflow/tfjs';
import { makeComponent } from '../../../plugins/make-component.ts';
import { entryOf } from '../rules/entry-of.ts';
import { AblateError } from '../../../base/errors/ablate-error.ts';

type LossManifest = PluginManifest<'loss'>;

/** Joint supervisions that have reference cases of their own, by the name their file gives them. */
export const compositions: Readonly<Record<string, string>> = { 'joint-softmax-center': 'softmax+center' };

/** The options of `manifest` that are among `options`, by the keys of its schema. */
function share(manifest: LossManifest, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = manifest.schema instanceof z.ZodObject ? Object.keys(manifest.schema.shape) : [];
  return Object.fromEntries(Object.entries(options).filter(([name]) => keys.includes(name)));
}

/**
 * Makes the sum of several losses as one, with weight 1 each, so that a joint supervision is checked as a whole. Each
 * takes the options that its schema knows.
 *
 * @throws AblateError USAGE where two of them need different scores
 */
export function composeLosses(manifests: readonly LossManifest[]): LossManifest {
  const [first, ...rest] = manifests;
  if (rest.length === 0) return first!;
  const shapes = manifests.map(({ schema }) => (schema instanceof z.ZodObject ? schema.shape : {}));
  const name = manifests.map((manifest) => manifest.name).join('+');
  return {
    kind: 'loss',
    name,
    summary: `the sum of ${manifests.map((manifest) => manifest.name).join(' and ')}`,
    framework: first!.framework,
    schema: z.strictObject(Object.assign({}, ...shapes) as z.ZodRawShape),
    needs: (options) => {
      const needs = manifests.map(
        (manifest) => manifest.needs?.(share(manifest, options as Record<string, unknown>) as never) ?? {},
      );
      const scores = new Set(needs.flatMap((need) => need.scores ?? []));
      if (scores.size > 1)
        throw new AblateError('USAGE', `${name}: the losses need different heads (${[...scores].join(' and ')}).`, {
          remedy: 'Compose losses that work on the same scores.',
        });
      return Object.assign({}, ...needs);
    },
    parts: (options) =>
      manifests.flatMap(
        (manifest) => manifest.parts?.(share(manifest, options as Record<string, unknown>) as never) ?? [],
      ),
    invariances: (options) => {
      const each = manifests.map(
        (manifest) => manifest.invariances?.(share(manifest, options as Record<string, unknown>) as never) ?? [],
      );
      return each[0]!.filter((invariance) => each.every((those) => those.includes(invariance)));
    },
    async create(options, context): Promise<Loss> {
      const losses = await Promise.all(
        manifests.map((manifest) =>
          makeComponent(entryOf(manifest), live(options as Record<string, unknown>, manifest), context),
        ),
      );
      const withLogits = losses.find((loss) => loss.logits);
      return {
        parameters: losses.flatMap((loss) => loss.parameters),
        forward(input) {
          const outputs = losses.map((loss) => loss.forward(input));
          return {
            value: tf.addN(outputs.map(({ value }) => value)) as tf.Scalar,
            parts: Object.assign({}, ...outputs.map(({ parts }) => parts ?? {})),
          };
        },
        ...(withLogits && { logits: (input) => withLogits.logits!(input) }),
        update(input) {
          for (const loss of losses) loss.update?.(input);
        },
      };
    },
  };
}

/** A view of one loss's share that reads through, so that a scheduled number stays live. */
function live(options: Readonly<Record<string, unknown>>, manifest: LossManifest): Readonly<Record<string, unknown>> {
  const view = {};
  for (const name of Object.keys(share(manifest, options)))
    Object.defineProperty(view, name, { enumerable: true, get: () => options[name] });
  return view;
}
