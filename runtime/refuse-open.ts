import { isIPv4 } from 'node:net';
import { StartError } from './start-error.ts';

/** True when only programs on this machine can reach a server that is bound to the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Refuses, with a StartError, to serve other machines without any protection, unless the operator wants just that. */
export function refuseOpen({
  host,
  isProtected,
  allowOpen,
}: {
  readonly host: string;
  /** API keys or another authorization are configured. */
  readonly isProtected: boolean;
  readonly allowOpen: boolean;
}): void {
  if (isProtected || allowOpen || isLoopback(host)) return;
  throw new StartError(
    `HOST is ${host}, so other machines can reach this program, and nothing protects it: set API_KEYS ("npm run hash-key" makes a hash), keep HOST at 127.0.0.1, or set ALLOW_OPEN=1 where something in front of it checks who calls.`,
  );
}
