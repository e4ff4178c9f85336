import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';

/** What a worker is to read, to the end of each. */
export interface ReaderJob {
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** What it tells in the end; lines are those before unpacking where an answer is packed. */
export interface ReaderResult {
  readonly lines: number;
  readonly bytes: number;
}

const LINE_END = 10;

async function read(url: string, headers: ReaderJob['headers']): Promise<ReaderResult> {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  let [lines, bytes] = [0, 0];
  for await (const part of Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])) {
    const buffer = part as Buffer;
    for (let at = buffer.indexOf(LINE_END); at >= 0; at = buffer.indexOf(LINE_END, at + 1)) lines += 1;
    bytes += buffer.length;
  }
  return { lines, bytes };
}

/** Reads answers in a thread of their own, so that they do not keep those waiting that time other requests. */
const { urls, headers } = workerData as ReaderJob;
const results = await Promise.all(urls.map((url) => read(url, headers)));
parentPort?.postMessage({
  lines: results.reduce((sum, { lines }) => sum + lines, 0),
  bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
} satisfies ReaderResult);
