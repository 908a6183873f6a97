/** Appends numbers to names from the second of the same on: `rotate`, `rotate-2`. */
export function numberedNames(names: readonly string[]): string[] {
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}
