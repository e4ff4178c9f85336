import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Express } from 'express';
import request from 'supertest';
import { answerSchemas } from '../../../iot-agent/http/openapi/answer-schemas.ts';
import { openApiDocument } from '../../../iot-agent/http/openapi/document.ts';
import type { Operation, Schema } from '../../../iot-agent/http/openapi/operation.ts';
import { collections, methodsAt, operations } from '../../../iot-agent/http/openapi/operations.ts';
import { queryParameters } from '../../../iot-agent/http/openapi/parameters.ts';
import { settingSchemas } from '../../../iot-agent/http/setting-schemas.ts';
import { deviceApp } from '../../../iot-agent/transports/http/device-app.ts';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type AgentUnderTest, agentUnderTest } from '../every-route/agent-under-test.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { configApiServer } from '../http/config-api-server.ts';
import { lorawanRecord, measure } from '../running-pipeline.ts';
import { recordingParts } from '../transports/recording-parts.ts';
import { routesOf } from './routes-of.ts';

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

describe('the OpenAPI document', () => {
  it('has every route of the configuration API, and no other', async () => {
    const { server } = await configApiServer();
    const routes = routesOf(server.listeners('request')[0] as Express);
    const told = operations.filter(({ isOfDevices }) => isOfDevices !== true).map(nameOf);
    expect(told.toSorted()).toEqual(routes.toSorted());
  });

  it('has every route of the port of devices, and no other', () => {
    const secrets = { webhookSecret: undefined, actilityTunnelKey: undefined };
    const app = deviceApp(secrets, recordingParts().parts);
    const told = operations.filter(({ isOfDevices }) => isOfDevices === true).map(nameOf);
    expect(told.toSorted()).toEqual(routesOf(app).toSorted());
  });

  it('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(openApiDocument())));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('names nothing twice, no parameter without its meaning, and no name in a path without a value', () => {
    const ids = Object.values(
      (openApiDocument() as { paths: Record<string, Record<string, { operationId: string }>> }).paths,
    )
      .flatMap((item) => Object.values(item))
      .map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(operations.length);
    const parameters = operations.flatMap(({ query = [], given = {} }) => [...query, ...Object.keys(given)]);
    expect(parameters.filter((name) => !Object.hasOwn(queryParameters, name))).toEqual([]);
    for (const { path, names = {} } of operations)
      expect(Object.keys(names)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  });

  it('is there for those without a key', async () => {
    const { server } = await configApiServer(undefined, { keys: [`one:${'0'.repeat(64)}`] });
    const { body } = await request(server).get('/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    await request(server).get('/iot/devices').expect(401);
  });

  it('tells the methods of each path', () => {
    expect(methodsAt('/iot/devices')).toBe('GET, POST');
    expect(methodsAt('/iot/devices/pm-04')).toBe('GET, PUT, PATCH, DELETE');
    expect(methodsAt('/iot/quarantine/replay')).toBe('POST');
    expect(methodsAt('/iot/nothing')).toBeUndefined();
    expect(collections).toContain('/iot/test');
  });
});

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const components = { schemas: { ...settingSchemas, ...answerSchemas } };

function faultsOf(schema: Schema, value: unknown): unknown {
  const validate = ajv.compile({ ...schema, components });
  return validate(value) ? [] : validate.errors;
}

const file = join(tempFolder(), 'agent.db');
let broker: FakeBroker | undefined;
let agent: AgentUnderTest;

afterEach(async () => {
  await agent?.stop();
  await broker?.close();
});

/** What examples find: devices that wait for approval, and something in the quarantine. */
async function prepare(): Promise<void> {
  const { registry } = agent.pipeline;
  for (const number of [777, 778]) {
    const devEui = `70B3D57BA0000${number}`;
    const settings = { device_id: devEui.toLowerCase(), devEui, model: 'decentlab/dl-pm' };
    const pending = {
      key: `lorawan:${devEui}`,
      tenant: '',
      servicePath: '/',
      state: 'pending',
      firstSeen: 1,
    } as const;
    await registry.addPending({ ...pending, settings }, 9);
  }
  const odd = lorawanRecord(9, { unmapped: 'quarantine', entity_type: 'Room', apikey: 'k9', attributes: [] });
  const { devEui: _, model: __, ...settings } = odd.settings;
  await registry.addDevices([{ ...odd, settings }]);
  await agent.pipeline.receive(measure('k9', 'pm-9', { t: 1 }), measure('k9', 'pm-9', { t: 2 }));
  await eventually(() =>
    expect(agent.pipeline.spool.quarantine.list({ tenant: '' }, { limit: 9, offset: 0 }).count).toBe(2),
  );
}

const last = new Set(['POST /iot/op/delete']);

/** First what makes things, then what asks for what was made on the way, and what removes at the end. */
function phaseOf(operation: Operation): number {
  if (operation.method === 'DELETE') return operation.path.startsWith('/iot/commands') ? 1 : 2;
  if (last.has(nameOf(operation))) return 2;
  return /^\/iot\/(?:commands|devices\/\{id\}\/commands|replays|quarantine)/.test(operation.path) ? 1 : 0;
}

/** Ids that the agent makes up: the example shows the form, the list has the ones that are there. */
const lists: Readonly<Record<string, readonly [path: string, list: string]>> = {
  '/iot/commands/{id}': ['/iot/commands', 'commands'],
  '/iot/quarantine/{item}': ['/iot/quarantine', 'items'],
  '/iot/quarantine/{item}/replay': ['/iot/quarantine', 'items'],
  '/iot/replays/{replay}': ['/iot/replays', 'replays'],
};

async function urlOf({ path, names = {}, given = {}, isOfDevices }: Operation): Promise<string> {
  const made = lists[path];
  let filled = path;
  for (const [name, value] of Object.entries(names)) {
    const found = made === undefined ? value : await firstId(...made);
    filled = filled.replace(`{${name}}`, encodeURIComponent(found));
  }
  const base = isOfDevices === true ? agent.deviceUrl : agent.configUrl;
  return `${base}${filled}?${new URLSearchParams(given)}`;
}

async function firstId(path: string, list: string): Promise<string> {
  const body = (await (await fetch(agent.configUrl + path)).json()) as Record<
    string,
    readonly { id: string }[]
  >;
  return body[list]?.[0]?.id ?? 'none';
}

async function send(operation: Operation): Promise<Response> {
  const { method, body } = operation;
  const type = body?.type ?? 'application/json';
  const content = typeof body?.example === 'string' ? body.example : JSON.stringify(body?.example);
  const sent = body === undefined ? {} : { body: content, headers: { 'content-type': type } };
  return fetch(await urlOf(operation), { method, ...sent });
}

/** Examples that need more than this agent has: a device that has asked for values, and a network server. */
const lacking: Readonly<Record<string, number>> = {
  'POST /iot/notify/{secret}/configuration/{subscription}': 404,
  'POST /iot/connections/{name}/sync': 400,
};

it('every example does what it says, and answers are as they are described', async () => {
  broker = await fakeBroker();
  agent = await agentUnderTest(broker.url, file);
  await prepare();
  const ordered = operations.toSorted((a, b) => phaseOf(a) - phaseOf(b));
  for (const operation of ordered) {
    const { body, answer } = operation;
    if (body !== undefined)
      expect([nameOf(operation), faultsOf(body.schema, body.example)]).toEqual([nameOf(operation), []]);
    const response = await send(operation);
    const text = await response.text();
    const expected = lacking[nameOf(operation)] ?? answer.status;
    expect([nameOf(operation), response.status, response.status === expected ? '' : text]).toEqual([
      nameOf(operation),
      expected,
      '',
    ]);
    const isJson = (answer.type ?? 'application/json') === 'application/json';
    if (expected >= 400 || answer.schema === undefined || !isJson || operation.isOfDevices) continue;
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect([nameOf(operation), faultsOf(answer.schema, JSON.parse(text))]).toEqual([nameOf(operation), []]);
  }
});
