// The process of estimates: answers one question after another, and ends when its parent does.
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { useDevice, type Device, type DeviceName } from '../../devices/devices.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { oneDataset } from './one-dataset.ts';
import { estimateMemory, type KnownMemory, type MemoryEstimate } from './estimate-memory.ts';

/** What the process of estimates is asked. All questions to one process have the same device, threads and data set. */
export interface EstimateQuestion {
  readonly spec: RunSpec;
  /** Folder that relative paths in options start at. */
  readonly baseDirectory: string;
}

/** What it answers. */
export interface EstimateAnswer {
  readonly estimate?: MemoryEstimate;
  /** Parts of a batch that the estimate is of, where the spec left them open: `train.accumulate: auto`. */
  readonly parts?: number;
  /** Whether weights and activations lie on a GPU. */
  readonly gpu?: boolean;
  /** Why there is no estimate. */
  readonly reason?: string;
}

let catalogue: Catalogue | undefined;
let device: Device | undefined;
let known: KnownMemory | undefined;

async function answer({ spec, baseDirectory }: EstimateQuestion): Promise<EstimateAnswer> {
  try {
    catalogue ??= oneDataset(await createCatalogue());
    device ??= await useDevice(spec.device as DeviceName | 'auto', { threads: spec.threads });
    const estimate = await estimateMemory(spec, { catalogue, baseDirectory, cacheDirectory: cacheDirectory() }, known);
    // What the first one left behind would count as the program's from now on.
    known ??= estimate;
    return { estimate, gpu: device.gpu };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

process.on('message', (question: EstimateQuestion) => {
  void answer(question).then((given) => process.connected && process.send!(given));
});
process.on('disconnect', () => process.exit(0));
