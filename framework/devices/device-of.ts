import { deviceNames, type DeviceName } from './devices.ts';
import { AblateError } from '../base/errors/ablate-error.ts';

/** Reads what `--device` names. @throws AblateError USAGE */
export function deviceOf(name: string): DeviceName | 'auto' {
  const known = [...deviceNames, 'auto'] as const;
  if (known.includes(name as DeviceName)) return name as DeviceName;
  throw new AblateError('USAGE', `There is no device "${name}".`, { remedy: `Devices: ${known.join(', ')}.` });
}
