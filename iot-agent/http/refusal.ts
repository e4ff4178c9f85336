import type { RegistryErrorType } from '../registry/registry-error.ts';

/** Names of refusals that the registry does not know of. */
export type RefusalName =
  | RegistryErrorType
  | 'CODEC_NOT_FOUND'
  | 'CODEC_IN_USE'
  | 'COMMAND_NOT_FOUND'
  | 'PRECONDITION_FAILED'
  | 'COMMAND_NOT_WAITING'
  | 'NETWORK_SERVER_REFUSES'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_LARGE'
  | 'UNAVAILABLE'
  | 'GENERAL_INTERNAL_ERROR';

/** A request that is refused: the message names the thing, the rule and the remedy. */
export class Refusal extends Error {
  override readonly name: RefusalName;
  /** The setting that is refused, where it is one. */
  readonly field: string | undefined;

  constructor(name: RefusalName, message: string, field?: string) {
    super(message);
    this.name = name;
    this.field = field;
  }
}

/** The HTTP status of each refusal. */
export const statusOf: Readonly<Record<RefusalName, number>> = {
  WRONG_SYNTAX: 400,
  MISSING_ATTRIBUTES: 400,
  DEVICE_NOT_FOUND: 404,
  DEVICE_GROUP_NOT_FOUND: 404,
  COMMAND_NOT_FOUND: 404,
  COMMAND_NOT_WAITING: 409,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  DUPLICATE_DEVICE_ID: 409,
  DUPLICATE_DEV_EUI: 409,
  DUPLICATE_GROUP: 409,
  DUPLICATE_CONNECTION: 409,
  CONNECTION_NOT_FOUND: 404,
  AMBIGUOUS_TOPICS: 409,
  CHANGED_MEANWHILE: 409,
  DUPLICATE_RULE: 409,
  RULE_NOT_FOUND: 404,
  DUPLICATE_PROVISIONING_RULE: 409,
  PROVISIONING_RULE_NOT_FOUND: 404,
  PRECONDITION_FAILED: 412,
  NETWORK_SERVER_REFUSES: 424,
  CODEC_NOT_FOUND: 404,
  CODEC_IN_USE: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  GENERAL_INTERNAL_ERROR: 500,
  UNAVAILABLE: 503,
};
