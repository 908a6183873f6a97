import { cacheDirectory } from '../backends/cache-directory.ts';
import { useDevice, type DeviceName } from '../backends/devices.ts';
import { createCatalogue } from '../plugins/load-catalogue.ts';
import { loadPlan } from '../spec/load-plan.ts';
import path from 'node:path';
import { estimateMemory, type MemoryEstimate } from './estimate-memory.ts';

/** What the process of an estimate is asked: a run of a spec, by its id. */
export interface EstimateQuestion {
  readonly file: string;
  readonly set: readonly string[];
  readonly run: string;
}

/** What it answers, as one line of JSON. */
export interface EstimateAnswer {
  readonly estimate?: MemoryEstimate;
  /** Why there is none. */
  readonly reason?: string;
}

async function answer({ file, set, run }: EstimateQuestion): Promise<EstimateAnswer> {
  try {
    const catalogue = await createCatalogue();
    const { spec } = (await loadPlan(file, { set, catalogue })).runs.find(({ id }) => id === run)!;
    await useDevice(spec.device as DeviceName | 'auto', { threads: spec.threads });
    return { estimate: await estimateMemory(spec, { catalogue, baseDirectory: path.dirname(file), cacheDirectory: cacheDirectory() }) };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

// Written to the end before the process leaves: a pipe does not wait.
process.stdout.write(`${JSON.stringify({ memory: await answer(JSON.parse(process.argv[2]!) as EstimateQuestion) })}\n`);
