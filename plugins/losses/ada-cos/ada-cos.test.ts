import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { adaCos } from './ada-cos.ts';

beforeAll(() => tf.setBackend('cpu'));

const input = lossInput(
  [
    [0.8, 0.1, -0.2],
    [0.3, 0.5, 0],
  ],
  [0, 1],
);

test('fixed: s = √2 ln 2 for three classes', () => {
  const loss = adaCos({ ...plugin.schema.parse({}), variant: 'fixed' }, { classes: 3 });
  expect(loss.parameters[0]!.variable.dataSync()[0]).toBeCloseTo(0.980258, 5);
  expect(loss.forward(input).value.dataSync()[0]).toBeCloseTo(0.760167, 5);
  tf.tidy(() => loss.update!(input));
  expect(loss.parameters[0]!.variable.dataSync()[0]).toBeCloseTo(0.980258, 5);
});

test('dynamic: s = ln B over the cosine of the lower median angle', () => {
  // B = (e^0.098 + e^−0.196 + e^0.294 + 1) / 2 = 2.133424; of the angles of 0.8 and 0.5 the smaller counts.
  const loss = adaCos({ ...plugin.schema.parse({}), variant: 'dynamic' }, { classes: 3 });
  const { value, parts } = loss.forward(input);
  expect(parts!.scale!.dataSync()[0]).toBeCloseTo(0.947161, 5);
  expect(value.dataSync()[0]).toBeCloseTo(0.769836, 5);
  expect(loss.parameters[0]!.variable.dataSync()[0]).toBeCloseTo(0.980258, 5);
  tf.tidy(() => loss.update!(input));
  expect(loss.parameters[0]!.variable.dataSync()[0]).toBeCloseTo(0.947161, 5);
});

test('a data set of one class is refused', () => {
  expect(() => plugin.create(plugin.schema.parse({}), { classes: 1 } as never)).toThrow('one class only');
});
