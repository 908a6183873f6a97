import type { Check } from 'ablate-ml/testing';
import { useDevice, type DeviceName } from '../../../framework/devices/devices.ts';
import { checkSteps } from '../../../framework/author/conformance/check-plugin.ts';
import { deviceRule } from '../../../framework/author/conformance/loss/device-rule.ts';
import type { PluginSubject } from './plugin-subjects.ts';

/** The device that a loss's values and gradients are compared with. */
const reference: DeviceName = 'cpu';

/**
 * A plugin checked on a device: a loss by its value and gradients beside `cpu`, which passes the whole kit elsewhere;
 * the others by every rule of their kind.
 */
export async function checkedOn(device: DeviceName, { kind, manifest, options }: PluginSubject): Promise<Check[]> {
  const isLoss = kind === 'loss';
  await useDevice(isLoss ? reference : device);
  const checks: Check[] = [];
  for (const step of checkSteps(manifest, { options, devices: isLoss ? [device] : [] })) {
    if (!isLoss || step.name === deviceRule.name) checks.push(...(await step.run()));
  }
  return checks;
}
