import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../../framework/base/system/cache-directory.ts';
import type { Device } from '../../framework/contracts/device.ts';
import { useDevice, type DeviceName } from '../../framework/devices/devices.ts';
import { compose } from '../../framework/training/engine/compose.ts';
import type { Session } from '../../framework/training/engine/session.ts';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../framework/experiment/spec/load-plan.ts';
import type { RunSpec } from '../../framework/experiment/spec/spec.ts';

/**
 * The only run of a spec file of this folder with settings as `--set` takes them, on its device. @throws AblateError as
 * `ablate run` does
 */
export async function composeSpec(
  specFile: string,
  set: readonly string[],
): Promise<{ spec: RunSpec; device: Device; session: Session }> {
  const catalogue = await createCatalogue();
  const { spec } = (await loadPlan(specFile, { catalogue, set: [...set] })).runs[0]!;
  const device = await useDevice(spec.device as DeviceName | 'auto', { threads: spec.threads });
  const session = await compose(spec, {
    catalogue,
    baseDirectory: fileURLToPath(new URL('.', import.meta.url)),
    cacheDirectory: cacheDirectory(),
  });
  return { spec, device, session };
}
