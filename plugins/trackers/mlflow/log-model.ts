import type { MlflowClient } from './mlflow-client.ts';
import type { MlModel } from './write-model.ts';

interface Logged {
  readonly model_uuid?: string;
}

/** Makes a run's `model/` known as a logged model, once however often it is called. */
export async function logModel(client: MlflowClient, runId: string, model: MlModel): Promise<void> {
  const tags = (await client.run(runId))?.data.tags ?? [];
  const history = JSON.parse(tags.find(({ key }) => key === 'mlflow.log-model.history')?.value ?? '[]') as Logged[];
  if (history.some(({ model_uuid }) => model_uuid === model['model_uuid'])) return;
  await client.request(
    { method: 'POST', url: 'mlflow/runs/log-model', data: { run_id: runId, model_json: JSON.stringify(model) } },
    'take the model',
  );
}

/** Makes the run's model a version of a registered model, which is made where there is none of that name. */
export async function registerModel(client: MlflowClient, runId: string, name: string, source: string): Promise<void> {
  const filter = `name='${name}' and run_id='${runId}'`;
  const there = await client.request<{ model_versions?: object[] }>(
    { url: 'mlflow/model-versions/search', params: { filter } },
    'search its registered models',
  );
  if (there.model_versions?.length) return;
  await client.ensureRegisteredModel(name);
  await client.request(
    { method: 'POST', url: 'mlflow/model-versions/create', data: { name, source, run_id: runId }, repeatable: false },
    `make a version of the model ${name}`,
  );
}
