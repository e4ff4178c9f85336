/** The registry cannot be read or written at the moment: the same call may succeed later. */
export class RegistryAway extends Error {
  override readonly name = 'RegistryAway';
}
