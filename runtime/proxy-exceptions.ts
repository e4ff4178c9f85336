import { BlockList, isIP } from 'node:net';

/** True for what is asked without the proxy. `host` without brackets; `port` as a number. */
export type ProxyExceptions = (host: string, port: number) => boolean;

const ENTRY = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+)|([0-9a-f:.]+:[0-9a-f:.]*))(?::(\d{1,5})|\/(\d{1,3}))?$/i;

/**
 * For settings: hosts apart by commas, in the form that NO_PROXY has: `*`, a name (with all below it, a dot or `*.` in
 * front of it or not), an address, a range of addresses such as 10.0.0.0/8; behind a name or address may stand a port.
 */
export function proxyExceptions(text: string): ProxyExceptions {
  const entries = text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .map(exceptionOf);
  return (host, port) => entries.some((isExcepted) => isExcepted(host.toLowerCase(), port));
}

function exceptionOf(entry: string): ProxyExceptions {
  if (entry === '*') return () => true;
  const [, bracketed, name, bare, port, prefix] = ENTRY.exec(entry) ?? [];
  const host = bracketed ?? name ?? bare;
  if (host === undefined || (host !== name && isIP(host) === 0))
    throw new Error('names, addresses and ranges such as 10.0.0.0/8 apart by commas, or *');
  const isHost = prefix === undefined ? hostTest(host) : rangeTest(host, Number(prefix));
  return port === undefined ? isHost : (asked, at) => at === Number(port) && isHost(asked, at);
}

function hostTest(host: string): ProxyExceptions {
  if (isIP(host) !== 0) return rangeTest(host, isIP(host) === 6 ? 128 : 32);
  const name = host.replace(/^\*?\.+/, '');
  return (asked) => asked === name || asked.endsWith(`.${name}`);
}

function rangeTest(address: string, prefix: number): ProxyExceptions {
  const range = new BlockList();
  try {
    range.addSubnet(address, prefix, familyOf(address));
  } catch (error) {
    throw new Error(`ranges of addresses such as 10.0.0.0/8, not ${address}/${prefix}`, { cause: error });
  }
  return (asked) => isIP(asked) !== 0 && range.check(asked, familyOf(asked));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
