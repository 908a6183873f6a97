/** Compares names with their numbers by size, `s2` before `s10`; by code points else, so the same on every machine. */
export function naturalOrder(a: string, b: string): number {
  const [parts, others] = [a.match(chunks) ?? [], b.match(chunks) ?? []];
  for (let index = 0; index < Math.min(parts.length, others.length); index++) {
    const [part, other] = [parts[index]!, others[index]!];
    const byNumber = digits.test(part) && digits.test(other) ? Number(part) - Number(other) : 0;
    if (byNumber !== 0) return byNumber;
    if (part !== other) return part < other ? -1 : 1;
  }
  return parts.length - others.length;
}

const chunks = /\d+|\D+/g;
const digits = /^\d/;
