import { AblateError } from '../base/errors/ablate-error.ts';
import type { DeviceName } from '../contracts/device.ts';
import { DeviceFault } from '../base/errors/device-fault.ts';
import { useDevice } from './devices.ts';
import { tinyTraining } from './tiny-training.ts';

/** What the process of a probe answers, as one line of JSON. */
export interface ProbeAnswer {
  readonly works: boolean;
  readonly description?: string;
  readonly version?: string;
  readonly milliseconds?: number;
  readonly reason?: string;
  readonly remedy?: string;
}

async function answer(name: DeviceName): Promise<ProbeAnswer> {
  try {
    const { description, version } = await useDevice(name);
    return { works: true, description, version, milliseconds: await tinyTraining() };
  } catch (error) {
    if (error instanceof AblateError && error.cause instanceof DeviceFault)
      return { works: false, reason: error.cause.message, remedy: error.remedy };
    return { works: false, reason: (error as Error).message, remedy: 'Use another device with --device' };
  }
}

// Written to the end before the process leaves: a pipe does not wait.
process.stdout.write(`${JSON.stringify({ probe: await answer(process.argv[2] as DeviceName) })}\n`);
