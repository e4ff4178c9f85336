import type { Operation } from '../../iot-agent/http/openapi/operation.ts';

const head = `# The agent's HTTP API

What can be asked of the IoT agent. \`GET /openapi.json\` on the configuration API says the same for programs, with the form of each body, an
example for each request, and the parameters. This page is written by the tests: \`UPDATE_DOCS=1 npm run jest -- --runTestsByPath test/docs.test.ts\`.

Requests are about the devices of the tenant in the header \`NGSILD-Tenant\` or \`Fiware-Service\`, and want an API key where \`API_KEYS\` is set. Refusals are
\`{"name": …, "message": …}\`, where the message says what is wrong, by which rule, and what to do about it.
`;

/** docs/agent-api.md: every operation, by what it is about. */
export function agentApiPage(operations: readonly Operation[]): string {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return [
    head,
    ...tags.map((tag) =>
      section(
        tag,
        operations.filter((one) => one.tag === tag),
      ),
    ),
  ].join('\n');
}

function section(tag: string, operations: readonly Operation[]): string {
  const [first] = operations;
  const where = first?.isOfDevices === true ? '\nOn the port of devices, `AGENT_DEVICE_PORT`.\n' : '';
  const rows = operations.map(({ method, path, query = [], summary }) => {
    const parameters = query.length === 0 ? '' : `${query.map((name) => `\`${name}\``).join(', ')}`;
    return `| \`${method} ${path}\` | ${summary} | ${parameters} |`;
  });
  return [
    `## ${tag}`,
    where,
    '| request | what it does | parameters |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
