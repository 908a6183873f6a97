import { AblateError } from 'ablate-ml';
import { redactSecrets } from 'ablate-ml/runs';
import { isAxiosError } from 'axios';
import { isUntrusted } from './connection.ts';

const remedies: Readonly<Record<number, string>> = {
  401: 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.',
  403: 'Ask for the right to write to this experiment, or name another one.',
  404: 'Check the address (MLFLOW_TRACKING_URI), its path prefix included.',
  413: 'Let the proxy before the server take larger requests.',
};

function messageOf(data: unknown): string {
  const parsed = typeof data === 'object' && data !== null ? (data as { message?: unknown }).message : data;
  return typeof parsed === 'string' ? parsed.replace(/\s+/g, ' ').slice(0, 400) : '';
}

/** Says in one clause what went wrong with a request; no header, no secret. */
export function clauseOf(error: unknown): string {
  if (!isAxiosError(error)) return redactSecrets(error instanceof Error ? error.message : String(error));
  // Only addresses that the server has signed are whole ones; their queries are secret.
  const where =
    error.config?.baseURL === undefined && error.config?.url ? `its store at ${new URL(error.config.url).host}: ` : '';
  if (!error.response)
    return redactSecrets(
      where + (error.message && error.message !== 'Error' ? error.message : (error.code ?? 'no answer')),
    );
  const message = messageOf(error.response.data);
  return redactSecrets(`${where}HTTP ${error.response.status}${message ? `: ${message}` : ''}`);
}

/** What to do where the server says that an experiment or a run has been deleted there. */
function remedyOfDeleted(clause: string): string | undefined {
  const [, kind, id] = /The (experiment|run) (\w+) must be in the 'active' state/.exec(clause) ?? [];
  const another = 'or name another experiment: MLFLOW_EXPERIMENT_NAME, or `experiment` of mlflow under `tracking`.';
  if (kind === 'experiment')
    return `It was deleted there. Restore it: mlflow experiments restore --experiment-id ${id} – ${another}`;
  if (kind === 'run')
    return `It, or its experiment, was deleted there. Restore it: mlflow runs restore --run-id ${id}, or mlflow experiments restore – ${another}`;
  return undefined;
}

/** Makes of a server's refusal an error that a person can act on. `doing` completes “it refused to …”. */
export function refusal(error: unknown, url: string, doing: string): AblateError {
  if (isUntrusted(error)) {
    return new AblateError(
      'TRACKER_REFUSED',
      `The certificate of the MLflow server at ${url} is not trusted here (${clauseOf(error)}).`,
      {
        cause: error,
        remedy:
          'Let MLFLOW_TRACKING_SERVER_CERT_PATH name the certificate of its authority, or set MLFLOW_TRACKING_INSECURE_TLS=true.',
      },
    );
  }
  const status = isAxiosError(error) ? error.response?.status : undefined;
  const clause = clauseOf(error);
  return new AblateError('TRACKER_REFUSED', `The MLflow server at ${url} refused to ${doing} (${clause}).`, {
    remedy: remedyOfDeleted(clause) ?? remedies[status ?? 0],
  });
}

/** Reads the server's `error_code`, as `RESOURCE_DOES_NOT_EXIST`. */
export function errorCodeOf(error: unknown): string | undefined {
  return isAxiosError(error) ? (error.response?.data as { error_code?: string } | undefined)?.error_code : undefined;
}
