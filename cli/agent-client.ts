/** A request to the agent's configuration API. */
export interface AgentRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parts of the path, which are encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON; a file as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** The configuration API of an agent. */
export interface AgentClient {
  /** The JSON that it answers, or undefined where it answers nothing. @throws Refused, Unreachable */
  call(request: AgentRequest): Promise<unknown>;
}

/** The agent has refused the request: the message is its own. `answer`: the body of its answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly answer: unknown;

  constructor(message: string, status: number, answer: unknown) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

/** No agent answers, or none that can work now. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Where the agent is, and who asks. */
export interface AgentOptions {
  /** Without a path. */
  readonly url: string;
  readonly key: string | undefined;
  readonly tenant: string | undefined;
}

const usualTimeout = 60_000;

/** A client of the agent at that URL. */
export function agentClient({ url, key, tenant }: AgentOptions): AgentClient {
  const own: Readonly<Record<string, string>> = {
    Accept: 'application/json',
    ...(key === undefined ? {} : { 'X-API-Key': key }),
    ...(tenant === undefined ? {} : { 'NGSILD-Tenant': tenant }),
  };
  return {
    call: async (request) => {
      const { method = 'GET', body, contentType, timeout = usualTimeout } = request;
      const sent: Sent = body === undefined ? {} : bodyOf(body, contentType);
      const answer = await fetch(targetOf(url, request), {
        method,
        ...sent,
        headers: { ...own, ...sent.headers },
        // A key must not be carried elsewhere.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout),
      }).catch((error: Error) => {
        throw new Unreachable(explain(url, error));
      });
      return read(url, answer);
    },
  };
}

function targetOf(url: string, { path, query = {} }: AgentRequest): URL {
  const target = new URL(`${url.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) target.searchParams.set(name, value);
  return target;
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Blob;
}

function bodyOf(body: unknown, contentType = 'application/json'): Sent {
  const headers = { 'Content-Type': contentType };
  return { headers, body: body instanceof Blob ? body : JSON.stringify(body) };
}

async function read(url: string, answer: Response): Promise<unknown> {
  const text = await answer.text();
  const content = jsonIn(text);
  if (answer.ok && (text === '' || content !== undefined)) return content;
  const told = messageIn(content);
  if (answer.status === 401) throw new Refused(keyNeeded(told), 401, content);
  if (told === undefined)
    throw new Unreachable(
      `What answers at ${url} is no IoT agent of Carillon (status ${answer.status}): name its configuration API with --agent, which is on port 4041 unless AGENT_PORT says otherwise`,
    );
  if (answer.status === 503) throw new Unreachable(told);
  throw new Refused(told, answer.status, content);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of FIWARE's form, of ProblemDetails, or of a report. */
function messageIn(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { message, detail, failed } = content as Readonly<Record<string, unknown>>;
  if (typeof message === 'string') return message;
  if (typeof detail === 'string') return detail;
  return typeof failed === 'number' ? `${failed} rows were refused` : undefined;
}

function keyNeeded(told: string | undefined): string {
  return `The agent wants a key${told === undefined ? '' : ` (${told})`}: set the variable CARILLON_API_KEY, or give --key`;
}

/** Node's fetch tells why only in the cause of its error. */
function explain(url: string, error: Error): string {
  const cause = error.cause as { readonly code?: string; readonly message?: string } | undefined;
  if (error.name === 'TimeoutError') return `The agent at ${url} does not answer in time: look into its log`;
  const reason = cause?.code ?? cause?.message ?? error.message;
  return `The agent at ${url} cannot be reached (${reason}): start it with npm start, or say where it is with --agent`;
}
