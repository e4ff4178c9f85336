import { randomUUID } from 'node:crypto';

/** The header that carries a correlation id in requests, answers and notifications. */
export const correlationHeader = 'X-Correlation-Id';

const visible = /^[\x21-\x7e]{1,128}$/;

/**
 * The client's correlation id when it is 1 to 128 visible ASCII characters, else a new one: an id ends up in logs
 * and headers, where blanks, line ends and floods have no place.
 */
export function correlationId(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && visible.test(header) ? header : randomUUID();
}
