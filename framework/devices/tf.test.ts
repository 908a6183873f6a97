import { afterEach, expect, it, vi } from 'vitest';
import * as tf from './tf.ts';

afterEach(() => vi.restoreAllMocks());

it('computes before any device is chosen without advice to install another backend', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  tf.fill([2], 1).dispose();
  expect(tf.getBackend()).toBe('cpu');
  expect(warned).not.toHaveBeenCalled();
});
