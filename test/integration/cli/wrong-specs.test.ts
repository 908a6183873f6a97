import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as tf from '../../../framework/devices/tf.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';
import { SpecError } from '../../../framework/experiment/spec/spec-error.ts';

const folder = new URL('./wrong/', import.meta.url);
const specs = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));
const catalogue = await createCatalogue();

test.each(specs)('%s is refused with its message', async (name) => {
  const refusal: unknown = await loadPlan(fileURLToPath(new URL(`${name}.yaml`, folder)), { catalogue, env: {} }).catch(
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(SpecError);
  const { code, exitCode, message } = refusal as SpecError;
  expect({ code, exitCode }).toEqual({ code: 'SPEC_INVALID', exitCode: 2 });
  expect(
    existsSync(new URL(`${name}.txt`, folder)) || process.env.CI === undefined,
    `wrong/${name}.txt holds the message`,
  ).toBe(true);
  await expect(`${message}\n`).toMatchFileSnapshot(fileURLToPath(new URL(`${name}.txt`, folder)));
  expect(tf.engine().backendName, 'no device was chosen').toBeFalsy();
  expect(tf.engine().state.numTensors).toBe(0);
});

test('there are at least twenty', () => {
  expect(specs.length).toBeGreaterThanOrEqual(20);
});
