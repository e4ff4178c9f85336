import { version } from '../../../runtime/version.ts';
import { settingSchemas } from '../setting-schemas.ts';
import { answerSchemas } from './answer-schemas.ts';
import { type Operation, ref, type Schema } from './operation.ts';
import { operations } from './operations.ts';
import { pathNames, queryParameters } from './parameters.ts';

/** Where the port of devices is, unless somebody has moved it. */
const devicePort = { url: 'http://127.0.0.1:7896', description: 'Devices and webhooks: AGENT_DEVICE_PORT' };
const tenant = { $ref: '#/components/parameters/tenant' };

/** The whole API as OpenAPI 3.1, from the tables and schemas that requests are checked with. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon IoT agent',
      version,
      summary: 'Devices of LoRaWAN, MQTT and HTTP become NGSI-LD',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The configuration API, where this document is' }],
    security: [{ apiKey: [] }, { bearer: [] }, {}],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(operations),
    components: {
      schemas: { ...settingSchemas, ...answerSchemas },
      parameters: {
        tenant: {
          ...{ name: 'NGSILD-Tenant', in: 'header', schema: { type: 'string' } },
          description:
            'Whose devices these are; Fiware-Service says the same. The default tenant when absent.',
        },
      },
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function pathsOf(all: readonly Operation[]): Paths {
  const paths = new Map<string, Record<string, unknown>>();
  for (const operation of all) {
    const item = paths.get(operation.path) ?? {};
    item[operation.method.toLowerCase()] = presented(operation);
    paths.set(operation.path, item);
  }
  return Object.fromEntries(paths);
}

function presented(operation: Operation): object {
  const { tag, summary, description, body, isPublic, isOfDevices } = operation;
  const parameters = parametersOf(operation);
  return {
    ...{ tags: [tag], operationId: idOf(operation), summary },
    ...(description === undefined ? {} : { description }),
    ...(isOfDevices === true ? { servers: [devicePort] } : {}),
    ...(isPublic === true || isOfDevices === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: responsesOf(operation),
  };
}

/** `post-iot-devices-id-approve`: the same in every version. */
function idOf({ method, path }: Operation): string {
  return `${method.toLowerCase()}${path.replace(/[^\w]+/g, '-').replace(/-$/, '')}`;
}

function requestBody({
  schema,
  type = 'application/json',
  example,
  isOptional,
}: NonNullable<Operation['body']>) {
  return { required: isOptional !== true, content: { [type]: { schema, example } } };
}

function parametersOf({ path, names = {}, query = [], given = {}, isOfDevices, tag }: Operation): object[] {
  const inPath = Object.entries(names).map(([name, example]) => ({
    ...{ name, in: 'path', required: true, description: aboutName(path, name) },
    ...{ schema: { type: 'string' }, example },
  }));
  const inQuery = query.map((name) => {
    const { about, schema } = queryParameters[name] ?? { about: name, schema: {} };
    const example = given[name];
    const told = example === undefined ? {} : { example, required: true };
    return { name, in: 'query', description: about, schema, ...told };
  });
  const isTenants = isOfDevices !== true && tag !== 'Operation' && tag !== 'Brokers';
  return [...inPath, ...inQuery, ...(isTenants ? [tenant] : [])];
}

function aboutName(path: string, name: string): string {
  const upTo = path.slice(0, path.indexOf(`{${name}}`) + name.length + 2);
  return pathNames[upTo] ?? pathNames[`{${name}}`] ?? name;
}

function responsesOf({ answer, isOfDevices }: Operation): object {
  const { status, about, schema, type = 'application/json' } = answer;
  const refusal: Schema = ref(isOfDevices === true ? 'Problem' : 'Refusal');
  const problemType = isOfDevices === true ? 'application/problem+json' : 'application/json';
  return {
    [status]: { description: about, ...(schema === undefined ? {} : { content: { [type]: { schema } } }) },
    default: {
      description: 'It is refused: the body says why, and what to do about it',
      content: { [problemType]: { schema: refusal } },
    },
  };
}
