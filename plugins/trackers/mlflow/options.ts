import { z } from 'ablate-ml';

export const options = z.strictObject({
  url: z
    .string()
    .nullable()
    .default(null)
    .describe('Address of the MLflow server, or `databricks`; null takes `MLFLOW_TRACKING_URI`'),
  experiment: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .default(null)
    .describe("Experiment in MLflow; null takes `MLFLOW_EXPERIMENT_NAME`, else the spec's name"),
  tags: z.record(z.string().min(1).max(250), z.string()).default({}).describe('Tags of every run'),
  artifacts: z.boolean().default(true).describe('Send files: the spec, summary, provenance, journal and figures'),
  embeddings: z
    .boolean()
    .default(true)
    .describe(
      'Send the embeddings that figures are drawn from, files of up to 64 MB; `npx ablate report EXPERIMENT` draws with them',
    ),
  checkpoints: z.enum(['last', 'none']).default('last').describe('Which checkpoints to send when the run ends'),
  model: z
    .boolean()
    .default(true)
    .describe("Log a finished run's weights as an MLflow model of the flavour `ablate`, with its signature"),
  registeredModel: z
    .string()
    .regex(/^[^'"/:]+$/, "a registered model's name has no quotes, slashes or colons")
    .nullable()
    .default(null)
    .describe('Registered model that every finished run makes a version of; needs `model`'),
  nested: z.boolean().default(true).describe('Put the runs of a matrix under a parent run'),
  patience: z
    .number()
    .min(0)
    .default(30)
    .describe(
      'Seconds without progress after which the end of a run stops waiting for the server; `npx ablate sync` does the rest',
    ),
});

/** Options of the tracker. */
export type MlflowOptions = z.output<typeof options>;
