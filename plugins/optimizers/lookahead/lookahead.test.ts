import { tf, type PluginManifest } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceCases } from '#test/reference-cases';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('lookahead', () => {
  referenceCases(plugin as unknown as PluginManifest<'optimizer'>);

  test('the name of the optimizer around which it goes is checked with the spec', () => {
    expect(plugin.inner!(plugin.schema.parse({ around: { adam: { beta1: 0.5 } } }))).toEqual([
      { adam: { beta1: 0.5 } },
    ]);
    expect(plugin.schema.safeParse({ around: { adam: {}, sgd: {} } }).success).toBe(false);
  });
});
