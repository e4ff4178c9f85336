import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * A subscriber in a process of its own: `receiver.js <port> <file>`. It appends each notification to the file, one line
 * each, before it answers 200, so that killing it at any moment loses nothing that it has acknowledged. GET answers 200.
 */
const [port, file] = process.argv.slice(2);

createServer(async (request, response) => {
  if (request.method === 'POST') appendFileSync(file, `${(await text(request)).replaceAll('\n', ' ')}\n`);
  response.end();
}).listen(Number(port), '127.0.0.1');
process.once('disconnect', () => process.exit(0));
