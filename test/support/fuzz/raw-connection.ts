import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back over a connection until the server, or the limit, ended it. */
export interface RawAnswer {
  readonly text: string;
  /** Status codes of the answers, in order. */
  readonly statuses: readonly number[];
  readonly isClosed: boolean;
}

/** How the bytes of a client go over the wire. */
export interface RawRequest {
  readonly bytes: Buffer;
  /** Ends the client's side after them. */
  readonly ends: boolean;
  /** Sends them in pieces of so many bytes; all at once when not given. */
  readonly pieces?: number;
}

/**
 * Sends bytes over a connection of their own. Resolves when the server closes it, once it has answered as often as
 * expected, or after the limit in milliseconds.
 */
export async function sendRaw(
  port: number,
  { bytes, ends, pieces = bytes.length }: RawRequest,
  { answers, limit }: { readonly answers: number; readonly limit: number },
): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let isClosed = false;
  socket.on('error', () => {});
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, limit);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (answers > 0 && statusesIn(text).length >= answers) socket.end();
    });
    socket.on('close', () => {
      isClosed = true;
      clearTimeout(timer);
      resolve();
    });
  });
  await once(socket, 'connect');
  for (let at = 0; at < bytes.length && socket.writable; at += Math.max(pieces, 1))
    socket.write(bytes.subarray(at, at + Math.max(pieces, 1)));
  if (ends) socket.end();
  await done;
  socket.destroy();
  return { text, statuses: statusesIn(text), isClosed };
}

function statusesIn(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
