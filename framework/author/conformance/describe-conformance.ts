import { checkSteps, vectorSteps, type AnyManifest, type CheckStep } from './check-plugin.ts';
import type { CheckOptions } from './rules/check-options.ts';
import { useDevice, type DeviceName } from '../../devices/devices.ts';

/** What `describeConformance` needs of the test runner: vitest's, jest's and node:test's fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>, milliseconds?: number): unknown;
}

/** How the conformance tests are run. */
export interface ConformanceOptions extends TestRunner, CheckOptions {
  /** The device that computes; `cpu` unless told, which every machine has. */
  readonly device?: DeviceName | 'auto';
  /** Name of the group of tests; the plugin's kind and name unless told. */
  readonly title?: string;
}

/** Most time that one rule may take. */
const TIMEOUT_MS = 120_000;

/**
 * Registers a test for each rule that every plugin of its kind must satisfy and, with `vectors`, one for the reference
 * cases. A test that fails says which rule is broken, at which input, and why it matters.
 *
 * @example
 * import { describe, it } from 'vitest';
 * import { describeConformance } from 'ablate-ml/testing';
 * import manifest from './index.ts';
 *
 * describeConformance(manifest, { describe, it });
 */
export function describeConformance(manifest: AnyManifest, settings: ConformanceOptions): void {
  const { describe, it, device = 'cpu', vectors, title = `${manifest.kind} ${manifest.name} conforms` } = settings;
  const test = (name: string, steps: () => Promise<readonly CheckStep[]>): void => {
    it(
      name,
      async () => {
        await useDevice(device);
        for (const step of await steps()) await mustPass(step);
      },
      TIMEOUT_MS,
    );
  };
  describe(title, () => {
    for (const step of checkSteps(manifest, settings)) test(step.name, async () => [step]);
    if (vectors !== undefined)
      test('agrees with the reference cases', () => vectorSteps(manifest, vectors, settings.options));
  });
}

async function mustPass(step: CheckStep): Promise<void> {
  const faults = (await step.run()).filter(({ passed }) => !passed);
  if (faults.length > 0)
    throw new Error(faults.map(({ name, input, message }) => `${name} (${input}): ${message}`).join('\n'));
}
