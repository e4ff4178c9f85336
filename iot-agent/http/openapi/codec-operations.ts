import { answers, done, listed, type Operation, ref } from './operation.ts';

const path = '/iot/codecs/{name}';
const names = { name: 'acme-th' } as const;
const script = 'function decodeUplink({ bytes }) {\n  return { data: { temperature: bytes[0] / 2 } };\n}\n';

/** Vendors' codecs. */
export const codecOperations: readonly Operation[] = [
  {
    ...{ method: 'PUT', path, tag: 'Codecs', names, summary: "Uploads a vendor's codec" },
    description:
      'The script itself, or JSON with script and description. 204 when it takes the place of another.',
    body: { type: 'text/javascript', schema: { type: 'string' }, example: script },
    answer: { status: 201, about: 'It is there', schema: ref('Codec') },
  },
  {
    ...{ method: 'GET', path: '/iot/codecs', tag: 'Codecs', summary: 'Lists codecs, uploaded and built in' },
    query: ['limit', 'offset'],
    answer: answers('The codecs', listed('codecs', ref('Codec'))),
  },
  {
    ...{ method: 'GET', path, tag: 'Codecs', names, summary: 'The script of a codec' },
    answer: {
      status: 200,
      about: 'The script; JSON to who asks for it',
      schema: { type: 'string' },
      type: 'text/javascript',
    },
  },
  {
    ...{
      method: 'POST',
      path: '/iot/test',
      tag: 'Dry runs',
      summary: 'What a payload or a message would become',
    },
    description: 'Nothing is written. 200 also when it cannot be decoded: errors says why.',
    body: {
      schema: ref('trial'),
      example: {
        model: 'decentlab/dl-pm',
        fPort: 1,
        bytes: '021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10',
        receivedAt: '2026-11-24T08:00:00Z',
      },
    },
    answer: answers('What it would become', ref('TryOut')),
  },
  {
    ...{
      method: 'POST',
      path: '/iot/test/command',
      tag: 'Dry runs',
      summary: 'What a device would get of a command',
    },
    body: {
      schema: ref('commandTrial'),
      example: { model: 'dragino/lt-22222-l', command: 'relay1', value: true },
    },
    answer: answers('What would be sent', ref('TriedCommand')),
  },
  {
    ...{ method: 'DELETE', path, tag: 'Codecs', names, summary: 'Removes a codec that no device names' },
    answer: done('It is removed'),
  },
];
