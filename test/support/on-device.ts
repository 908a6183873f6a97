import { describe, expect, it } from 'vitest';
import { useDevice, type DeviceName } from '../../framework/devices/devices.ts';

/** Why a device does not work here, or undefined where it does. */
export async function obstacleOf(device: DeviceName): Promise<string | undefined> {
  return useDevice(device).then(
    () => undefined,
    (error: Error) => error.message.split('\n')[0]!,
  );
}

/**
 * Tests on a device: skipped, saying why, where it does not work here; failed where `ABLATE_REQUIRE_WEBGPU` is 1 and it
 * is WebGPU that does not.
 */
export async function describeOn(device: DeviceName, title: string, body: () => void): Promise<void> {
  const reason = await obstacleOf(device);
  if (reason === undefined) describe(title, body);
  else if (device === 'webgpu' && process.env['ABLATE_REQUIRE_WEBGPU'] === '1')
    it(title, () => expect.fail(`${reason} ABLATE_REQUIRE_WEBGPU is 1: install chromium and libvulkan1.`));
  else it.skip(`${title} (skipped: ${reason})`);
}
