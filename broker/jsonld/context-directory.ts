import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../domain/entity.ts';
import { isObject } from '../domain/json-object.ts';

/**
 * The contexts that an operator has laid ready in a folder: its `index.json` is an object of URL → file name.
 * @throws Error naming the file, when one is missing or not what it should be: the broker should not start then.
 */
export async function readContextDirectory(folder: string): Promise<ReadonlyMap<string, Json>> {
  const index = await readJson(join(folder, 'index.json'));
  if (!isObject(index))
    throw new Error(`${join(folder, 'index.json')} must be a JSON object of URL → file name.`);
  const documents = Object.entries(index).map(async ([url, file]): Promise<[string, Json]> => {
    if (typeof file !== 'string')
      throw new Error(`${folder}/index.json: the entry ${url} must be a file name.`);
    const document = await readJson(join(folder, file));
    if (!URL.canParse(url)) throw new Error(`${folder}/index.json: "${url}" is no URL.`);
    if (isObject(document) && '@context' in document) return [new URL(url).href, document];
    throw new Error(`${join(folder, file)} has no @context member.`);
  });
  return new Map(await Promise.all(documents));
}

async function readJson(file: string): Promise<Json> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (cause) {
    throw new Error(`The context file ${file} cannot be read as JSON.`, { cause });
  }
}
