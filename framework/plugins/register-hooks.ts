/**
 * Lets plugins, wherever they lie, import the running framework and be TypeScript, as the command does: for a process
 * that came in through the package's entry and not through the command.
 */
export async function registerHooks(): Promise<void> {
  if (import.meta.url.endsWith('.ts')) return;
  await import(new URL('../../../framework/app/bin/register.mjs', import.meta.url).href);
}
