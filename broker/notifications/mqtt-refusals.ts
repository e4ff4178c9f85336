/**
 * Reason codes by which an MQTT broker refuses a connection (3.1.1: 1 to 5) or a message (5.0: from 128) for reasons that
 * time does not heal: what is wrong stands in the Subscription, or in what this user may do.
 */
const LASTING: ReadonlySet<number> = new Set([
  0x01, // Unacceptable protocol version
  0x02, // Identifier rejected
  0x04, // Bad user name or password
  0x05, // Not authorized
  0x81, // Malformed packet
  0x82, // Protocol error
  0x84, // Unsupported protocol version
  0x85, // Client identifier not valid
  0x86, // Bad user name or password
  0x87, // Not authorized
  0x8a, // Banned
  0x8c, // Bad authentication method
  0x90, // Topic name invalid
  0x95, // Packet too large
  0x99, // Payload format invalid
  0x9a, // Retain not supported
  0x9b, // QoS not supported
]);

const VERSIONS: ReadonlySet<unknown> = new Set([0x01, 0x84]);

/** True when trying again would not help. */
export function isLasting(error: unknown): boolean {
  const code = codeOf(error);
  return typeof code === 'number' && LASTING.has(code);
}

/** The error text that users see. */
export function refusalText(error: unknown): string {
  const { message } = error as Error;
  const code = codeOf(error);
  const remedy = VERSIONS.has(code) ? '; name another MQTT-Version in notifierInfo' : '';
  return typeof code === 'string' ? `${code}: ${message}` : `${message}${remedy}`;
}

/** MQTT's reason code (a number) or that of a system error (a text). */
function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}
