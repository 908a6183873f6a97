/** Arguments of each line that begins with `npx ablate`, in quotes or not, as a shell would part them; comments are left out. */
export function commandsIn(text: string): string[][] {
  return [...text.matchAll(/^\s*npx ablate (.+)$/gm)].map(([, line]) => [...line!.replace(/\s#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!));
}
