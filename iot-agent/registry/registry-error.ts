/** What can be wrong with a configuration; the names are those of FIWARE's agents where they have one. */
export type RegistryErrorType =
  | 'WRONG_SYNTAX'
  | 'MISSING_ATTRIBUTES'
  | 'DUPLICATE_DEVICE_ID'
  | 'DUPLICATE_DEV_EUI'
  | 'DUPLICATE_GROUP'
  | 'DEVICE_NOT_FOUND'
  | 'DEVICE_GROUP_NOT_FOUND'
  | 'DUPLICATE_CONNECTION'
  | 'CONNECTION_NOT_FOUND'
  | 'AMBIGUOUS_TOPICS'
  | 'CHANGED_MEANWHILE'
  | 'DUPLICATE_RULE'
  | 'RULE_NOT_FOUND'
  | 'DUPLICATE_PROVISIONING_RULE'
  | 'PROVISIONING_RULE_NOT_FOUND';

/** A refusal that the client can understand: the message names the thing, the rule and the remedy. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly type: RegistryErrorType;

  constructor(type: RegistryErrorType, message: string) {
    super(message);
    this.type = type;
  }
}
