import type { IncomingHttpHeaders } from 'node:http';
import type { Owner } from '../provisioning/draft.ts';
import { Refusal } from './refusal.ts';

const tenantName = /^[\w.~+@:-]{1,100}$/;
const path = /^\/[\w.~/*-]{0,500}$/;

/**
 * Reads the tenant from `NGSILD-Tenant` or `Fiware-Service`, and `Fiware-ServicePath`.
 * @throws Refusal WRONG_SYNTAX when a name is malformed, or the two headers name two tenants.
 */
export function ownerOf(headers: IncomingHttpHeaders): Owner {
  const tenant = tenantIn(headers, 'NGSILD-Tenant');
  const service = tenantIn(headers, 'Fiware-Service');
  if (tenant !== '' && service !== '' && tenant !== service)
    throw new Refusal(
      'WRONG_SYNTAX',
      `NGSILD-Tenant is ${tenant} and Fiware-Service is ${service}: a request is about one tenant, send one of them`,
    );
  const servicePath = headerIn(headers, 'Fiware-ServicePath') || '/';
  if (!path.test(servicePath))
    throw new Refusal('WRONG_SYNTAX', 'Fiware-ServicePath must be a path such as /madrid/air');
  return { tenant: tenant || service, servicePath };
}

function tenantIn(headers: IncomingHttpHeaders, name: string): string {
  const value = headerIn(headers, name);
  if (value === '' || tenantName.test(value)) return value;
  throw new Refusal(
    'WRONG_SYNTAX',
    `${name} is ${JSON.stringify(value.slice(0, 120))}: a tenant's name has 1 to 100 letters, digits or . _ ~ + @ : -`,
  );
}

function headerIn(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value.trim() : '';
}
