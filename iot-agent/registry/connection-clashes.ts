import { RegistryError } from './registry-error.ts';

/** The tenant has a connection of that name. */
export function connectionClash(name: string): RegistryError {
  return new RegistryError(
    'DUPLICATE_CONNECTION',
    `There is a connection ${name}: change it by PUT or PATCH /iot/connections/${encodeURIComponent(name)}`,
  );
}

/** The connection is not there (any more). */
export function connectionNotFound(name: string): RegistryError {
  return new RegistryError(
    'CONNECTION_NOT_FOUND',
    `No connection was found with the name: ${name}. GET /iot/connections lists those of this tenant`,
  );
}
