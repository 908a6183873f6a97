import { FaultList } from './fault-list.ts';
import { interpolate } from './interpolate.ts';
import { nodeValue } from './node-value.ts';
import { parseYaml } from './parse-yaml.ts';
import type { RunSpec } from './spec.ts';
import { specVersion, unwrittenSpec, type WrittenSpec } from './written-spec.ts';

/**
 * Reads what `writeSpec` wrote. Secrets come from the environment again; one that is not set there stays `${env:NAME}`.
 *
 * @param file where the text came from, for errors
 * @throws SpecError where the text is no resolved spec, or one of a newer Ablate
 */
export function readResolvedSpec(text: string, file: string, env: NodeJS.ProcessEnv = process.env): RunSpec {
  const faults = new FaultList();
  const root = parseYaml(text, (line, column) => ({ file, line, column }), faults, false);
  faults.throwIfAny();
  const spec = nodeValue(interpolate(root!, env, new FaultList())) as WrittenSpec;
  if (spec?.version !== specVersion || !Array.isArray(spec.losses) || !Array.isArray(spec.tracking)) {
    faults.add(root!.place, { path: 'version', message: 'this is no resolved spec that this version of Ablate reads', remedy: 'Run with the version of Ablate that wrote it, or run its original spec again' });
    faults.throwIfAny();
  }
  return unwrittenSpec(spec);
}
