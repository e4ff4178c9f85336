import { type Dispatcher, errors } from 'undici';
import { EgressRefused } from '../../../runtime/egress.ts';
import { CommandError, NotNow } from '../command-error.ts';

/** A request to a device or a network server. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | string | undefined;
}

/** What was answered; of the text, as much as anybody needs. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const mostText = 65_536;
/** Milliseconds for all of an answer: one that trickles in must not keep others waiting for ever. */
const longestAnswer = 30_000;

/** @throws CommandError when the address or a header is not allowed; NotNow when nobody answers. */
export async function request(
  dispatcher: Dispatcher,
  { url, method, headers, body }: HttpRequest,
): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(url);
  try {
    const answer = await dispatcher.request({
      origin,
      path: pathname + search,
      method,
      headers,
      body: body ?? null,
      signal: AbortSignal.timeout(longestAnswer),
    });
    return { status: answer.statusCode, text: await textOf(answer.body) };
  } catch (error) {
    if (error instanceof EgressRefused)
      throw new CommandError(`${origin} may not be asked: ${error.message}`);
    if (isRefused(error))
      throw new CommandError(
        `the request to ${origin} cannot be made (${error.message}): correct its URL or its headers`,
      );
    throw new NotNow(`${origin} cannot be reached: ${(error as Error).message}`);
  }
}

/** Another scheme, a header that HTTP does not have or with a line end in it, or another length than that of the body. */
function isRefused(error: unknown): error is Error {
  return (
    error instanceof errors.InvalidArgumentError || error instanceof errors.RequestContentLengthMismatchError
  );
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostText) break;
  }
  return Buffer.concat(chunks).subarray(0, mostText).toString('utf8');
}
