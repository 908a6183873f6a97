import { z } from 'ablate-ml';

const word = (meaning: string) =>
  z
    .string()
    .regex(/^[\w@%+=:,./-]+$/)
    .nullable()
    .default(null)
    .meta({ description: meaning, allowed: 'a word without spaces, or null' });
const count = (meaning: string) => z.int().min(1).nullable().default(null).describe(meaning);

export const options = z.strictObject({
  partition: word("partition; null for the cluster's default"),
  account: word('account that is charged'),
  qos: word('quality of service'),
  time: z
    .union([z.string().regex(/^(\d+-)?\d+(:\d+){0,2}$/), z.int().min(1)])
    .nullable()
    .default(null)
    .meta({
      description:
        "time limit of a task, minutes or Slurm's `D-HH:MM:SS`; one that is not done by then begins again by itself; null for the partition's",
      allowed: 'minutes, a text such as 4:00:00 or 1-12:00:00, or null',
    }),
  gpus: z
    .union([z.int().min(0), z.string().regex(/^[\w-]+:\d+$/)])
    .default(0)
    .meta({
      description: 'GPUs of a task: a number, or `a100:1` for a kind',
      allowed: 'a number, or a kind and a number: a100:1',
    }),
  cpus: count(
    'processors of a task, and the threads of a spec that names none; null for as many as the spec has threads',
  ),
  memory: word('memory of a task: `16G`'),
  constraint: z
    .string()
    .regex(/^[\w@%+=:,./&|*!()[\]-]+$/)
    .nullable()
    .default(null)
    .meta({
      description: 'features that a node must have: `a100`, `[a100|h100]`',
      allowed: 'features, joined by & or |, or null',
    }),
  array: z
    .strictObject({ parallel: count('tasks that run at the same time, at most') })
    .default({ parallel: null })
    .describe('`{parallel}`: how many tasks run at the same time, at most; null for as many as there is room for'),
  setup: z
    .array(z.string())
    .default([])
    .meta({ description: 'lines of shell before a task: `module load …`', runs: true }),
  warning: z
    .int()
    .min(0)
    .default(120)
    .describe('seconds before the time limit at which a task writes a checkpoint and begins again'),
  retries: z.int().min(0).default(3).describe('times that a task begins again whose process was killed or crashed'),
  extra: z
    .array(z.string().regex(/^--[a-z][^\x00-\x1f\x7f]*$/))
    .default([])
    .meta({ description: 'more options for `sbatch`', allowed: 'texts that begin with --', runs: true }),
});

/** What of a cluster a task asks for. */
export type SlurmOptions = z.output<typeof options>;
