import type { Parameter } from '../../contracts/parameter.ts';

/** Prefixes parameters' names with their component's: `kernel` of `backbone` becomes `backbone/kernel`. */
export function qualified(component: string, parameters: readonly Parameter[]): Parameter[] {
  return parameters.map((parameter) => ({ ...parameter, name: `${component}/${parameter.name}` }));
}
