import { isSecretOption, isSecretVariable, secretQuery } from './secret-names.ts';

/**
 * An address' scheme, then its user and password: all up to the last `@` of its authority, and beyond a `/` where what
 * follows the colon is no port, as in `user:pa/ss@host`. Begins at a word's own beginning, so that a long text is read
 * once.
 */
const userInUrl =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)(?:[^\s/?#@:[]*:(?!\d{0,5}(?:[/?#\s"'<>(),;\]]|$))[^\s"'<>]*@|[^\s/?#]*@)/gi;
/**
 * A word whose addresses have lost their users; nothing is sought behind its last `@`, so that each address finds an
 * end at once.
 */
function withoutUsers(word: string): string {
  const end = word.lastIndexOf('@') + 1;
  return word.slice(0, end).replace(userInUrl, '$1') + word.slice(end);
}

/** Shorter values would be found in innocent words. */
const shortestSecret = 6;

function secretsOf(environment: NodeJS.ProcessEnv): [secret: string, name: string][] {
  const isSecret = ([name, value]: [string, string | undefined]): boolean =>
    isSecretVariable(name) && value !== undefined && value.length >= shortestSecret && !/^\d+$/.test(value);
  const named = Object.entries(environment).filter(isSecret) as [string, string][];
  const spellings = named.flatMap(([name, value]) =>
    [...new Set([value, encodeURIComponent(value)])].map((spelling): [string, string] => [spelling, name]),
  );
  return spellings.sort(([one], [other]) => other.length - one.length);
}

const withoutValues = (from: string, secrets: readonly [secret: string, name: string][]): string =>
  secrets.reduce((so, [secret, name]) => so.replaceAll(secret, `\${env:${name}}`), from);

/**
 * Replaces the values of secret environment variables in a text by `${env:NAME}`, and nothing else: for what is to be
 * read again with the same environment.
 */
export const hideSecretValues = (text: string, environment: NodeJS.ProcessEnv = process.env): string =>
  withoutValues(text, secretsOf(environment));

/**
 * Makes a copy in which no secret is left: the value of an environment variable that is named like one (`…_TOKEN`,
 * `…_PASSWORD`, `…_SECRET…`, `…_KEY`; six characters or more, not digits alone) becomes `${env:NAME}`, an option that
 * is named like one becomes `***`, and an address loses its user and password, and the values of its query that are
 * named like one. Numbers, keys and everything else stay as they are.
 *
 * @param value plain JSON or a text
 */
export function redactSecrets<T>(value: T, environment: NodeJS.ProcessEnv = process.env): T {
  const secrets = secretsOf(environment);
  const text = (from: string): string => {
    const done = withoutValues(from, secrets);
    return done.includes('://') ? done.replace(/\S+/g, withoutUsers).replace(secretQuery, '$1***') : done;
  };
  const redact = (part: unknown, key = ''): unknown => {
    if (typeof part === 'string') {
      const done = text(part);
      return isSecretOption(key) && part !== '' && !/^\$\{env:[^}]*\}$/.test(done) ? '***' : done;
    }
    if (Array.isArray(part)) return part.map((element) => redact(element, key));
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([name, element]) => [name, redact(element, name)]));
  };
  return redact(value) as T;
}
