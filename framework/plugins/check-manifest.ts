import semver from 'semver';
import type { Kind, PluginManifest } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import { frameworkVersion } from '../base/system/version.ts';
import { alternatives, jsonSchemaOf } from './json-schema-of.ts';
import { aKind, kindNames } from './kinds.ts';

const remedy =
  'Its default export must be the result of definePlugin({kind, name, summary, framework, schema, create}).';

/**
 * Checks what a plugin's module exports by default.
 *
 * @param wanted the kind that it must be of; undefined for any
 * @param source what to call it in an error: `the package "x"`
 * @throws AblateError PLUGIN_INVALID
 */
export function checkManifest<K extends Kind>(
  exported: unknown,
  wanted: K | undefined,
  source: string,
): PluginManifest<K> {
  const refuse = (problem: string, what = remedy): never => {
    throw new AblateError('PLUGIN_INVALID', `${source} ${problem}`, { remedy: what });
  };
  if (typeof exported !== 'object' || exported === null) refuse('has no plugin as its default export');
  const manifest = exported as Partial<Record<string, unknown>>;
  if (!kindNames.includes(manifest.kind as Kind))
    refuse(`says it is of kind ${JSON.stringify(manifest.kind)}`, `Kinds: ${kindNames.join(', ')}.`);
  const kind = manifest.kind as Kind;
  if (wanted !== undefined && kind !== wanted)
    refuse(`is ${aKind(kind)}, not ${aKind(wanted)}`, `Name ${aKind(wanted)} here.`);
  if (typeof manifest.name !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(manifest.name))
    refuse(
      `has the name ${JSON.stringify(manifest.name)}`,
      'A plugin\'s name is kebab-case: lower-case letters, digits, "-".',
    );
  if (typeof manifest.summary !== 'string' || manifest.summary === '') refuse('has no summary');
  if (typeof manifest.create !== 'function') refuse('has no function "create"');
  if (kind === 'head' && typeof manifest.gives !== 'function')
    refuse('does not say what it gives', 'A head declares gives: (options) => ({scores, subCenters}).');
  const range = manifest.framework;
  if (typeof range !== 'string' || semver.validRange(range) === null)
    refuse(`has the framework range ${JSON.stringify(range)}`, `Write a range such as "^${frameworkVersion}".`);
  if (!semver.satisfies(frameworkVersion, range as string, { includePrerelease: true })) {
    refuse(
      `needs ablate-ml ${String(range)}, and this is ${frameworkVersion}`,
      'Install a version of the plugin for this ablate-ml, or another ablate-ml.',
    );
  }
  if (!isStrictSchema(manifest.schema))
    refuse(
      'has no strict zod object as its schema',
      'Write schema: z.strictObject({…}), so that unknown options are refused.',
    );
  return exported as PluginManifest<K>;
}

/**
 * Whether this is a zod 4 schema of an object that refuses unknown keys. By its shape: a plugin may bring its own zod.
 */
function isStrictSchema(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema) || !('safeParse' in schema)) return false;
  return alternatives(jsonSchemaOf(schema as never)).every(
    ({ type, additionalProperties }) => type === 'object' && additionalProperties === false,
  );
}
