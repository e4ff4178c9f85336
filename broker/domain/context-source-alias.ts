/** What separates the parts of a tenant's alias; it can be in neither of them. */
const SEPARATOR = '!';
/** A pseudonym of RFC 9110 section 7.6.3, which can stand in a Via header. */
const pseudonym = /^[\w#$%&'*+.^`|~-]{1,100}$/;

/** True for a text that can be the alias of a Context Source (clause 5.2.40). */
export function isAlias(text: string): boolean {
  return pseudonym.test(text);
}

/**
 * The alias of one tenant of a Context Source: loops are told by it, and what comes from another tenant of the same
 * broker is none (clauses 4.14, 5.2.40). The default tenant has the alias itself.
 */
export function tenantAlias(alias: string, tenant: string): string {
  return tenant === '' ? alias : alias + SEPARATOR + encodeURIComponent(tenant);
}
