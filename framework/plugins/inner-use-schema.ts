import { z } from 'zod';

/** Option that names one plugin within another's options: a name, or `{name: {option: value}}`. */
export const innerUseSchema = z.union([
  z.string().min(1),
  z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .refine((use) => Object.keys(use).length === 1, 'names one plugin: sgd, or {sgd: {momentum: 0.9}}'),
]);
