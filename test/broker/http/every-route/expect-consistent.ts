import { expect } from '@jest/globals';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import type { NotifyingBroker } from '../../notifications/notifying-broker.ts';

/** The tenants of a walk; `undefined` is the default tenant. */
type Tenant = string | undefined;
type Body = Readonly<Record<string, unknown>>;

/** Reads below the API root; fails for any status but 2xx. */
type Read = (path: string) => Promise<unknown>;

const encode = encodeURIComponent;
const PAGE = 1000;

/**
 * Expects of a tenant that everything that is listed can be read one by one, that counts and selections are those of a
 * walk through all Entities, and that each Entity can be taken out and put in again, in each lossless representation.
 * Answers how many Entities there are. The history of `cut` ids may have lost what it had.
 */
export async function expectConsistent(
  { api }: NotifyingBroker,
  tenant: Tenant,
  cut: ReadonlySet<string>,
): Promise<number> {
  const read: Read = async (path) => {
    const request = api.get(path);
    if (tenant !== undefined) request.set('NGSILD-Tenant', tenant);
    const { status, body } = await request;
    if (status < 200 || status > 299)
      throw new Error(`GET ${path} (${tenant}): ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const entities = (await walk(read, '/entities?local=true&options=sysAttrs')) as readonly JsonObject[];
  for (const entity of entities) await expectReadable(read, entity, cut);
  await expectCounted(read, entities);
  for (const { id } of (await walk(read, '/subscriptions')) as readonly Body[])
    expect(await read(`/subscriptions/${encode(String(id))}`)).toMatchObject({ id });
  for (const details of (await walk(read, '/jsonldContexts?details=true')) as readonly Body[])
    await expectContextReadable(read, details);
  for (const form of ['normalized', 'concise'] as const) await expectCopied({ api, read, form, tenant });
  return entities.length;
}

async function walk(read: Read, path: string): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (;;) {
    const page = (await read(
      `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}&offset=${items.length}`,
    )) as unknown[];
    items.push(...page);
    if (page.length < PAGE) return items;
  }
}

/** By its id, with its history, in every representation. */
async function expectReadable(read: Read, entity: JsonObject, cut: ReadonlySet<string>): Promise<void> {
  const path = `/entities/${encode(String(entity['id']))}`;
  expect(await read(`${path}?options=sysAttrs`)).toEqual(entity);
  for (const form of ['concise', 'simplified'])
    expect(await read(`${path}?format=${form}`)).toMatchObject({ id: entity['id'] });
  // Without an Attribute there is no evolution.
  if (attributesOf(entity).length > 0 && !cut.has(String(entity['id'])))
    expect(await read(`/temporal${path}`)).toMatchObject({ id: entity['id'] });
}

const entityMembers = new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt']);
const attributesOf = (entity: JsonObject): readonly string[] =>
  Object.keys(entity).filter((name) => !entityMembers.has(name));
const typesOf = ({ type }: JsonObject): readonly string[] => [type].flat() as string[];
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();
const idsOf = (entities: readonly unknown[]): unknown[] => entities.map((entity) => (entity as Body)['id']);

/** /types, /attributes and queries by either say what a walk says. */
async function expectCounted(read: Read, entities: readonly JsonObject[]): Promise<void> {
  const types = sorted(entities.flatMap(typesOf));
  const attributes = sorted(entities.flatMap(attributesOf));
  expect(sorted(((await read('/types')) as Body)['typeList'] as string[])).toEqual(types);
  expect(sorted(((await read('/attributes')) as Body)['attributeList'] as string[])).toEqual(attributes);
  for (const type of types) {
    const having = entities.filter((entity) => typesOf(entity).includes(type));
    const details = (await read(`/types/${encode(type)}`)) as Body & { attributeDetails: readonly Body[] };
    expect([type, details['entityCount']]).toEqual([type, having.length]);
    expect(sorted(details.attributeDetails.map((one) => String(one['attributeName'])))).toEqual(
      sorted(having.flatMap(attributesOf)),
    );
    expect(idsOf(await walk(read, `/entities?type=${encode(type)}`))).toEqual(idsOf(having));
  }
  for (const attribute of attributes) {
    const having = entities.filter((entity) => Object.hasOwn(entity, attribute));
    const instances = having.flatMap((entity) => [entity[attribute]].flat());
    const details = (await read(`/attributes/${encode(attribute)}`)) as Body;
    expect([attribute, details['attributeCount']]).toEqual([attribute, instances.length]);
    expect(sorted(details['typeNames'] as string[])).toEqual(sorted(having.flatMap(typesOf)));
    expect(idsOf(await walk(read, `/entities?attrs=${encode(attribute)}`))).toEqual(idsOf(having));
  }
}

async function expectContextReadable(read: Read, details: Body): Promise<void> {
  const path = `/jsonldContexts/${encode(String(details['localId'] ?? details['URL']))}`;
  expect(await read(`${path}?details=true`)).toMatchObject({ URL: details['URL'], kind: details['kind'] });
  // Copies are not served (clause 5.13.4).
  if (details['kind'] !== 'Cached') expect(await read(path)).toHaveProperty('@context');
}

interface Copying {
  readonly api: NotifyingBroker['api'];
  readonly read: Read;
  readonly form: 'normalized' | 'concise';
  readonly tenant: Tenant;
}

/** What is read of an Entity can be written to another tenant, and is the same there. */
async function expectCopied({ api, read, form, tenant }: Copying): Promise<void> {
  const copies = `copy-of-${tenant ?? 'default'}-${form}`;
  const originals = (await walk(read, '/entities?local=true')) as readonly JsonObject[];
  for (const original of originals) {
    const path = `/entities/${encode(String(original['id']))}`;
    const reading = api.get(`${path}?format=${form}`);
    // As text: this client would make null of a number that a double cannot hold.
    const { text } = await (tenant === undefined ? reading : reading.set('NGSILD-Tenant', tenant));
    const writing = api.post('/entities').set('NGSILD-Tenant', copies);
    const { status, body } = await writing.type('application/json').send(text);
    expect([text, status, body]).toEqual([text, 201, {}]);
    const copy = await api.get(path).set('NGSILD-Tenant', copies);
    expect(copy.body).toEqual(original);
    await api.delete(path).set('NGSILD-Tenant', copies).expect(204);
  }
}
