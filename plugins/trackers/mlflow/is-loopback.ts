import { isIPv4 } from 'node:net';

/**
 * Tells whether an address names this machine itself: `localhost`, `127.0.0.0/8` or `[::1]`, and nothing that only
 * begins so.
 */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
