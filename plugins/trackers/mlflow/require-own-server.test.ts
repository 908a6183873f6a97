import { describe, expect, it } from 'vitest';
import { connect } from './connection.ts';
import { isLoopback } from './is-loopback.ts';
import { requireOwnServer } from './require-own-server.ts';

const token = { MLFLOW_TRACKING_TOKEN: 'my-own-secret-token' };
const user = { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'my-own-password' };

describe('credentials of the environment', () => {
  it.each<[string, NodeJS.ProcessEnv]>([
    ['http://127.0.0.1:18081', { ...token, MLFLOW_TRACKING_URI: 'https://my.company.example' }],
    ['https://my.company.example.evil.example', { ...token, MLFLOW_TRACKING_URI: 'https://my.company.example' }],
    ['http://my.company.example', { ...user, MLFLOW_TRACKING_URI: 'https://my.company.example' }],
    ['https://my.company.example:444', { ...token, MLFLOW_TRACKING_URI: 'https://my.company.example' }],
    ['https://theirs.example', token],
    ['https://theirs.example', { MLFLOW_TRACKING_CLIENT_CERT_PATH: '/mine.pem' }],
    ['https://their-user:word@theirs.example', { MLFLOW_TRACKING_CLIENT_CERT_PATH: '/mine.pem' }],
  ])('are not for %s', (address, env) => {
    let message = '';
    try {
      requireOwnServer(address, env);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toMatch(/is not given MLFLOW_TRACKING_.*\n.*set MLFLOW_TRACKING_URI=http.*unset MLFLOW_TRACKING_/);
    expect(message).not.toMatch(/my-own|word/);
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['https://my.company.example/team/mlflow/', { ...token, MLFLOW_TRACKING_URI: 'https://my.company.example' }],
    ['https://me:word@my.company.example', { ...token, MLFLOW_TRACKING_URI: 'https://my.company.example' }],
    ['https://their-user:word@theirs.example', { ...token, ...user }],
    ['databricks', { ...token, DATABRICKS_HOST: 'https://x', DATABRICKS_TOKEN: 'y' }],
    ['http://anywhere.example', {}],
  ])('go, if at all, to %s', (address, env) => expect(() => requireOwnServer(address, env)).not.toThrow());

  it("never go with the user of an address, nor with Databricks'", () => {
    const signsIn = (url: string, env: NodeJS.ProcessEnv): unknown => connect(url, env).http.defaults.auth;
    expect(signsIn('https://theirs:@x.example', user)).toEqual({ username: 'theirs', password: '' });
    expect(
      signsIn('databricks', { ...user, DATABRICKS_HOST: 'https://x.example', DATABRICKS_TOKEN: 'y' }),
    ).toBeUndefined();
  });

  it('are told to travel in the clear where they do', () => {
    const clear = (url: string, env: NodeJS.ProcessEnv = {}): boolean => connect(url, env).inTheClear;
    expect([clear('http://x.example', token), clear('http://me:word@x.example')]).toEqual([true, true]);
    expect([
      clear('https://x.example', token),
      clear('http://127.0.0.1:5000', token),
      clear('http://x.example'),
    ]).toEqual([false, false, false]);
  });
});

it.each([
  ['http://localhost:5000', true],
  ['http://127.0.0.1', true],
  ['http://127.1.2.3:1', true],
  ['http://127.1', true],
  ['http://[::1]:5000', true],
  ['http://localhost.evil.example:5000', false],
  ['http://127.evil.example', false],
  ['http://127.0.0.1.evil.example', false],
  ['http://10.0.0.9', false],
  ['http://[::2]', false],
])('%s is this machine: %s', (url, own) => {
  expect(isLoopback(url)).toBe(own);
});

it.each(['http://user:pa/ss@host', 'http://us%er:word@host'])(
  '%s, an address that cannot be read, is refused without its password',
  (url) => {
    expect(() => connect(url, {})).toThrow(/^http:\/\/host is not the address of an MLflow server\.\n.*%2F/);
  },
);
