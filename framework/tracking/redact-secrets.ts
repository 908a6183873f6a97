const secretVariable = /TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL/i;
const secretOption = /(?:password|passwd|token|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)$/i;
const userInUrl = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
/** Shorter values would be found in innocent words. */
const shortestSecret = 6;

function secretsOf(environment: NodeJS.ProcessEnv): [secret: string, name: string][] {
  const isSecret = ([name, value]: [string, string | undefined]): boolean => secretVariable.test(name) && value !== undefined && value.length >= shortestSecret && !/^\d+$/.test(value);
  const named = Object.entries(environment).filter(isSecret) as [string, string][];
  const spellings = named.flatMap(([name, value]) => [...new Set([value, encodeURIComponent(value)])].map((spelling): [string, string] => [spelling, name]));
  return spellings.sort(([one], [other]) => other.length - one.length);
}

/**
 * A copy in which no secret is left: the value of an environment variable that is named like one (`…_TOKEN`, `…_PASSWORD`,
 * `…_SECRET…`, `…_API_KEY`; six characters or more, not digits alone) becomes `${env:NAME}`, an option that is named like one becomes `***`, and a
 * URL loses its user and password. Numbers, keys and everything else stay as they are.
 *
 * @param value plain JSON or a text
 */
export function redactSecrets<T>(value: T, environment: NodeJS.ProcessEnv = process.env): T {
  const secrets = secretsOf(environment);
  const text = (from: string): string => secrets.reduce((done, [secret, name]) => done.replaceAll(secret, `\${env:${name}}`), from).replace(userInUrl, '$1');
  const redact = (part: unknown, key = ''): unknown => {
    if (typeof part === 'string') {
      const done = text(part);
      return secretOption.test(key) && part !== '' && !/^\$\{env:[^}]*\}$/.test(done) ? '***' : done;
    }
    if (Array.isArray(part)) return part.map((element) => redact(element, key));
    if (part === null || typeof part !== 'object') return part;
    return Object.fromEntries(Object.entries(part).map(([name, element]) => [name, redact(element, name)]));
  };
  return redact(value) as T;
}
