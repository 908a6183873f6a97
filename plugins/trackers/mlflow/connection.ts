import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import axios, { isAxiosError, type AxiosError, type AxiosInstance } from 'axios';
import axiosRetry, { exponentialDelay } from 'axios-retry';
import { AblateError } from 'ablate-ml';
import { redactSecrets } from 'ablate-ml/runs';
import { isLoopback } from './is-loopback.ts';

/** A server and how to speak with it. */
export interface Connection {
  /** The address without user and password, without a slash at its end. */
  readonly url: string;
  /** Answers below `/api/2.0`; adds authentication, time-outs and retries. */
  readonly http: AxiosInstance;
  /**
   * Whole addresses that the server has signed: the same time-outs and retries, and no authentication, which is the
   * server's alone.
   */
  readonly signed: AxiosInstance;
  /** Whether what signs in, if anything does, travels where others on the way can read it. */
  readonly inTheClear: boolean;
}

declare module 'axios' {
  interface AxiosRequestConfig {
    /**
     * False where sending a request twice is not the same as once: it is then retried only where it can't have arrived.
     */
    repeatable?: boolean;
  }
}

const isTrue = (value: string | undefined): boolean => /^(?:true|1)$/i.test(value ?? '');
/** Codes of requests that nobody has seen. */
export const neverArrived: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Tells whether the server's certificate is none that this machine trusts. */
export function isUntrusted(error: unknown): boolean {
  return isAxiosError(error) && /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)/.test(error.code ?? '');
}

/**
 * Tells whether the server may answer otherwise a little later: no answer, 429 or 5xx. 501 means that it never will.
 */
export function isPassing(error: unknown): boolean {
  if (!isAxiosError(error)) return false;
  if (!error.response) return error.code !== 'ERR_CANCELED' && error.code !== 'ERR_INVALID_URL' && !isUntrusted(error);
  return (
    error.response.status === 429 ||
    error.response.status === 408 ||
    (error.response.status >= 500 && error.response.status !== 501)
  );
}

function isWorthRetrying(error: AxiosError): boolean {
  if (!isPassing(error)) return false;
  return error.config?.repeatable !== false || error.response?.status === 429 || neverArrived.has(error.code ?? '');
}

const isDatabricks = (url: string): boolean => /^databricks(?:$|:)/.test(url);

/** User and password of an address, empty where it has none; undefined where it is no server's address. */
function userOf(address: string): { username: string; password: string } | undefined {
  if (!URL.canParse(address) || !/^https?:/.test(address)) return undefined;
  const { username, password } = new URL(address);
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    // A `%` that escapes nothing.
    return undefined;
  }
}

/** Databricks is named by a word and found by its own variables. */
function addressOf(url: string, env: NodeJS.ProcessEnv): { address: string; token: string | undefined } {
  if (!isDatabricks(url)) return { address: url, token: env.MLFLOW_TRACKING_TOKEN };
  const { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token } = env;
  if (host && token) return { address: /^https?:/.test(host) ? host : `https://${host}`, token };
  throw new AblateError(
    'TRACKER_REFUSED',
    'The tracking address is `databricks`, but DATABRICKS_HOST and DATABRICKS_TOKEN are not both set.',
    { remedy: 'Set both and type `npx ablate sync`.' },
  );
}

/**
 * Makes a connection by MLflow's own variables: `MLFLOW_TRACKING_TOKEN` or `_USERNAME` and `_PASSWORD` (or both in the
 * address),
 * `_INSECURE_TLS`, `_SERVER_CERT_PATH`, `_CLIENT_CERT_PATH`, `MLFLOW_HTTP_REQUEST_TIMEOUT` (seconds) and
 * `_MAX_RETRIES`;
 * `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count; `MLFLOW_S3_IGNORE_TLS` for a store's own addresses.
 *
 * @throws AblateError TRACKER_REFUSED where the address or a certificate cannot be used
 */
export function connect(trackingUrl: string, env: NodeJS.ProcessEnv = process.env): Connection {
  const { address, token } = addressOf(trackingUrl, env);
  const shown = redactSecrets(address, env).replace(/\/+$/, '');
  const own = userOf(address);
  if (!own) {
    const isHttp = /^https?:/.test(address);
    throw new AblateError('TRACKER_REFUSED', `${shown} is not the address of an MLflow server.`, {
      remedy: isHttp
        ? 'Write what is special in its user and password as in every address: / as %2F, @ as %40, % as %25.'
        : 'Start one with `mlflow server` and give its address: http://127.0.0.1:5000. What is kept in a database or folder is reached through it: `mlflow server --backend-store-uri …`.',
    });
  }
  const parsed = new URL(address);
  // What signs in is of one place: a user of the address never goes with a password of the environment.
  const { username, password } =
    own.username || isDatabricks(trackingUrl)
      ? own
      : { username: env.MLFLOW_TRACKING_USERNAME, password: env.MLFLOW_TRACKING_PASSWORD ?? '' };
  [parsed.username, parsed.password] = ['', ''];
  const url = parsed.href.replace(/\/+$/, '');
  const shared = {
    timeout: Number(env.MLFLOW_HTTP_REQUEST_TIMEOUT || 30) * 1000,
    maxBodyLength: Infinity,
    maxContentLength: Infinity,
    maxRedirects: 0,
    httpAgent: new http.Agent({ keepAlive: true }),
  };
  const client = axios.create({
    ...shared,
    baseURL: `${url}/api/2.0`,
    ...(username ? { auth: { username, password } } : token ? { headers: { Authorization: `Bearer ${token}` } } : {}),
    httpsAgent: new https.Agent({ keepAlive: true, ...tls(env) }),
  });
  const signed = axios.create({
    ...shared,
    httpsAgent: new https.Agent({ keepAlive: true, rejectUnauthorized: !isTrue(env.MLFLOW_S3_IGNORE_TLS) }),
  });
  for (const instance of [client, signed]) {
    axiosRetry(instance, {
      retries: Number(env.MLFLOW_HTTP_REQUEST_MAX_RETRIES || 3),
      shouldResetTimeout: true,
      retryCondition: isWorthRetrying,
      retryDelay: (count, error) => exponentialDelay(count, error, 200),
    });
  }
  return {
    url,
    http: client,
    signed,
    inTheClear: Boolean(username || token) && parsed.protocol === 'http:' && !isLoopback(url),
  };
}

function tls(env: NodeJS.ProcessEnv): https.AgentOptions {
  const {
    MLFLOW_TRACKING_INSECURE_TLS: insecure,
    MLFLOW_TRACKING_SERVER_CERT_PATH: ca,
    MLFLOW_TRACKING_CLIENT_CERT_PATH: client,
  } = env;
  const file = (variable: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new AblateError(
        'TRACKER_REFUSED',
        `The certificate that ${variable} names cannot be read: ${(cause as Error).message}.`,
        { cause, remedy: `Correct ${variable} and type \`npx ablate sync\`.` },
      );
    }
  };
  const own = client ? file('MLFLOW_TRACKING_CLIENT_CERT_PATH', client) : undefined;
  return {
    rejectUnauthorized: !isTrue(insecure),
    ...(ca && { ca: file('MLFLOW_TRACKING_SERVER_CERT_PATH', ca) }),
    ...(own && { cert: own, key: own }),
  };
}
