import { fileURLToPath } from 'node:url';

/**
 * Loads Sharp so that it knows the figures' font beside those of the system: a machine may have no font at all (a
 * container), and text would be empty boxes. The variable counts when the first text is drawn; one that the user has
 * set stays.
 */
export async function sharpWithFont(): Promise<typeof import('sharp').default> {
  process.env['FONTCONFIG_FILE'] ??= fileURLToPath(new URL('./fonts/fonts.conf', import.meta.url));
  return (await import('sharp')).default;
}
