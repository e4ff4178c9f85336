import { systemErrorCode } from '../../runtime/start-error.ts';

/** What is wrong with a connection to an MQTT broker. */
export type MqttProblem =
  | 'dns'
  | 'network'
  | 'tls'
  | 'login'
  | 'client-id'
  | 'topics'
  | 'broker'
  | 'settings';

/** A failure in plain words: what is wrong, and what to do. */
export interface MqttFailure {
  readonly problem: MqttProblem;
  readonly reason: string;
}

type Explanation = readonly [problem: MqttProblem, reason: string];

/** By the code of the system or of TLS; the text follows the name of the broker. */
const byCode: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  ['ENOTFOUND', ['dns', 'has a name that cannot be resolved: correct the host of the URL, or the DNS']],
  ['EAI_AGAIN', ['dns', 'has a name that cannot be resolved now: the DNS does not answer']],
  [
    'ECONNREFUSED',
    ['network', 'refuses connections: nothing listens at this port, or a firewall is between'],
  ],
  ['ETIMEDOUT', ['network', 'does not answer: correct host and port, or open the firewall']],
  ['EHOSTUNREACH', ['network', 'cannot be reached from here: there is no route to it']],
  ['ENETUNREACH', ['network', 'cannot be reached from here: there is no route to it']],
  ['ECONNRESET', ['network', 'ends the connection at once: a port for TLS wants mqtts:// or wss://']],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    ['tls', 'has a certificate of an authority that is not known: give it as ca'],
  ],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['tls', 'has a certificate that it signed itself: give it as ca']],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ['tls', 'has a certificate that the given authority did not sign: correct ca'],
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ['tls', 'has a certificate of an authority that is not known: give it as ca'],
  ],
  ['CERT_SIGNATURE_FAILURE', ['tls', 'has a certificate that the given authority did not sign: correct ca']],
  ['CERT_HAS_EXPIRED', ['tls', 'has a certificate that has expired: renew it there']],
  ['CERT_NOT_YET_VALID', ['tls', 'has a certificate that is not valid yet: look at the clocks']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['tls', 'has a certificate for another name than the host of the URL']],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    ['tls', 'wants a certificate of the client: give cert and key'],
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', ['tls', 'speaks no TLS at this port: use mqtt:// or another port']],
  ['EPROTO', ['tls', 'speaks no TLS at this port, or one of another kind']],
]);

/** By the return code of CONNACK (MQTT 3.1.1, section 3.2.2.3). */
const byReturnCode: ReadonlyMap<number, Explanation> = new Map<number, Explanation>([
  [1, ['broker', 'does not speak MQTT 3.1.1']],
  [2, ['client-id', 'refuses the client id: set clientId to one that it allows']],
  [3, ['broker', 'says that it is not available now']],
  [4, ['login', 'refuses user and password: correct them']],
  [
    5,
    [
      'login',
      'says that the user is not authorized: correct user and password, or give the user the right to connect',
    ],
  ],
]);

/** What an error of the client library means; `broker` is the URL without secrets. */
export function explainMqttFailure(error: Error, broker: string): MqttFailure {
  const explanation = explanationOf(error);
  if (explanation === undefined) return { problem: 'network', reason: `${broker}: ${textOf(error)}` };
  const [problem, reason] = explanation;
  return { problem, reason: `${broker} ${reason}` };
}

function explanationOf(error: Error): Explanation | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return byReturnCode.get(code);
  const known = byCode.get(firstCode(error));
  if (known !== undefined) return known;
  if (/connack timeout/i.test(error.message))
    return ['broker', 'takes the connection and says nothing: is it an MQTT broker, and is TLS right?'];
  return firstCode(error).startsWith('ERR_SSL') || firstCode(error).startsWith('ERR_OSSL')
    ? ['tls', `cannot be spoken to by TLS: ${error.message}`]
    : undefined;
}

/** Where several addresses were tried, the error is of all of them. */
function firstCode(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return systemErrorCode(first) || systemErrorCode(error);
}

function textOf(error: Error): string {
  return error.message || systemErrorCode(error) || 'the connection failed';
}
