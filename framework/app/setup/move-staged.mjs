import fs from 'node:fs';

/**
 * Gives a folder that was filled its final name. Where another process was quicker, its folder stays, which holds the
 * same.
 *
 * @param {string} part
 * @param {string} target
 */
export function moveStaged(part, target) {
  try {
    fs.renameSync(part, target);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code) || !fs.existsSync(target)) throw error;
  }
}
