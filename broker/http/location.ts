/** The path of a resource for a Location header, relative to the host; colons of URNs stay legible (RFC 3986 3.3). */
export function locationOf(collection: string, id: string): string {
  return `/ngsi-ld/v1${collection}/${encodeURIComponent(id).replaceAll('%3A', ':')}`;
}
