import path from 'node:path';

/**
 * Writes a name as places do: relative to the place, with `/` between folders and no step that leads nowhere.
 *
 * @param place the place's absolute path
 */
export function tidyName(name: string, place: string): string {
  const inside = path.isAbsolute(name) ? path.relative(place, name) : name;
  return path.posix.normalize((path.isAbsolute(name) && inside.startsWith('..') ? name : inside).replaceAll('\\', '/'));
}
