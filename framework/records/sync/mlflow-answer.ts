import https from 'node:https';
import axios, { isAxiosError, type AxiosInstance } from 'axios';
import { redactSecrets } from '../../base/system/redact-secrets.ts';

/** What an MLflow server says to us. */
export interface MlflowAnswer {
  /** The address without a password. */
  readonly url: string;
  readonly works: boolean;
  /** The server's version, where it tells. */
  readonly version: string | undefined;
  /** Why it does not work, one clause. */
  readonly reason: string | undefined;
  readonly remedy: string | undefined;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks an MLflow server for its version and for one experiment, which shows that its REST interface lets us in. Signs
 * in with MLflow's own variables: `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`. Never throws.
 *
 * @param url the tracking address, e.g. `http://127.0.0.1:5000`
 */
export async function mlflowAnswer(url: string, env: NodeJS.ProcessEnv = process.env): Promise<MlflowAnswer> {
  const shown = redactSecrets(url, env);
  const refuse = (reason: string, remedy: string, version?: string): MlflowAnswer => ({
    url: shown,
    works: false,
    version,
    reason,
    remedy,
  });
  if (!/^https?:\/\//.test(url))
    return refuse(
      'it is not the address of a server',
      `Type: mlflow server --backend-store-uri ${shown} and set MLFLOW_TRACKING_URI=http://127.0.0.1:5000`,
    );
  // Also what no address can hold unescaped, such as a `/` in a password.
  if (!URL.canParse(url))
    return refuse(
      'it is not the address of a server',
      'Write what is special in its user and password as in every address: / as %2F, @ as %40, % as %25',
    );
  const server = client(url, env);
  let version: string | undefined;
  try {
    version = String(
      (await server.get('/version', { responseType: 'text', validateStatus: (status) => status < 500 })).data,
    ).trim();
    if (!/^\d+\.\d+/.test(version)) version = undefined;
    const { data } = await server.get<unknown>('/api/2.0/mlflow/experiments/search', { params: { max_results: 1 } });
    if (typeof data !== 'object' || data === null)
      return refuse('what answers there is not MLflow', 'Check the address', version);
    return { url: shown, works: true, version, reason: undefined, remedy: undefined };
  } catch (error) {
    const status = isAxiosError(error) ? error.response?.status : undefined;
    if (status === 401 || status === 403)
      return refuse(
        `it does not let us in (HTTP ${status})`,
        'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN',
        version,
      );
    if (status !== undefined) return refuse(`its REST interface answers HTTP ${status}`, 'Check the address', version);
    const { hostname, port, protocol } = new URL(url);
    return refuse(
      `it does not answer (${(error as { code?: string }).code ?? (error as Error).message})`,
      `Type: mlflow server --host ${hostname} --port ${port || (protocol === 'https:' ? 443 : 80)}`,
      version,
    );
  }
}

function client(url: string, env: NodeJS.ProcessEnv): AxiosInstance {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: username,
    MLFLOW_TRACKING_PASSWORD: password = '',
  } = env;
  return axios.create({
    baseURL: url.replace(/\/+$/, ''),
    timeout: TIMEOUT_MS,
    // A tracker follows none either: what signs in is for this server alone.
    maxRedirects: 0,
    ...(username ? { auth: { username, password } } : {}),
    ...(token && !username ? { headers: { Authorization: `Bearer ${token}` } } : {}),
    ...(env.MLFLOW_TRACKING_INSECURE_TLS === 'true'
      ? { httpsAgent: new https.Agent({ rejectUnauthorized: false }) }
      : {}),
  });
}
