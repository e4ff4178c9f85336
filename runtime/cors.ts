/** Headers to add to an answer; empty when the origin may not read it. */
export type CorsHeaders = Readonly<Record<string, string>>;

/** What browsers of other origins may do. */
export interface CorsPolicy {
  /** Headers of an ordinary answer to a request from `origin`. */
  answer(origin: string | undefined): CorsHeaders;
  /** Headers of a preflight's answer (OPTIONS with Access-Control-Request-Method); `requested` = its requested headers. */
  preflight(origin: string | undefined, requested: string | undefined): CorsHeaders;
}

const none: CorsHeaders = Object.freeze({});
const headerList = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;

/** The policy of CORS_ORIGINS: a list of origins, or `*`; with an empty list no header is ever added. */
export function corsPolicy({
  origins,
  methods,
  exposed,
  maxAgeSeconds = 600,
}: {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds?: number;
}): CorsPolicy {
  const any = origins.includes('*');
  const exposure = exposed.join(', ');
  const known = new Map(origins.map((origin) => [origin, headersFor(origin, exposure)]));
  const anyHeaders = headersFor('*', exposure);
  const answer = (origin: string | undefined): CorsHeaders => {
    if (origin === undefined) return none;
    return any ? anyHeaders : (known.get(origin) ?? none);
  };
  const preflight = (origin: string | undefined, requested: string | undefined): CorsHeaders => {
    const headers = answer(origin);
    if (headers === none) return none;
    return {
      ...headers,
      'Access-Control-Allow-Methods': methods.join(', '),
      'Access-Control-Max-Age': String(maxAgeSeconds),
      ...(requested && headerList.test(requested) ? { 'Access-Control-Allow-Headers': requested } : {}),
    };
  };
  return { answer, preflight };
}

function headersFor(origin: string, exposure: string): CorsHeaders {
  return Object.freeze({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': exposure,
    // A cache must not hand one origin's answer to another.
    ...(origin === '*' ? {} : { Vary: 'Origin' }),
  });
}
