import { badRequest } from '../domain/errors.ts';

/** The header that names a tenant (clause 6.3.14). */
export const tenantHeader = 'NGSILD-Tenant';

const tenantName = /^[\w.~+@:-]{1,100}$/;

/**
 * The tenant of a request: the empty string is the default tenant.
 * @throws NgsiLdError BadRequestData when the name is none that can travel in a header and a URL.
 */
export function tenantOf(header: string | string[] | undefined): string {
  if (header === undefined || header === '') return '';
  if (typeof header === 'string' && tenantName.test(header)) return header;
  throw badRequest(
    `The ${tenantHeader} header is ${JSON.stringify(header)}: a tenant's name has 1 to 100 letters, digits or . _ ~ + @ : -`,
  );
}
