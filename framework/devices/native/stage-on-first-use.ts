import type { NativePackage } from './load-native.ts';

/**
 * Puts the native library in place where the framework is an installed package, which carries none; a clone's set-up
 * has done so before. `ABLATE_STAGE=0` leaves everything as it is. Never throws: what cannot be had is said on standard
 * error, and loading says it again.
 */
export async function stageOnFirstUse(name: NativePackage): Promise<void> {
  if (import.meta.url.endsWith('.ts') || process.env.ABLATE_STAGE === '0') return;
  const setup = new URL('../../../../framework/app/setup/stage-native.mjs', import.meta.url).href;
  const { stageNative } = (await import(setup)) as { stageNative(name: NativePackage): Promise<void> };
  await stageNative(name);
}
