import { z } from 'zod';
import { provenanceVersion, type Provenance } from './provenance.ts';

const words = z.record(z.string(), z.string());

const git = z.looseObject({
  commit: z.string(),
  branch: z.string().nullable(),
  remote: z.string().nullable(),
  dirty: z.boolean(),
  patchSha256: z.string().nullable(),
});

const session = z.looseObject({
  version: z.literal(provenanceVersion),
  specFile: z.string(),
  command: z.array(z.string()),
  ablate: z.string(),
  node: z.string(),
  platform: z.string(),
  processor: z.looseObject({ model: z.string(), cores: z.number(), memoryBytes: z.number() }),
  device: z
    .looseObject({
      name: z.string(),
      description: z.string(),
      version: z.string(),
      threads: z.number(),
      gpu: z.boolean(),
      gpus: z.array(z.string()).default([]),
      driver: z.string().nullable().default(null),
    })
    .nullable()
    .default(null),
  packages: words.default({}),
  native: words.default({}),
  environment: words.default({}),
  plugins: z
    .array(
      z.looseObject({
        kind: z.string(),
        plugin: z.string(),
        origin: z.string(),
        version: z.string(),
        sha256: z.string().nullable().default(null),
      }),
    )
    .default([]),
  data: z
    .array(
      z.looseObject({
        option: z.string(),
        root: z.string(),
        path: z.string(),
        files: z.number(),
        bytes: z.number(),
        sha256: z.string(),
        read: z.boolean(),
      }),
    )
    .default([]),
  lockfileSha256: z.string().nullable().default(null),
  git: git.nullable().default(null),
  ablateGit: git.nullable().default(null),
});

/**
 * What readers take for granted of `provenance.json`: what an older Ablate did not write is empty, keys that a later
 * one adds stay.
 */
export const provenanceSchema = session.extend({
  earlier: z.array(session).optional(),
}) as unknown as z.ZodType<Provenance>;
