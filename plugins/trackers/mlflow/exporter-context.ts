import type { MlflowClient } from './mlflow-client.ts';
import type { MlflowOptions } from './options.ts';

/** What an exporter needs to know beside the run. */
export interface ExporterContext {
  readonly options: MlflowOptions;
  readonly client: MlflowClient;
  readonly experiment: string;
  readonly runName: string;
  /** Hears what should not wait until the end. */
  readonly warn?: ((message: string) => void) | undefined;
}
