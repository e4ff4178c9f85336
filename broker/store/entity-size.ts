import { NgsiLdError } from '../domain/errors.ts';

/** The most bytes of an Entity's JSON, on every driver. */
const ENTITY_BYTES = 4 * 1024 * 1024;

/** `body` is the JSON of the Entity. @throws NgsiLdError EntityTooLarge when it has more than 4 MB. */
export function assertEntitySize(id: string, body: string): void {
  if (fits(body)) return;
  throw new NgsiLdError(
    'EntityTooLarge',
    `the Entity ${id} would have more than 4 MB: split it into several Entities`,
  );
}

/**
 * `text` is the JSON of an instance that a client gives to the history: it may be as large as an Entity that has nothing
 * else. @throws NgsiLdError EntityTooLarge when it has more than 4 MB.
 */
export function assertInstanceSize(attribute: string, text: string): void {
  if (fits(text)) return;
  throw new NgsiLdError(
    'EntityTooLarge',
    `an instance of ${attribute} has more than 4 MB: keep the value elsewhere and link to it`,
  );
}

/** A UTF-16 unit is at most three bytes: most texts need no count. */
function fits(text: string): boolean {
  return text.length * 3 <= ENTITY_BYTES || Buffer.byteLength(text) <= ENTITY_BYTES;
}
