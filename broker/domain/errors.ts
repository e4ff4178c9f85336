/**
 * The closed list of NGSI-LD error types (GS CIM 009 clause 6.3.2, table 6.3.2-1).
 * Only the HTTP binding knows which status code each one has.
 */
export type ErrorType =
  | 'InvalidRequest'
  | 'BadRequestData'
  | 'AlreadyExists'
  | 'Conflict'
  | 'OperationNotSupported'
  | 'ResourceNotFound'
  | 'NonexistentTenant'
  | 'TooComplexQuery'
  | 'TooManyResults'
  | 'LdContextNotAvailable'
  | 'NoMultiTenantSupport'
  | 'EntityTooLarge'
  | 'PreconditionFailed'
  | 'Unavailable'
  | 'TooBusy'
  | 'InternalError';

/** A refusal that the client can understand: `detail` names the thing, the rule and the remedy. */
export class NgsiLdError extends Error {
  override readonly name = 'NgsiLdError';
  readonly type: ErrorType;

  constructor(type: ErrorType, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.type = type;
  }
}

/** The most frequent refusal: the JSON is fine, but it is not valid NGSI-LD. */
export function badRequest(detail: string): NgsiLdError {
  return new NgsiLdError('BadRequestData', detail);
}
