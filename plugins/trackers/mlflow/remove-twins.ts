import type { MlflowClient, Pair } from './mlflow-client.ts';
import type { ProjectionState } from './projection-state.ts';
import { tag } from './run-facts.ts';

/**
 * Deletes the runs without a child that stand beside a run under its own tag. A request to make a run that took effect
 * only after its client had given it up leaves such a one: by then another was made, as nothing was found. Either may
 * have been found first afterwards and been given params, but a run's own metrics go only to the one that the state
 * names, and another process may have hung its run under the other of two sweeps.
 *
 * @param identity the tag that only this run has
 * @param kept whether a twin stays that has metrics: a run's do, a sweep's are means that are there again at once
 */
export async function removeTwins(
  client: MlflowClient,
  { experimentId, runId }: Pick<ProjectionState, 'experimentId' | 'runId'>,
  identity: Pair,
  kept: 'with-metrics' | 'none',
): Promise<void> {
  const all = await client.findRuns(experimentId, identity, 100);
  for (const { info, data } of all) {
    if (info.run_id === runId || (kept === 'with-metrics' && (data.metrics ?? []).length > 0)) continue;
    if (await client.findRun(experimentId, tag('mlflow.parentRunId', info.run_id))) continue;
    await client.deleteRun(info.run_id);
  }
}
