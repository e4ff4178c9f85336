import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readContextDirectory } from '../../../broker/jsonld/context-directory.ts';

describe('a folder of contexts laid ready', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contexts-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, content: unknown): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify(content));

  it('is read by its index of URL and file name', async () => {
    await write('index.json', { 'https://example.org/c.jsonld': 'c.jsonld' });
    await write('c.jsonld', { '@context': { x: 'http://example.org/x' } });
    const documents = await readContextDirectory(folder);
    expect(documents.get('https://example.org/c.jsonld')).toEqual({
      '@context': { x: 'http://example.org/x' },
    });
  });

  it('is refused by the name of the file that is missing or wrong', async () => {
    await expect(readContextDirectory(folder)).rejects.toThrow(/index\.json/);
    await write('index.json', ['c.jsonld']);
    await expect(readContextDirectory(folder)).rejects.toThrow(/object of URL/);
    await write('index.json', { 'https://example.org/c.jsonld': 'c.jsonld' });
    await expect(readContextDirectory(folder)).rejects.toThrow(/c\.jsonld/);
    await write('c.jsonld', {});
    await expect(readContextDirectory(folder)).rejects.toThrow(/no @context member/);
    await write('index.json', { 'https://example.org/c.jsonld': 5 });
    await expect(readContextDirectory(folder)).rejects.toThrow(/must be a file name/);
    await write('index.json', { 'c.jsonld': 'c.jsonld' });
    await write('c.jsonld', { '@context': {} });
    await expect(readContextDirectory(folder)).rejects.toThrow(/"c\.jsonld" is no URL/);
  });
});
