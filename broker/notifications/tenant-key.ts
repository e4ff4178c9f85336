/** One text for what a tenant has under an id: the name of no tenant holds the separator. */
export function keyOf(tenant: string, id: string): string {
  return `${tenant}\u0000${id}`;
}
