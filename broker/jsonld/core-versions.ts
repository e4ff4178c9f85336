/** The published versions of the core @context. v1.1 and v1.2 of the standard came without one. */
export const coreVersions = ['1.0', '1.3', '1.4', '1.5', '1.6', '1.7', '1.8', '1.9'] as const;
export type CoreVersion = (typeof coreVersions)[number];

/** The version that belongs to GS CIM 009 v1.9.1. */
export const defaultCoreVersion: CoreVersion = '1.9';

const urlPattern = /^https?:\/\/uri\.etsi\.org\/ngsi-ld\/v1\/ngsi-ld-core-context(?:-v1\.(\d))?\.jsonld$/;

/** The public URL of a version of the core @context. */
export function coreUrl(version: CoreVersion): string {
  return `https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v${version}.jsonld`;
}

/**
 * The version that a URL of the core @context means, by http or https; undefined for any other URL. The unversioned
 * URL means the default version. A version that was never published means the nearest older one: 1.1 and 1.2 are 1.0.
 */
export function coreVersionOf(url: string): CoreVersion | undefined {
  const match = urlPattern.exec(url);
  if (match === null) return undefined;
  const minor = match[1];
  if (minor === undefined) return defaultCoreVersion;
  return coreVersions.findLast((version) => version <= `1.${minor}`);
}

/** True when `version` was published with `other` or after it. */
export function isSince(version: CoreVersion, other: CoreVersion): boolean {
  return version >= other;
}
