import type { StartedEvent } from 'ablate-ml';
import type { DatasetInput } from './mlflow-client.ts';

/** Where the data came from, in the forms that MLflow's own client reads back. */
function sourceOf({ name, source }: StartedEvent['dataset']): { source_type: string; source: string } {
  if (/^https?:/.test(source)) return { source_type: 'http', source: JSON.stringify({ url: source }) };
  if (source === 'generated')
    return {
      source_type: 'code',
      source: JSON.stringify({ tags: { 'mlflow.source.type': 'LOCAL', 'mlflow.source.name': name } }),
    };
  return { source_type: 'local', source: JSON.stringify({ uri: source }) };
}

/** Describes the data set that a run was trained on, as a dataset input. */
export function datasetInput({ dataset, images, classes }: StartedEvent): DatasetInput {
  return {
    tags: [{ key: 'mlflow.data.context', value: 'train' }],
    dataset: {
      name: dataset.name.slice(0, 500),
      digest: dataset.digest.slice(0, 36),
      ...sourceOf(dataset),
      profile: JSON.stringify({ num_rows: images, classes }),
    },
  };
}
