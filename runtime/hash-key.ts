import { text } from 'node:stream/consumers';
import { hashKey } from './api-keys.ts';

/** `npm run hash-key -- <key>`: prints what API_KEYS wants; without an argument the key is read from standard input. */
const key = (process.argv[2] ?? (await text(process.stdin))).trim();
if (key.length < 16) {
  process.stderr.write('A key must have at least 16 characters. Make one with: openssl rand -hex 32\n');
  process.exitCode = 2;
} else {
  process.stdout.write(`${hashKey(key).toString('hex')}\n`);
}
