import { randomBytes } from 'node:crypto';

const ending = /\.[0-9a-f]{8}\.tmp$/;

/** Makes up a name for what becomes `file` once it is whole, beside it; no two calls give the same name. */
export const temporaryName = (file: string): string => `${file}.${randomBytes(4).toString('hex')}.tmp`;

/** Tells whether `temporaryName` can have given a file its name. */
export const isTemporaryName = (name: string): boolean => ending.test(name);
