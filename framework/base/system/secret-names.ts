/**
 * Words that name a secret, as a regular expression's alternatives: of an environment variable, an argument, an
 * address' query.
 */
const plain = 'token|password|passwd|passphrase|secret|credential';
const words = `${plain}|key`;

const secretVariable = new RegExp(words, 'i');
// `key` alone, or at the end of a word (`sortKey`), is what options call a name.
const secretOption =
  /(?:password|passwd|passphrase|token|secret|(?:api|access|private|secret|signing|encryption|ssh|account)[_-]?key|credentials?)$/i;

/**
 * Tells whether an environment variable is named like a secret: `…_TOKEN`, `…_PASSWORD`, `…_PASSPHRASE`, `…_SECRET…`,
 * `…_KEY`, `…_CREDENTIALS`.
 */
export const isSecretVariable = (name: string): boolean => secretVariable.test(name);

/** Tells whether a plugin's option is named like a secret. */
export const isSecretOption = (name: string): boolean => secretOption.test(name);

/** An argument `name=value` whose name is a secret's: the name with `=`, then the value. */
export const secretArgument = new RegExp(`^([^=]*(?:${words})[^=]*=).+$`, 'is');

/** A part of an address' query that lets in whoever knows it: `?` or `&` with the name and `=`, then the value. */
export const secretQuery = new RegExp(
  `([?&](?:[\\w.%-]{0,60}?(?:(?:${plain}|signature)[\\w.%-]{0,60}|key)|sig|auth|pwd)=)[^&#\\s"'<>)]+`,
  'gi',
);
