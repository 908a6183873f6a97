/**
 * Progress of one long phase on standard error: a bar that rewrites its line on a terminal, elsewhere one line at the
 * start and one for every quarter done.
 *
 * @param {string} label what is going on, e.g. `Downloading TensorFlow 2.21.0`
 * @param {number} total the amount that counts as done, in bytes; 0 where it is not known
 */
export function progress(label, total, out = process.stderr) {
  const started = Date.now();
  let quarter = 0;
  if (!out.isTTY) out.write(`${label}${total ? ` (${megabytes(total)})` : ''} …\n`);
  return {
    /** @param {number} done bytes so far */
    update(done) {
      const share = total ? Math.min(1, done / total) : 0;
      if (out.isTTY) {
        const bar = total
          ? `[${'█'.repeat(Math.round(share * 24)).padEnd(24, '·')}] ${Math.round(share * 100)} % `
          : '';
        out.write(`\r\x1b[K${label} ${bar}${total ? `of ${megabytes(total)}, ` : ''}${seconds(started)} s`);
      } else if (total && Math.floor(share * 4) > quarter) {
        quarter = Math.floor(share * 4);
        out.write(`  ${quarter * 25} % of ${megabytes(total)}, ${seconds(started)} s\n`);
      }
    },
    /** Ends the line; call it however the phase went. */
    end() {
      if (out.isTTY) out.write(`\r\x1b[K${label}: ${seconds(started)} s\n`);
    },
  };
}

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;
const seconds = (since) => Math.round((Date.now() - since) / 1000);
