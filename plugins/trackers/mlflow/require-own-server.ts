import { AblateError } from 'ablate-ml';
import { redactSecrets } from 'ablate-ml/runs';

/** Variables that tell a server who somebody is. */
const credentials = [
  'MLFLOW_TRACKING_TOKEN',
  'MLFLOW_TRACKING_USERNAME',
  'MLFLOW_TRACKING_PASSWORD',
  'MLFLOW_TRACKING_CLIENT_CERT_PATH',
] as const;

function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : address;
}

/**
 * Refuses a server to which the environment's credentials would go though they are meant for another: they belong to
 * the origin of
 * `MLFLOW_TRACKING_URI`, and a spec, or a run's folder, may come from somebody who would like to have them. Databricks
 * has variables of its own, which name its host too; an address with a user is signed in to by that.
 *
 * @param address as the spec, the run's folder or the environment names it
 * @throws AblateError TRACKER_REFUSED naming the variables
 */
export function requireOwnServer(address: string, env: NodeJS.ProcessEnv = process.env): void {
  if (/^databricks(?:$|:)/.test(address) || originOf(address) === originOf(env.MLFLOW_TRACKING_URI)) return;
  const hasUser = URL.canParse(address) && new URL(address).username !== '';
  const set = credentials.filter((name) => env[name] && !(hasUser && name !== 'MLFLOW_TRACKING_CLIENT_CERT_PATH'));
  if (set.length === 0) return;
  const shown = redactSecrets(address, env);
  const meant = env.MLFLOW_TRACKING_URI
    ? `MLFLOW_TRACKING_URI (${redactSecrets(env.MLFLOW_TRACKING_URI, env)})`
    : 'MLFLOW_TRACKING_URI, which is not set';
  throw new AblateError(
    'TRACKER_REFUSED',
    `The MLflow server at ${shown} is not given ${set.join(', ')}: what signs in belongs to the server of ${meant}.`,
    {
      remedy: `Where it is meant for this server, set MLFLOW_TRACKING_URI=${shown}; else unset ${set.join(' and ')}, or give the address a user of its own.`,
    },
  );
}
