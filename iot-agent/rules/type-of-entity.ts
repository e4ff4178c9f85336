/** The type in `urn:ngsi-ld:Streetlight:lamp-7`; undefined for other ids. */
export function typeOfEntity(id: string | undefined): string | undefined {
  return /^urn:ngsi-ld:([^:\s]+):.+$/.exec(id ?? '')?.[1];
}
