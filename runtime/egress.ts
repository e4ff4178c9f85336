import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { kindOfAddress } from './egress-addresses.ts';
import type { TlsTrust } from './tls-trust.ts';

/** A connection that the egress policy forbids; the message names the address and the remedy. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

/** Where requests to URLs given by clients may go. */
export interface EgressPolicy {
  /** Why the URL may not be asked, or `undefined`. Judges the scheme and literal addresses; names wait for `lookup`. */
  refusal(url: string): string | undefined;
  /** Why a host (an address or a name) may not be connected to, or `undefined`; names wait for `lookup`. */
  hostRefusal(host: string): string | undefined;
  /**
   * For `net.connect` and `tls.connect`: resolves a name and fails with EgressRefused when an address is forbidden.
   * The address judged is the one connected to, so a name that changes its address in between gains nothing.
   */
  readonly lookup: LookupFunction;
}

/** The policy of EGRESS_PRIVATE; `resolve` stands in for DNS in tests. */
export function egressPolicy({
  schemes,
  privateAddresses,
  resolve = systemLookup,
}: {
  /** Without the colon, e.g. `https`. */
  readonly schemes: readonly string[];
  readonly privateAddresses: 'allow' | 'deny';
  readonly resolve?: typeof systemLookup;
}): EgressPolicy {
  const addressRefusal = (address: string): string | undefined => {
    const kind = kindOfAddress(address);
    if (kind === 'forbidden') return `${address} is a link-local, metadata or multicast address, never asked`;
    return kind === 'private' && privateAddresses === 'deny'
      ? `${address} is a private address and EGRESS_PRIVATE is deny`
      : undefined;
  };
  const hostRefusal = (host: string): string | undefined => {
    const bare = host.startsWith('[') ? host.slice(1, -1) : host;
    return isIP(bare) === 0 ? undefined : addressRefusal(bare);
  };
  const refusal = (text: string): string | undefined => {
    if (!URL.canParse(text)) return `${text.slice(0, 200)} is no absolute URL`;
    const { protocol, hostname } = new URL(text);
    const scheme = protocol.slice(0, -1);
    if (!schemes.includes(scheme)) return `the scheme ${scheme} is none of ${schemes.join(', ')}`;
    return hostRefusal(hostname);
  };
  return { refusal, hostRefusal, lookup: guardedLookup(resolve, addressRefusal) };
}

function guardedLookup(
  resolve: typeof systemLookup,
  refusalOf: (address: string) => string | undefined,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const refused = addresses
        .map(({ address }) => refusalOf(address))
        .find((reason) => reason !== undefined);
      const [first] = addresses;
      if (refused !== undefined || first === undefined) {
        return callback(new EgressRefused(`${hostname}: ${refused ?? 'no address'}`), '', 0);
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

interface EgressAgentOptions extends Omit<Agent.Options, 'connectTimeout' | 'tls'> {
  /** Milliseconds. */
  readonly connectTimeout?: number;
  /** Node's own trust when not given. */
  readonly tls?: TlsTrust;
}

/** An undici Agent whose every connection, after redirects too, obeys the policy. */
export function egressAgent(
  policy: EgressPolicy,
  { connectTimeout = 5000, tls, ...options }: EgressAgentOptions = {},
): Agent {
  const connect = buildConnector({ ...tls, lookup: policy.lookup, timeout: connectTimeout });
  return new Agent({
    ...options,
    connect: (target, callback) => {
      // A literal address never reaches `lookup`.
      const refused = policy.hostRefusal(target.hostname);
      if (refused === undefined) connect(target, callback);
      else callback(new EgressRefused(refused), null);
    },
  });
}
