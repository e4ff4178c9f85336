import { type Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { type EgressPolicy, EgressRefused, egressAgent } from './egress.ts';
import type { ProxyExceptions } from './proxy-exceptions.ts';
import type { TlsTrust } from './tls-trust.ts';

/** A proxy for HTTP and HTTPS. */
export interface EgressProxy {
  /** `http:` or `https:`; may hold user and password. */
  readonly url: string;
  readonly exceptions: ProxyExceptions;
}

export interface EgressDispatcherOptions {
  /** Node's own trust when not given. */
  readonly tls?: TlsTrust;
  /** Everything is asked directly when not given. */
  readonly proxy?: EgressProxy;
  /** Milliseconds until a connection, or a way through the proxy, has to be there; 5,000 when not given. */
  readonly connectTimeout?: number;
}

/** Milliseconds for which the judgement of a name holds. */
const JUDGED = 30_000;

/**
 * Asks as the policy allows, through the proxy where there is one: HTTPS by CONNECT, HTTP with whole URLs. What the
 * policy forbids is not asked of the proxy either: addresses, and names that have one here. The address of a name that
 * is only known behind the proxy is the proxy's to judge.
 */
export function egressDispatcher(
  policy: EgressPolicy,
  { tls, proxy, connectTimeout = 5000 }: EgressDispatcherOptions = {},
): Agent {
  const direct = { connectTimeout, ...(tls && { tls }) };
  if (!proxy) return egressAgent(policy, direct);
  const { token, uri } = proxyOf(proxy.url);
  return egressAgent(policy, {
    ...direct,
    factory: (origin, options) => {
      const { protocol, hostname, port } = new URL(origin);
      const target = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
      if (proxy.exceptions(target, Number(port || (protocol === 'https:' ? 443 : 80))))
        return new Pool(origin, options);
      const agent = new ProxyAgent({
        uri,
        ...(token !== undefined && { token }),
        proxyTunnel: false,
        proxyTls: { ...tls, timeout: connectTimeout },
        requestTls: { ...tls, timeout: connectTimeout },
        clientFactory: (to, its) => new Pool(to, { ...its, headersTimeout: connectTimeout }),
      });
      return agent.compose(judging(nameJudge(policy, target)));
    },
  });
}

function proxyOf(url: string): { readonly uri: string; readonly token?: string } {
  const parsed = new URL(url);
  if (parsed.username === '') return { uri: parsed.origin };
  const login = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
  return { uri: parsed.origin, token: `Basic ${Buffer.from(login).toString('base64')}` };
}

// Of a request that never began there is nothing to control.
const NO_CONTROLLER = null as unknown as Dispatcher.DispatchController;

function judging(judge: () => Promise<Error | undefined>): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const fail = (error: Error): void => handler.onResponseError?.(NO_CONTROLLER, error);
    judge()
      .then((refused) => void (refused ? fail(refused) : dispatch(options, handler)))
      .catch(fail);
    return true;
  };
}

/** Why a name may not be asked, by the addresses that it has here: looked up now and then, not for every request. */
function nameJudge(policy: EgressPolicy, hostname: string): () => Promise<Error | undefined> {
  let judged: Promise<Error | undefined> | undefined;
  let until = 0;
  return () => {
    if (judged === undefined || performance.now() > until) {
      until = performance.now() + JUDGED;
      judged = refusalOf(policy, hostname);
    }
    return judged;
  };
}

function refusalOf({ hostRefusal, lookup }: EgressPolicy, hostname: string): Promise<Error | undefined> {
  const refused = hostRefusal(hostname);
  if (refused !== undefined) return Promise.resolve(new EgressRefused(refused));
  return new Promise((resolve) => {
    lookup(hostname, { all: true }, (error) => resolve(error?.name === 'EgressRefused' ? error : undefined));
  });
}
