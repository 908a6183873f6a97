import type { ClassContext, InnerUse, LossPart, PairParts, PluginManifest } from 'ablate-ml';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';

const catalogue = await createCatalogue();
const manifests = new Map<string, PluginManifest>();
for (const kind of ['distance', 'miner', 'reducer'] as const)
  for (const { manifest } of await catalogue.builtIn(kind)) manifests.set(`${kind} ${manifest.name}`, manifest);

type Uses = { readonly [Part in keyof PairParts]?: InnerUse };

function made(kind: LossPart, use: InnerUse): unknown {
  const [name, options] = typeof use === 'string' ? [use, {}] : Object.entries(use)[0]!;
  const manifest = manifests.get(`${kind} ${name}`)!;
  return manifest.create(manifest.schema.parse(options), {} as ClassContext);
}

/** The parts that options name, of the plugins that come with Ablate. */
export function partsOf({ distance, miner, reducer }: Uses): PairParts {
  const part = (kind: LossPart, use: InnerUse | undefined): unknown => use && made(kind, use);
  return {
    distance: part('distance', distance),
    miner: part('miner', miner),
    reducer: part('reducer', reducer),
  } as PairParts;
}

/** A pair loss with the parts that its options name. */
export const withParts = <Options extends Uses, Made>(
  make: (options: Options, parts: PairParts) => Made,
  options: Options,
): Made => make(options, partsOf(options));
