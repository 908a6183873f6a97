import { FaultList } from './fault-list.ts';
import { interpolate } from './interpolate.ts';
import { nodeValue } from './node-value.ts';
import { parseSpec } from './parse-spec.ts';
import type { RunSpec } from './spec.ts';
import { writtenSpecProblem } from './read-written-spec.ts';
import { unwrittenSpec, type WrittenSpec } from './written-spec.ts';

/**
 * Reads what `writeSpec` wrote. Secrets come from the environment again; one that is not set there stays `${env:NAME}`.
 *
 * @param file where the text came from, for errors
 * @throws SpecError where the text is no resolved spec, or one of a newer Ablate
 */
export function readResolvedSpec(text: string, file: string, env: NodeJS.ProcessEnv = process.env): RunSpec {
  const faults = new FaultList();
  const root = parseSpec(text, file, faults, false);
  faults.throwIfAny();
  const spec = nodeValue(interpolate(root!, env, new FaultList()));
  const problem = writtenSpecProblem(spec);
  if (problem) {
    const remedy = 'Run with the version of Ablate that wrote it, or run its original spec again';
    faults.add(root!.place, {
      path: problem.path,
      message: `this is no resolved spec that this version of Ablate reads: ${problem.message}`,
      remedy,
    });
    faults.throwIfAny();
  }
  return unwrittenSpec(spec as WrittenSpec);
}
