import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Document, isMap, isScalar, isSeq, parse, visit } from 'yaml';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { fromInsightface, insightfaceBase } from './from-insightface.ts';
import { fromOml, withOmlGroups } from './from-oml.ts';
import { fromPowerfulBenchmarker } from './from-powerful-benchmarker.ts';
import { mergeBenchmarkerFiles } from './merge-benchmarker-files.ts';
import { readPythonConfig } from './python-config.ts';
import { isConfigMap, SourceConfig } from './source-config.ts';

/** Programs whose configurations can be read, by the name of the command line. */
export const sources: Readonly<Record<string, string>> = {
  oml: "open-metric-learning's training configurations (YAML)",
  insightface: "configurations of insightface's arcface_torch (Python, read and not run)",
  'powerful-benchmarker': "powerful-benchmarker's configurations (YAML): its folder of files, or several files",
};

/** A spec made of another program's configuration. */
export interface ImportedSpec {
  /** Name of the experiment. */
  readonly name: string;
  /** The spec as YAML, with what follows as comments at its head. */
  readonly text: string;
  /** What the spec does not have, a line each: `precision 16: …`. */
  readonly notCarried: readonly string[];
  /** What to know or to do before it is run, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads the configuration of another program and makes a spec of it. What has no counterpart and must be chosen stands in
 * the spec by its own name, so that `ablate validate` refuses it until something is chosen.
 *
 * @throws AblateError USAGE, DATA_NOT_FOUND, DATA_INVALID
 */
export function importSpec(source: string, files: readonly string[]): ImportedSpec {
  if (!Object.hasOwn(sources, source))
    throw new AblateError('USAGE', `There is no importer "${source}".`, {
      remedy: `Importers: ${Object.keys(sources).join(', ')}.`,
    });
  const name = nameOf(files);
  if (source === 'powerful-benchmarker') {
    const config = new SourceConfig(mergeBenchmarkerFiles(files.flatMap(benchmarkerFiles).map(readYaml)));
    return imported(name, files, config, fromPowerfulBenchmarker(config));
  }
  const [file, ...others] = files as [string, ...string[]];
  if (others.length > 0)
    throw new AblateError('USAGE', `${source} has one file a configuration.`, {
      remedy: `Leave ${others.map(shownFile).join(', ')} out.`,
    });
  if (source === 'oml') {
    const config = new SourceConfig(resolved(withOmlGroups(readYaml(file))));
    return imported(name, files, config, fromOml(config));
  }
  const base = path.join(path.dirname(file), 'base.py');
  const before = existsSync(base) ? readPythonConfig(readText(base), insightfaceBase) : undefined;
  const { values, unread } = readPythonConfig(readText(file), before?.values ?? insightfaceBase);
  const config = new SourceConfig(values);
  for (const line of [...(before?.unread ?? []), ...unread])
    config.notes.push(`Not read, since it is more than a literal: ${line}`);
  return imported(name, files, config, fromInsightface(config));
}

function nameOf(files: readonly string[]): string {
  const [first] = files;
  if (first === undefined) throw new AblateError('USAGE', 'No configuration is named.', { remedy: 'Name its file.' });
  const name = path.basename(path.resolve(first)).replace(/\.\w+$/, '');
  return /^[\p{L}\p{N}]/u.test(name) ? name.replaceAll(/[^\p{L}\p{N} ._+-]/gu, '-') : 'imported';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AblateError('DATA_NOT_FOUND', `${shownFile(file)} cannot be read: ${(cause as Error).message}.`, {
      cause,
      remedy: 'Name the configuration by its path.',
    });
  }
}

function readYaml(file: string): Record<string, unknown> {
  const text = readText(file);
  try {
    const tree: unknown = parse(text);
    if (isConfigMap(tree)) return tree;
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${shownFile(file)} is no YAML: ${(cause as Error).message.split('\n')[0]}`, {
      cause,
      remedy: 'Name the configuration that the program reads.',
    });
  }
  throw new AblateError('DATA_INVALID', `${shownFile(file)} holds no map of settings.`, {
    remedy: 'Name the configuration that the program reads.',
  });
}

/** The files of a folder of categories (`config_models/default.yaml`), or of one category; a file is itself. */
function benchmarkerFiles(file: string): string[] {
  if (!existsSync(file) || !statSync(file).isDirectory()) return [file];
  const categories = [
    'dataset',
    'eval',
    'factories',
    'general',
    'loss_and_miners',
    'models',
    'optimizers',
    'transforms',
  ];
  const found = categories
    .map((category) => path.join(file, `config_${category}`, 'default.yaml'))
    .filter((candidate) => existsSync(candidate));
  if (found.length > 0) return found;
  throw new AblateError('DATA_NOT_FOUND', `There is no config_models/default.yaml or the like in ${shownFile(file)}.`, {
    remedy: 'Name the folder of configurations, or its files one by one in the order in which they are merged.',
  });
}

/** A configuration of Hydra with its references to itself (`${postfix}`) resolved; `${now:…}` and the like stay. */
function resolved(tree: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const source = new SourceConfig(tree);
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (isConfigMap(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replace(one)]));
    if (typeof value !== 'string') return value;
    const [, whole] = /^\$\{([\w.]+)\}$/.exec(value) ?? [];
    if (whole !== undefined) return source.peek(whole) ?? value;
    return value.replaceAll(/\$\{([\w.]+)\}/g, (written, key: string) => String(source.peek(key) ?? written));
  };
  const once = replace(tree) as Record<string, unknown>;
  return depth < 3 ? resolved(once, depth + 1) : once;
}

function imported(
  name: string,
  files: readonly string[],
  config: SourceConfig,
  spec: Readonly<Record<string, unknown>>,
): ImportedSpec {
  const notCarried = config.notCarried().map(({ key, value, reason }) => `${key} ${JSON.stringify(value)}: ${reason}`);
  const document = new Document({ name, ...spec }, { aliasDuplicateObjects: false });
  visit(document, (key, node, parents) => {
    // Plugins and keys stand a line each, their options beside them.
    if ((isMap(node) || isSeq(node)) && parents.length > 4 && key !== 'key') node.flow = true;
    if (isScalar(node) && typeof node.value === 'number' && node.value !== 0 && Math.abs(node.value) < 1e-3)
      node.format = 'EXP';
  });
  const heading = [
    `Imported from ${files.map((file) => path.basename(file)).join(', ')} by ablate ${frameworkVersion}.`,
    ...(notCarried.length > 0 ? ['Not carried over:', ...notCarried.map((line) => `- ${line}`)] : []),
    ...(config.notes.length > 0 ? ['To know or to do:', ...config.notes.map((note) => `- ${note}`)] : []),
    ...(config.matterless.length > 0 ? [`Of no matter to the numbers: ${config.matterless.join(', ')}.`] : []),
  ];
  document.commentBefore = heading.map((line) => ` ${line}`).join('\n');
  return {
    name,
    text: document.toString({ lineWidth: 0, flowCollectionPadding: false }),
    notCarried,
    notes: config.notes,
  };
}
