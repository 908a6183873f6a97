import type { Kind, PluginManifest } from '../contracts/plugin.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { optionTable, type OptionRow } from './option-table.ts';

/** What `ablate describe` tells of a plugin. */
export interface PluginDescription {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly origin: string;
  /** The package or file it lies in, or that it comes with Ablate. */
  readonly source: string;
  readonly version: string;
  /** Range of framework versions. */
  readonly framework: string;
  /** What it asks of the other plugins of a spec, a sentence each. */
  readonly needs: readonly string[];
  readonly options: readonly OptionRow[];
}

/** Describes a loaded plugin from its manifest and schema. */
export function describePlugin({ manifest, origin, source: words, version }: CatalogueEntry): PluginDescription {
  const { kind, name, summary, framework, schema } = manifest;
  const source = origin === 'built-in' ? origin : words.replace(/^The /, '');
  return {
    kind,
    name,
    summary,
    origin,
    source,
    version,
    framework,
    needs: needsOf(manifest),
    options: optionTable(schema),
  };
}

function needsOf(manifest: PluginManifest): string[] {
  const defaults = manifest.schema.safeParse({});
  if (manifest.kind === 'evaluator')
    return (manifest as PluginManifest<'evaluator'>).predictions ? ['Needs a head.'] : [];
  if (!defaults.success) return [];
  if (manifest.kind === 'head') {
    const { scores } = (manifest as PluginManifest<'head'>).gives(defaults.data);
    return [`Gives ${scores === 'cosine' ? 'cosines' : 'logits'}.`];
  }
  if (manifest.kind !== 'loss') return [];
  const { scores, subCenters, positives } = (manifest as PluginManifest<'loss'>).needs?.(defaults.data) ?? {};
  return [
    ...(scores ? [`Needs a head that gives ${scores === 'cosine' ? 'cosines' : 'logits'}.`] : []),
    ...(subCenters ? [`Needs ${subCenters} sub-centers a class.`] : []),
    ...(positives ? ['Needs a sampler that puts at least two images of a class into a batch.'] : []),
  ];
}
