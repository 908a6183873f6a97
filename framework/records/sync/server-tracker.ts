import type { Tracker } from '../../contracts/tracker.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { parseOptions } from '../../plugins/parse-options.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';

/**
 * Makes the tracker of the MLflow server that the environment names, to ask it for what it has. @throws AblateError
 * PLUGIN_NOT_FOUND
 */
export async function serverTracker(catalogue: Catalogue): Promise<Tracker> {
  const entry = await catalogue.load('tracker', 'mlflow', process.cwd());
  return makeComponent(entry, parseOptions(entry.manifest, {}), {
    streams: new RandomStreams(0, 'tracking/'),
    experiment: '',
    run: '',
  });
}
