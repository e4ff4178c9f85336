import { type ErrorType, NgsiLdError } from '../domain/errors.ts';
import type { Reply } from './route.ts';
import type { SpecProfile } from './spec-profile.ts';

const errorRoot = 'https://uri.etsi.org/ngsi-ld/errors/';

interface ErrorRow {
  readonly status: number;
  readonly title: string;
  /** The standard's name when it is another than ours. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Error type → status code and title (clause 6.3.2, table 6.3.2-1): the only place that knows status codes of errors. */
const rows: Readonly<Record<ErrorType, ErrorRow>> = {
  InvalidRequest: { status: 400, title: 'The request is not valid' },
  BadRequestData: { status: 400, title: 'The data in the request is not valid NGSI-LD' },
  AlreadyExists: { status: 409, title: 'It exists already' },
  Conflict: { status: 409, title: 'It conflicts with something that exists' },
  OperationNotSupported: { status: 422, title: 'This operation is not supported here' },
  ResourceNotFound: { status: 404, title: 'There is no such resource' },
  NonexistentTenant: { status: 404, title: 'There is no such tenant' },
  TooComplexQuery: { status: 403, title: 'The query is too complex' },
  TooManyResults: { status: 403, title: 'The query asks for too many results' },
  LdContextNotAvailable: { status: 504, title: 'An @context could not be had' },
  NoMultiTenantSupport: { status: 501, title: 'There is no support for tenants' },
  PreconditionFailed: { status: 412, title: 'The precondition does not hold', type: 'InvalidRequest' },
  EntityTooLarge: { status: 413, title: 'The Entity is too large', type: 'BadRequestData' },
  Unavailable: {
    status: 503,
    title: 'The store is away',
    type: 'InternalError',
    headers: { 'Retry-After': '1' },
  },
  TooBusy: {
    status: 503,
    title: 'The broker has too much to do',
    type: 'InternalError',
    headers: { 'Retry-After': '1' },
  },
  InternalError: { status: 500, title: 'Something went wrong inside' },
};

/** Every type of error. */
export const errorTypes = Object.keys(rows) as readonly ErrorType[];

/** What older versions of the standard answer with instead. */
const statusesBefore: Readonly<Partial<Record<SpecProfile, Readonly<Partial<Record<ErrorType, number>>>>>> = {
  '1.8': { LdContextNotAvailable: 503 },
};

/** The body of an error (clause 6.3.2, RFC 7807). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly [member: string]: string | number;
}

/** The ProblemDetails of a refusal; also the form in which batch operations report what failed. */
export function problemDetails(error: NgsiLdError, profile: SpecProfile = '1.9'): ProblemDetails {
  const { title, type } = rows[error.type];
  const status = statusesBefore[profile]?.[error.type] ?? rows[error.type].status;
  return { type: errorRoot + (type ?? error.type), title, detail: error.message, status };
}

/** The answer to a request that was refused. What is no NgsiLdError is our fault: its text stays in the log. */
export function problemReply(error: unknown, profile?: SpecProfile): Reply {
  const known =
    error instanceof NgsiLdError
      ? error
      : new NgsiLdError('InternalError', 'The broker failed; its log tells why under this correlation id.');
  const body = problemDetails(known, profile);
  return { status: body.status, body, ...headersOf(rows[known.type]) };
}

function headersOf({ headers }: ErrorRow): { readonly headers?: Readonly<Record<string, string>> } {
  return headers === undefined ? {} : { headers };
}

/** An answer of the binding itself that the list of NGSI-LD errors does not have (405, 406, 413…). */
export function bindingProblem(status: number, title: string, detail: string): Reply {
  return { status, body: { type: 'about:blank', title, detail, status } };
}
