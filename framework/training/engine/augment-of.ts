import { pathToFileURL } from 'node:url';
import type { Augment, Augmentation, AugmentationList, ImageSize } from '../../contracts/augmentation.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { trainLists } from '../../experiment/spec/train-lists.ts';
import type { AugmentSpec, PluginUse } from '../../experiment/spec/spec.ts';
import type { Catalogue, CatalogueEntry } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { numberedNames } from './numbered-names.ts';

/** What making augmentations needs. */
export interface AugmentSources {
  readonly catalogue: Catalogue;
  readonly baseDirectory: string;
  readonly streams: RandomStreams;
}

/**
 * Makes the lists that a spec has images go through; undefined where it has none.
 *
 * @throws AblateError as a plugin does that cannot be made
 */
export async function augmentOf(spec: AugmentSpec | undefined, sources: AugmentSources): Promise<Augment | undefined> {
  if (!spec) return undefined;
  return {
    train: await Promise.all(
      trainLists(spec).map((list, view, { length }) =>
        listOf(length === 1 ? 'augment.train' : `augment.train.${view}`, list, sources),
      ),
    ),
    test: await listOf('augment.test', spec.test, sources),
  };
}

async function listOf(
  path: string,
  uses: readonly PluginUse[],
  { catalogue, baseDirectory, streams }: AugmentSources,
): Promise<AugmentationList> {
  const names: string[] = [];
  const entries: { entry: CatalogueEntry<'augmentation'>; options: PluginUse['options']; made: Augmentation }[] = [];
  for (const { plugin, options } of uses) {
    const entry = await catalogue.load('augmentation', plugin, baseDirectory);
    names.push(entry.manifest.name);
    entries.push({ entry, options, made: await makeComponent(entry, options, { streams }) });
  }
  const numbered = numberedNames(names);
  return {
    path,
    steps: entries.map(({ entry, options }, index) => ({
      name: numbered[index]!,
      module: pathToFileURL(entry.file).href,
      options,
    })),
    sizeAfter: (size) => entries.reduce((before, { made }, index) => sizeAfter(made, before, `${path}.${index}`), size),
  };
}

/** One that changes some images alone leaves several sizes where it changes the size. */
function sizeAfter(made: Augmentation, before: ImageSize | undefined, path: string): ImageSize | undefined {
  if (made.p === 0) return before;
  try {
    const after = made.sizeAfter(before);
    return made.p < 1 && String(after) !== String(before) ? undefined : after;
  } catch (cause) {
    if (!(cause instanceof AblateError)) throw cause;
    throw new AblateError(cause.code, `${path}: ${cause.problem}`, { remedy: cause.remedy, cause });
  }
}
