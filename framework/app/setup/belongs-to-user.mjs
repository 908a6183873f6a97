import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Who installed the Ablate that runs: whose code is running already. */
const installer = fs.statSync(fileURLToPath(import.meta.url)).uid;

/**
 * Whether a file or folder, and the folder that it lies in, belong to this process's user, to the machine's
 * administrator or to who installed Ablate: in a folder that others may write, anybody could have left it. True where
 * files have no owners (Windows).
 *
 * @param {string} file
 * @returns {boolean}
 */
export function belongsToUser(file) {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const own = [0, user, installer, ...(user === 0 && process.env.SUDO_UID ? [Number(process.env.SUDO_UID)] : [])];
  try {
    return [fs.lstatSync(file), fs.statSync(file), fs.statSync(path.dirname(file))].every(({ uid }) =>
      own.includes(uid),
    );
  } catch {
    return false;
  }
}
