/** Where this broker serves @contexts of its own. */
export interface ContextAddress {
  /** The URL at which the @context with a local identifier can be had. */
  urlOf(localId: string): string;
  /** The local identifier in such a URL; undefined in any other. */
  localIdOf(url: string): string | undefined;
  /** True for a URL that can only be had from this broker. */
  isHere(url: string): boolean;
}

const path = '/ngsi-ld/v1/jsonldContexts/';
const ownUrl = /^https?:\/\/[^?#]*\/ngsi-ld\/v1\/jsonldContexts\/([^/?#]+)$/;

/** The address of a broker that its clients reach at `publicUrl`. */
export function contextAddress(publicUrl: string): ContextAddress {
  const root = publicUrl.replace(/\/+$/, '') + path;
  return {
    urlOf: (localId) => root + encodeURIComponent(localId).replaceAll('%3A', ':'),
    // Whatever the host: clients in other networks, and proxies, have other names for this broker. The identifiers are
    // unique, so that another broker's are not among its own.
    localIdOf: (url) => {
      const segment = ownUrl.exec(url)?.[1];
      return segment === undefined ? undefined : decoded(segment);
    },
    isHere: (url) => url.startsWith(root),
  };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
