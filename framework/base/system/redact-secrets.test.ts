import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from './redact-secrets.ts';

const redact = (text: string): string => redactSecrets(text, {});

describe('an address', () => {
  it.each([
    ['https://user:pass@host/x', 'https://host/x'],
    ['http://user:p@ssw0rd@host', 'http://host'],
    ['http://user:pa/ss@host', 'http://host'],
    ['https://only-a-token@host/x', 'https://host/x'],
    ['s3+http://a:b@c and postgres://d:e@f', 's3+http://c and postgres://f'],
    ['https://host/x?token=squeamish-ossifrage&size=1', 'https://host/x?token=***&size=1'],
    [
      'https://host/x?a=1&X-Amz-Signature=abc&X-Amz-Credential=def#top',
      'https://host/x?a=1&X-Amz-Signature=***&X-Amz-Credential=***#top',
    ],
    ['https://acct.blob/x?sv=1&sig=a%3D', 'https://acct.blob/x?sv=1&sig=***'],
    ['https://maps/x?api_key=abc', 'https://maps/x?api_key=***'],
  ])('loses user, password and what its query lets in with: %s', (text, expected) =>
    expect(redact(text)).toBe(expected),
  );

  it.each([
    'http://host:5000/a@b',
    'http://host:80?x=a@b',
    'http://[::1]:80/@x',
    '(see http://host:5000), or ask a@b',
    'git@github.com:x/y',
    'https://host/x?keyword=cat&page=2',
    'a?token=1',
  ])('stays where it holds none: %s', (text) => expect(redact(text)).toBe(text));

  it('holds nothing of a password any more, whatever that consists of', () => {
    const word = fc
      .string({ unit: fc.constantFrom('a', '1', '@', '/', ':', '.', '%', '-'), minLength: 1, maxLength: 12 })
      .map((text) => `Z${text}Z`);
    fc.assert(
      fc.property(word, (password) => {
        expect(redact(`see http://me:${password}@host.example/x`)).toBe('see http://host.example/x');
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('the environment', () => {
  it.each(['MY_TOKEN', 'DB_PASSWORD', 'KEY_PASSPHRASE', 'SIGNING_KEY', 'KEY', 'GH_SECRET_1', 'AWS_CREDENTIALS'])(
    'keeps the value of %s',
    (name) => {
      expect(
        redactSecrets({ note: 'is hunter2hunter2', list: ['hunter2hunter2'] }, { [name]: 'hunter2hunter2' }),
      ).toEqual({ note: `is \${env:${name}}`, list: [`\${env:${name}}`] });
    },
  );

  it('shows what is no secret: other names, short values, numbers', () => {
    const text = 'home-of-mine, abc, 123456789';
    expect(redactSecrets(text, { HOME: 'home-of-mine', A_TOKEN: 'abc', B_TOKEN: '123456789' })).toBe(text);
  });
});

describe('an option', () => {
  it.each(['password', 'apiKey', 'access_key', 'passphrase', 'credentials', 'authToken'])(
    'named %s is left out',
    (name) => expect(redactSecrets({ [name]: 'x' }, {})).toEqual({ [name]: '***' }),
  );
  it.each(['sortKey', 'key', 'tokens', 'secretary'])('named %s stays', (name) =>
    expect(redactSecrets({ [name]: 'x' }, {})).toEqual({ [name]: 'x' }),
  );
});

it('takes time in proportion to a long text', () => {
  for (const text of [
    `${'a.'.repeat(400_000)}://`,
    `http://${'a:'.repeat(200_000)}`,
    'http://a:x/'.repeat(100_000),
    `a@b ${'http://a:x/'.repeat(100_000)}`,
    `http://x?${'token'.repeat(100_000)}`,
  ])
    expect(redact(text)).toBe(text);
});
