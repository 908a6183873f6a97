import * as tf from '@tensorflow/tfjs';
import type { Loss, LossNeeds } from '../../../contracts/loss.ts';
import type { Miner } from '../../../contracts/miner.ts';
import type {
  ClassContext,
  Components,
  Contexts,
  InnerUse,
  LossPart,
  PluginManifest,
} from '../../../contracts/plugin.ts';
import { makeComponent } from '../../../plugins/make-component.ts';
import { entryOf } from '../rules/entry-of.ts';
import { resolveInnerUse } from '../../../plugins/resolve-inner-use.ts';
import { AblateError } from '../../../base/errors/ablate-error.ts';
import { createCatalogue } from '../../../plugins/load-catalogue.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { columnSize } from '../../../training/engine/seen-columns.ts';
import type { CheckOptions } from '../rules/check-options.ts';
import { writeParameter } from '../rules/parameter-values.ts';
import type { GivenTriplets, LossCase } from './loss-case.ts';

/** A loss plugin with one set of options: what the rules of losses are applied to. */
export interface LossSubject {
  readonly manifest: PluginManifest<'loss'>;
  /** After the schema. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly needs: LossNeeds;
  /** Devices, by name, that a result must agree on. */
  readonly devices: readonly string[];
  /** The plugin's folder, where it is known. */
  readonly location?: string | undefined;
}

/** Makes the subject of a manifest whose options have been parsed. */
export function lossSubject(
  manifest: PluginManifest<'loss'>,
  options: Readonly<Record<string, unknown>>,
  { devices = [], location }: Pick<CheckOptions, 'devices' | 'location'> = {},
): LossSubject {
  return { manifest, options, devices, location, needs: manifest.needs?.(options as never) ?? {} };
}

/**
 * Makes the loss for the shapes of `input` and puts the input's values into its parameters. Dispose it with
 * `disposeLoss`.
 *
 * @throws AblateError PLUGIN_INVALID where the input sets a parameter that the loss has not, or of another size
 */
export async function makeLoss(
  subject: Pick<LossSubject, 'manifest' | 'options' | 'location'>,
  input: LossCase,
): Promise<Loss> {
  const entry = entryOf(subject.manifest, subject.location);
  const loss = await makeComponent(entry, subject.options, contextOf(input));
  for (const [name, values] of Object.entries(input.parameters)) {
    const parameter = loss.parameters.find((candidate) => candidate.name === name);
    const size = parameter?.variable.size;
    if (!parameter || size !== values.length) {
      const names =
        loss.parameters.map((each) => `${each.name} [${each.variable.shape.join(', ')}]`).join(', ') || 'none';
      disposeLoss(loss);
      throw new AblateError(
        'PLUGIN_INVALID',
        `The case sets a parameter "${name}" of ${values.length} numbers; the loss has ${names}`,
        {
          remedy:
            'Name the parameter as the reference files do: centers, proxies, radius, or the name of the running state.',
        },
      );
    }
    writeParameter(parameter, values);
  }
  return loss;
}

/** What a run gives a loss, with wrapped losses and parts found as a run in the current folder would find them. */
function contextOf(input: LossCase): ClassContext {
  const context = {
    dim: input.embedding.columns,
    classes: input.classes,
    ...(input.classCounts && { classCounts: input.classCounts }),
    ...(input.columns && {
      columns: Object.fromEntries(
        Object.entries(input.columns).map(([name, column]) => [name, { kind: column.kind, size: columnSize(column) }]),
      ),
    }),
    streams: new RandomStreams(1, 'check/'),
  };
  const catalogue = createCatalogue();
  const component = async <K extends LossPart>(kind: K, use: InnerUse): Promise<Components[K]> => {
    if (kind === 'miner' && input.triplets) return minerOf(input.triplets) as Components[K];
    const where = { catalogue: await catalogue, baseDirectory: process.cwd() };
    const { entry, options } = await resolveInnerUse(kind, use, where);
    return makeComponent(entry, options, { ...context, component } as Contexts[K]);
  };
  return { ...context, component };
}

/** A miner that chooses the triplets of a reference case. */
const minerOf = ({ rows, counts }: GivenTriplets): Miner => ({
  mine: () => ({
    triplets: (begin, count) =>
      tf.tensor3d(counts.subarray(begin * rows * rows, (begin + count) * rows * rows), [count, rows, rows]),
  }),
});

/** Disposes a loss's variables. */
export function disposeLoss(loss: Loss): void {
  for (const { variable } of loss.parameters) variable.dispose();
}
