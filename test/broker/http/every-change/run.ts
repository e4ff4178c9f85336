import { expect } from '@jest/globals';
import type { Attribute, Entity, Json, JsonObject, Micros } from '../../../../broker/domain/entity.ts';
import { withoutExpired } from '../../../../broker/domain/expiry.ts';
import { isSameSet } from '../../../../broker/domain/json-equality.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { type BrokerUnderTest, DEFAULT } from '../broker-under-test.ts';
import { contentOf, ended, gained, type Row, sorted } from './model.ts';
import { IDS, type Step } from './steps.ts';

/** What is known of an Entity while steps are run. */
interface Followed {
  /** As it was after the last step. */
  state: Entity | undefined;
  /** What its history had then, by the ids of the instances. */
  known: ReadonlyMap<string, HistoryInstance>;
  /** Types that its history was given when it had others, for good. */
  readonly added: Set<string>;
  /** All types that it ever had. */
  readonly types: Set<string>;
  /** Those that its history told then. */
  told: readonly string[];
}

/** Runs steps on a broker in a tenant of their own, and holds what each leaves in the history against the model. */
export async function runSteps(
  broker: BrokerUnderTest,
  tenant: string,
  steps: readonly Step[],
): Promise<void> {
  await broker.store.createTenant(tenant);
  const all = new Map(IDS.map((id) => [id, fresh()]));
  for (const step of steps) {
    broker.clock.advance(1000);
    if (step.kind === 'wait') broker.clock.advance(step.seconds * 1_000_000);
    else await send(broker, tenant, step);
    for (const [id, followed] of all) {
      try {
        await check({ broker, tenant, id }, followed, step);
      } catch (error) {
        (error as Error).message += `\n\nof ${id} after ${JSON.stringify(step)}`;
        throw error;
      }
    }
  }
}

function fresh(): Followed {
  return { state: undefined, known: new Map(), added: new Set(), types: new Set(), told: [] };
}

async function send(
  { api, clock }: BrokerUnderTest,
  tenant: string,
  step: Exclude<Step, { kind: 'wait' }>,
): Promise<void> {
  const [method, path] =
    step.kind === 'provide' ? (['post', '/temporal/entities'] as const) : [step.method, step.path];
  const inSeconds = (_: string, seconds: string) =>
    new Date(clock.now() / 1000 + Number(seconds) * 1000).toISOString();
  const request = api[method](path).set('NGSILD-Tenant', tenant);
  // A value alone is JSON, too.
  const sent =
    step.body === undefined ? undefined : JSON.stringify(step.body).replace(/in (\d+) s/g, inSeconds);
  const { status } = await (sent === undefined ? request : request.type('application/json').send(sent));
  expect(status).toBeLessThan(500);
}

interface Place {
  readonly broker: BrokerUnderTest;
  readonly tenant: string;
  readonly id: string;
}

async function check({ broker, tenant, id }: Place, followed: Followed, step: Step): Promise<void> {
  const entities = broker.store.of(tenant);
  const now = broker.clock.now();
  const found = await entities.get(id);
  const state = found && withoutExpired(found, now);
  const { instances } = await entities.temporal.instances(id, { timeproperty: 'modifiedAt' });
  const rows = [...instances.values()].flat();
  const known = new Map(rows.map((row) => [row.instanceId, row]));
  expect(known.size).toBe(rows.length);
  for (const [instanceId, row] of followed.known) expect(known.get(instanceId)).toEqual(row);
  const come = rows.filter(({ instanceId }) => !followed.known.has(instanceId));
  const head = await entities.temporal.getEntity(id);
  const { expected, before } = changesOf(followed, state, now, head?.deletedAt);
  if (step.kind === 'provide') expected.push(...providedTo(id, followed, step.body, come));
  expect(come.map(toText).sort()).toEqual(expected.map(sorted).sort());
  if (isUntouched(before, state) && before !== undefined) expect(state?.modifiedAt).toBe(before.modifiedAt);
  for (const type of state?.types ?? []) followed.types.add(type);
  checkHead(followed, state, head, step);
  for (const type of new Set([...followed.types, ...followed.added])) {
    const { entities: candidates } = await entities.temporal.candidates({ types: [type], limit: 10 });
    expect(candidates.map((one) => one.id)).toContain(id);
  }
  followed.state = state;
  followed.known = known;
  followed.told = head?.types ?? [];
}

/** What has to have come, and what the Entity was when the step came. */
function changesOf(
  followed: Followed,
  state: Entity | undefined,
  now: Micros,
  deletedAt: Micros | undefined,
): { readonly expected: Row[]; readonly before: Entity | undefined } {
  const last = followed.state;
  const rows: Row[] = [];
  let before = last && withoutExpired(last, now);
  if (last?.expiresAt !== undefined && last.expiresAt <= now) {
    rows.push(...ended(last));
    before = undefined;
  }
  if (before === undefined || state === undefined || before.createdAt === state.createdAt)
    rows.push(...gained(before, state, deletedAt ?? 0));
  else throw new Error('It is another one, though nothing ended the one before.');
  return { expected: rows, before };
}

/** True where nothing differs that a request says. */
function isUntouched(before: Entity | undefined, after: Entity | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return (
    before.expiresAt === after.expiresAt &&
    isSameSet(before.types, after.types) &&
    isSameSet(before.scopes, after.scopes) &&
    sorted(before.attributes) === sorted(after.attributes)
  );
}

/** The instances of a body that nothing known is equal to, each once, with the times at which they came. */
function providedTo(
  id: string,
  followed: Followed,
  { id: given, type, ...attributes }: JsonObject,
  come: readonly HistoryInstance[],
): readonly Row[] {
  if (given !== id) return [];
  const iri = `${DEFAULT}${type}`;
  if (!followed.told.includes(iri)) followed.added.add(iri);
  const known = new Set(
    [...followed.known.values()].map(
      ({ attribute, attributeInstance }) => attribute + contentOf(attributeInstance),
    ),
  );
  const rows: Row[] = [];
  const at = come[0]?.modifiedAt ?? 0;
  for (const [name, instances] of Object.entries(attributes)) {
    for (const { value, observedAt } of instances as readonly { value: Json; observedAt: string }[]) {
      const attribute = DEFAULT + name;
      const time = Date.parse(observedAt) * 1000;
      const instance: Attribute = {
        kind: 'Property',
        value,
        observedAt: time,
        createdAt: at,
        modifiedAt: at,
      };
      const content = attribute + contentOf(instance);
      if (!known.has(content)) rows.push({ attribute, instance });
      known.add(content);
    }
  }
  return rows;
}

function toText({
  attribute,
  attributeInstance,
  instanceId: _,
  entityId: _of,
  ...row
}: HistoryInstance): string {
  const { kind, datasetId, observedAt, createdAt, modifiedAt } = attributeInstance;
  const { deletedAt, ...columns } = row;
  expect(columns).toEqual({
    ...{ kind, createdAt, modifiedAt },
    ...(datasetId !== undefined && { datasetId }),
    ...(observedAt !== undefined && { observedAt }),
  });
  return sorted({ attribute, instance: attributeInstance, ...(deletedAt !== undefined && { deletedAt }) });
}

type Head = Awaited<ReturnType<ReturnType<BrokerUnderTest['store']['of']>['temporal']['getEntity']>>;

/** What the history tells of the Entity itself. */
function checkHead(followed: Followed, state: Entity | undefined, head: Head, step: Step): void {
  const { types, added } = followed;
  if (types.size === 0 && added.size === 0) {
    expect(head).toBeUndefined();
    return;
  }
  const told = new Set([...(head?.types ?? []), ...(head?.formerTypes ?? [])]);
  expect(told).toEqual(new Set([...types, ...added]));
  expect(head?.deletedAt === undefined).toBe(state !== undefined || types.size === 0);
  if (state === undefined) return;
  expect(new Set(head?.types)).toEqual(new Set([...state.types, ...added]));
  expect(head).toMatchObject({ createdAt: state.createdAt, scopes: state.scopes });
  if (step.kind !== 'provide') expect(head?.modifiedAt).toBe(state.modifiedAt);
}
