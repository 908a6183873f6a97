import { join } from 'node:path';
import type { DataFact } from './data-facts.ts';
import type { GitState } from './git-state.ts';
import type { PluginFact } from './plugin-facts.ts';
import type { Provenance } from './provenance.ts';
import { mapDifferences, type Difference } from '../../experiment/spec/difference.ts';

const short = (sha256: string): string => sha256.slice(0, 12);
const amount = ({ files, bytes, sha256, read }: DataFact): string =>
  `${files > 1 ? `${files} files, ` : ''}${bytes} bytes, ${read ? 'SHA-256' : 'names and sizes'} ${short(sha256)}`;

/** Files that one option names: compared below the path that it names, which may be another on another machine. */
function compareData(before: readonly DataFact[], after: readonly DataFact[]): Difference[] {
  const keyed = (facts: readonly DataFact[]): Map<string, DataFact> =>
    new Map(facts.map((fact) => [JSON.stringify([fact.option, fact.path]), fact]));
  const [then, now] = [keyed(before), keyed(after)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((key): Difference[] => {
    const [old, fresh] = [then.get(key), now.get(key)];
    if (old?.sha256 === fresh?.sha256) return [];
    const { option, root, path } = (fresh ?? old)!;
    return [
      {
        area: 'data',
        name: `${option}: ${path ? join(root, path) : root}`,
        before: old ? amount(old) : null,
        after: fresh ? amount(fresh) : null,
      },
    ];
  });
}

const pluginWords = ({ version, sha256 }: PluginFact): string =>
  [version, sha256 && `SHA-256 ${short(sha256)}`].filter(Boolean).join(', ') || 'there';

/** Plugins by kind and name; where one is made of other files, those are named. */
function comparePlugins(before: readonly PluginFact[], after: readonly PluginFact[]): Difference[] {
  const keyed = (facts: readonly PluginFact[]): Map<string, PluginFact> =>
    new Map(facts.map((fact) => [`${fact.kind} ${fact.plugin}`, fact]));
  const [then, now] = [keyed(before), keyed(after)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((key): Difference[] => {
    const [old, fresh] = [then.get(key), now.get(key)];
    if (old && fresh && pluginWords(old) === pluginWords(fresh)) return [];
    const [was, is] = [old?.files ?? {}, fresh?.files ?? {}];
    const files =
      old?.files && fresh?.files
        ? [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((file) => was[file] !== is[file])
        : [];
    return [
      {
        area: 'code',
        name: [key, files.join(', ')].filter(Boolean).join(': '),
        before: old ? pluginWords(old) : null,
        after: fresh ? pluginWords(fresh) : null,
      },
    ];
  });
}

function gitNames(what: string, git: GitState | null): Record<string, string> {
  if (!git) return {};
  const patch = git.dirty
    ? { [`${what}, changes since the commit`]: git.patchSha256 ? `patch ${short(git.patchSha256)}` : 'yes' }
    : {};
  return { [`${what}, git commit`]: git.commit, ...patch };
}

function codeNames({ git, ablateGit }: Provenance): Record<string, string> {
  return { ...gitNames("the spec's repository", git), ...gitNames("Ablate's own repository", ablateGit) };
}

function deviceNames({ device }: Provenance): Record<string, string> {
  if (!device) return {};
  const { name, description, version, threads, gpus, driver } = device;
  return {
    device: name,
    'device, in words': description,
    'device library': version,
    threads: String(threads),
    ...(gpus.length > 0 && { GPUs: gpus.join(', ') }),
    ...(driver && { 'GPU driver': driver }),
  };
}

const libraryNames = ({ node, packages, native, lockfileSha256 }: Provenance): Record<string, string> => ({
  node,
  ...packages,
  ...native,
  ...(lockfileSha256 && { 'package-lock.json': `SHA-256 ${short(lockfileSha256)}` }),
});

const machineNames = ({ platform, processor }: Provenance): Record<string, string> => ({
  platform,
  processor: processor.model,
  cores: String(processor.cores),
});

/**
 * Compares what two runs' numbers come from beside its spec and its machine: the data, the plugins, Ablate's version;
 * how they differ.
 */
export function compareInputs(before: Inputs, after: Inputs): Difference[] {
  return [
    ...compareData(before.data, after.data),
    ...mapDifferences('code', { ablate: before.ablate }, { ablate: after.ablate }),
    ...comparePlugins(before.plugins, after.plugins),
  ];
}

/** What `compareInputs` compares. */
export type Inputs = Pick<Provenance, 'ablate' | 'plugins' | 'data'>;

/** Lists how two provenances differ, but for what they cannot agree in: the command and where the spec lies. */
export function compareEnvironments(before: Provenance, after: Provenance): Difference[] {
  return [
    ...compareInputs(before, after),
    ...mapDifferences('code', codeNames(before), codeNames(after)),
    ...mapDifferences('device', deviceNames(before), deviceNames(after)),
    ...mapDifferences('libraries', libraryNames(before), libraryNames(after)),
    ...mapDifferences('variables', before.environment, after.environment),
    ...mapDifferences('machine', machineNames(before), machineNames(after)),
  ];
}
