import { hostname } from 'node:os';

/**
 * The URL at which others reach this broker: PUBLIC_URL, else what HOST and BROKER_PORT say; where HOST is every address,
 * by the name of the machine.
 */
export function publicUrlOf({
  publicUrl,
  host,
  port,
}: {
  readonly publicUrl: string | undefined;
  readonly host: string;
  readonly port: number;
}): string {
  if (publicUrl !== undefined) return publicUrl;
  const name = ['0.0.0.0', '::', ''].includes(host) ? hostname() : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
