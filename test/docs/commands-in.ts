/** Lines that begin with `npx ablate`, as they are printed. */
export function commandsIn(text: string): string[] {
  return [...text.matchAll(/^\s*(npx ablate .+)$/gm)].map(([, line]) => line!);
}

/** Arguments of such a line, in quotes or not, as a shell would part them; comments are left out. */
export function argumentsOf(line: string): string[] {
  const words = line.replace(/^npx ablate |\s#.*$/g, '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare!);
}
