import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { logDestination } from '../../runtime/log-destination.ts';
import { fullPipe } from '../support/full-pipe.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const lines = Array.from({ length: 200 }, (_, number) => `{"line":${number},"name":"ébène"}\n`);

it('writes all lines in their order', async () => {
  const path = join(folder, 'log');
  const fd = openSync(path, 'w');
  const destination = logDestination(fd);
  for (const line of lines) {
    destination.write(line);
    if (line.includes('7')) await setImmediate();
  }
  while (readFileSync(path, 'utf8').length < lines.join('').length) await setImmediate();
  destination.write('the end\n');
  while (!readFileSync(path, 'utf8').endsWith('the end\n')) await setImmediate();
  expect(readFileSync(path, 'utf8')).toBe(`${lines.join('')}the end\n`);
  destination.flushSync();
  closeSync(fd);
});

it('goes on where nothing can be written', () => {
  const fd = openSync('/dev/full', 'w');
  const destination = logDestination(fd);
  for (const line of lines) destination.write(line);
  destination.flushSync();
  closeSync(fd);
});

it('keeps what waits for a reader that is behind, in its order, also when some of it is flushed', async () => {
  const pipe = fullPipe(join(folder, 'pipe'));
  const destination = logDestination(pipe.writer);
  destination.write('one\n');
  destination.write('two\n');
  destination.flushSync();
  destination.write('three\n');
  pipe.read();
  let text = '';
  while (!text.includes('three\n')) {
    await setImmediate();
    text += pipe.read();
  }
  expect(text).toBe('one\ntwo\nthree\n');
  pipe.close();
});
