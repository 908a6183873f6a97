import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Who installed the Ablate that runs: whose code is running already. A container's administrator may work in a user's
 * folder.
 */
const installer = statSync(fileURLToPath(import.meta.url)).uid;

/**
 * Tells whether a file or folder, and the folder that it lies in, belong to this process's user, to the machine's
 * administrator or to who installed Ablate, as git asks of a repository: in a folder that others may write, anybody
 * could have left it. True where files have no owners (Windows). (`framework/app/setup/belongs-to-user.mjs` is the same
 * rule for set-up.)
 */
export function belongsToUser(file: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const own = [0, user, installer, ...(user === 0 && process.env.SUDO_UID ? [Number(process.env.SUDO_UID)] : [])];
  try {
    return [lstatSync(file), statSync(file), statSync(path.dirname(file))].every(({ uid }) => own.includes(uid));
  } catch {
    return false;
  }
}
