const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;

/** The id of an Entity: its name where that is a URI, else `urn:ngsi-ld:<type>:<name>` with the name escaped. */
export function entityId(type: string, name: string): string {
  return URI.test(name) ? name : `urn:ngsi-ld:${escapeSegment(type)}:${escapeSegment(name)}`;
}

/**
 * The id of the Entity of a device that has no name for it: `urn:ngsi-ld:<type>:<device id>`, or with a group's conjunction
 * (FIWARE `defaultEntityNameConjunction`) that of the name `<type><conjunction><device id>`.
 */
export function defaultEntityId(type: string, deviceId: string, conjunction?: string): string {
  return entityId(type, conjunction === undefined ? deviceId : `${type}${conjunction}${deviceId}`);
}

/** The id of the Device entity of a device. */
export function deviceEntityId(deviceId: string): string {
  return `urn:ngsi-ld:Device:${escapeSegment(deviceId)}`;
}

/** Colons are lawful in URNs, and device ids like MAC addresses have them; half a surrogate pair cannot be escaped. */
function escapeSegment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replaceAll('%3A', ':');
}
