/**
 * The short name of an Attribute that a broker tells of in full, `on` of `https://uri.etsi.org/ngsi-ld/default-context/on`: some do not
 * keep the @context that a subscription was made with. Any other name is itself.
 */
export function shortNameOf(told: string): string {
  return told.includes('://') ? told.slice(Math.max(told.lastIndexOf('/'), told.lastIndexOf('#')) + 1) : told;
}

/** Whether what a broker tells of is the Attribute of that name. */
export function isCalled(told: string, name: string): boolean {
  return told === name || shortNameOf(told) === name;
}
