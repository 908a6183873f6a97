import path from 'node:path';
import { readRegularFile, UnreadableFile } from '../../base/system/read-regular-file.ts';
import type { FaultList } from './fault-list.ts';
import { interpolate } from './interpolate.ts';
import { mergeSpecs } from './merge-specs.ts';
import { found } from './node-value.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { parseSpec } from './parse-spec.ts';
import type { MapNode, Place } from './spec-node.ts';

const maxBytes = 1 << 20;

/**
 * Reads a spec file and those it extends, merged; values keep the place in the file that holds them.
 *
 * @param askedAt where the file was named by another's `extends`
 * @param chain absolute paths of the files that led here, to refuse cycles
 * @returns undefined where it cannot be read; the faults say why
 */
export async function readSpecFile(
  file: string,
  env: NodeJS.ProcessEnv,
  faults: FaultList,
  askedAt: Place = { file, line: 0, column: 0 },
  chain: readonly string[] = [],
): Promise<MapNode | undefined> {
  const text = await readText(file, faults, askedAt, chain.length > 0 ? 'extends' : '');
  if (text === undefined) return undefined;
  const root = parseSpec(text, file, faults);
  if (!root) return undefined;
  if (root.kind !== 'map') {
    faults.add(root.place, {
      path: '',
      message: `a spec is a map, found ${root.kind === 'list' ? found(root) : 'a text'}`,
      remedy: 'Begin with "name: ..." and "dataset: ..."',
    });
    return undefined;
  }
  const extended = root.entries.get('extends');
  if (!extended) return root;
  const rest: MapNode = { ...root, entries: new Map([...root.entries].filter(([key]) => key !== 'extends')) };
  const target = interpolate(extended.value, env, faults, ['extends']);
  if (target.kind !== 'scalar' || typeof target.value !== 'string') {
    faults.add(target.place, {
      path: 'extends',
      message: `found ${found(target)}`,
      allowed: 'Allowed: the path of one other spec',
    });
    return rest;
  }
  const base = path.resolve(path.dirname(file), target.value);
  const all = [...chain, file];
  if (all.includes(base)) {
    const circle = [...all.slice(all.indexOf(base)), base].map((one) => path.basename(one)).join(' → ');
    faults.add(target.place, {
      path: 'extends',
      message: `the specs extend each other in a circle: ${circle}`,
      remedy: 'Remove one "extends"',
    });
    return rest;
  }
  const inherited = await readSpecFile(base, env, faults, target.place, all);
  return inherited && mergeSpecs(inherited, rest);
}

async function readText(
  file: string,
  faults: FaultList,
  askedAt: Place,
  specPath: string,
): Promise<string | undefined> {
  const unreadable = (message: string, remedy?: string): undefined => {
    faults.add(askedAt, { code: 'SPEC_NOT_FOUND', path: specPath, message, remedy });
    return undefined;
  };
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file, maxBytes);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const { code, message } = error;
    const why =
      { EISDIR: `${message}, not a spec`, ENODEV: `${message}, not a spec`, EFBIG: `${message}, which is no spec` }[
        code
      ] ?? message;
    const setting = /(?:^|[\\/])([\w.[\]"-]+=[^\\/]*)$/.exec(file)?.[1];
    const missing =
      setting !== undefined ? `Did you mean --set ${setting}? Each value has a --set of its own` : 'Check the path';
    const remedy = { ENOENT: missing, EFBIG: `A spec has at most ${maxBytes.toLocaleString('en')} bytes` }[code];
    return unreadable(specPath ? `${why}: ${shownFile(file)}` : why, remedy);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder('utf-8').decode(bytes).split('\ufffd', 1)[0]!.split('\n');
    faults.add(
      { file, line: lines.length, column: lines.at(-1)!.length + 1 },
      { code: 'SPEC_SYNTAX', path: '', message: 'the file is not UTF-8 text', remedy: 'Save it as UTF-8' },
    );
    return undefined;
  }
}
