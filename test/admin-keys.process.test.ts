import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { hashKey } from '../runtime/api-keys.ts';
import { startBroker } from './support/built-programs.ts';
import { killSpawned } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const root = tempFolder();
afterEach(killSpawned);

const hashed = (key: string): string => hashKey(key).toString('hex');

it.each([
  { title: 'with keys of their own operators alone', keys: { ADMIN_API_KEYS: hashed('admin') }, client: 401 },
  { title: 'without, whoever has a key', keys: {}, client: 200 },
])('lets in at /admin, $title', async ({ keys, client }) => {
  const broker = await startBroker(mkdtempSync(join(root, 'data-')), {
    env: { API_KEYS: hashed('client'), ...keys },
  });
  const statusOf = async (path: string, key?: string): Promise<number> => {
    const headers = key === undefined ? {} : { 'X-API-Key': key };
    return (await fetch(`${broker.origin}${path}`, { headers })).status;
  };
  const path = '/admin/dead-letters';
  const refusal = (await (await fetch(`${broker.origin}${path}`)).json()) as { readonly detail: string };
  expect(refusal.detail).toContain(client === 401 ? 'ADMIN_API_KEYS' : 'setting API_KEYS');
  expect(await statusOf(path)).toBe(401);
  expect(await statusOf(path, 'client')).toBe(client);
  expect(await statusOf(path, 'admin')).toBe('ADMIN_API_KEYS' in keys ? 200 : 401);
  expect(await statusOf('/ngsi-ld/v1/types', 'client')).toBe(200);
  expect(await statusOf('/ngsi-ld/v1/types', 'admin')).toBe(401);
  await broker.stop();
});
