import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../broker/domain/entity.ts';
import { notifyingBroker } from './broker/notifications/notifying-broker.ts';

const page = readFileSync('docs/history.md', 'utf8');

/** The fenced blocks that begin so. */
function blocks(start: string): readonly string[] {
  return [...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)]
    .map(([, text = '']) => text)
    .filter((text) => text.startsWith(start));
}

/** The body and the headers of a request that is written out. */
function requestOf(text: string): {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: JsonObject;
} {
  const [, path = '', head = '', body = ''] = /^[A-Z]+ (\S+)\n([\s\S]*?)\n?({[\s\S]*)/.exec(text) ?? [];
  const headers = [...head.matchAll(/^([\w-]+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return { path, headers: Object.fromEntries(headers), body: JSON.parse(body) };
}

describe('docs/history.md', () => {
  it('has Queries that are answered', async () => {
    const { api } = await notifyingBroker();
    const queries = blocks('{\n  "type": "Query"');
    expect(queries).not.toHaveLength(0);
    for (const query of queries) {
      const { status, body } = await api.post('/temporal/entityOperations/query').send(JSON.parse(query));
      expect({ status, body }).toEqual({ status: 200, body: [] });
    }
  });

  it('has policies that can be made, about the types that they mean', async () => {
    const { admin } = await notifyingBroker();
    const policies = blocks('PUT /admin/').map(requestOf);
    expect(policies).not.toHaveLength(0);
    for (const { path, headers, body } of policies) {
      const there = path.replace('/admin', '');
      expect((await admin.put(there).set(headers).send(body)).status).toBe(201);
      const { type } = (await admin.get(there)).body;
      expect(type).toBe(`https://smartdatamodels.org/dataModel.Environment/${body['type']}`);
      expect(page).toContain(`HISTORY_TYPES=${type}`);
    }
  });

  it('has instances that can be put in the place of others', async () => {
    const { api } = await notifyingBroker();
    const [example] = blocks('PATCH /ngsi-ld').map(requestOf);
    const [, id, attribute = ''] = /entities\/([^/]+)\/attrs\/([^/]+)\//.exec(example?.path ?? '') ?? [];
    const there = `/temporal/entities/${id}`;
    await api.post('/temporal/entities').send({ id, type: 'Lamp', [attribute]: [{ value: 1 }] });
    const [{ instanceId }] = (await api.get(there)).body[attribute];
    const path = `${there}/attrs/${attribute}/${instanceId}`;
    expect((await api.patch(path).send(example?.body)).status).toBe(204);
    expect((await api.get(there)).body[attribute]).toMatchObject(example?.body[attribute] as object);
  });
});
