import { NgsiLdError } from '../domain/errors.ts';

/** The most bytes of an Entity's JSON, on every driver. */
const ENTITY_BYTES = 4 * 1024 * 1024;

/** `body` is the JSON of the Entity. @throws NgsiLdError EntityTooLarge when it has more than 4 MB. */
export function assertEntitySize(id: string, body: string): void {
  // A UTF-16 unit is at most three bytes: most texts need no count.
  if (body.length * 3 <= ENTITY_BYTES || Buffer.byteLength(body) <= ENTITY_BYTES) return;
  throw new NgsiLdError(
    'EntityTooLarge',
    `the Entity ${id} would have more than 4 MB: split it into several Entities`,
  );
}
