import { type Command, optionOf, positionalOf } from '../command.ts';
import { counted, type Fields, fieldsOf, listOf } from '../fields.ts';
import { table } from '../table.ts';

/** Milliseconds: a network server gives its list page by page. */
const timeout = 600_000;

/** `carillon device sync`. */
export const deviceSync: Command = {
  group: 'device',
  name: 'sync',
  summary: 'receives the devices that the network server of a connection lists; nothing is deleted',
  positionals: ['connection'],
  options: {
    'dry-run': { about: 'only says what would be done' },
    application: { value: 'ID', about: 'of that application alone' },
    'server-tenant': { value: 'ID', about: "ChirpStack's tenant, for keys that may see several" },
  },
  examples: ['carillon device sync chirpstack --dry-run'],
  run: async (agent, given) => {
    const [application, tenantId] = [optionOf(given, 'application'), optionOf(given, 'server-tenant')];
    const body = {
      ...(application === undefined ? {} : { applications: [application] }),
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    const path = ['iot', 'connections', positionalOf(given, 0), 'sync'];
    const query = { dryRun: given.options.has('dry-run') ? 'true' : undefined };
    const report = fieldsOf(await agent.call({ method: 'POST', path, query, body, timeout }));
    const parts = [figures(report), unregistered(report), gone(report)].filter((part) => part !== '');
    return { text: parts.join('\n\n'), data: report, isRefused: report['failed'] !== 0 };
  },
};

function figures({ created, pending, unchanged, failed, dryRun }: Fields): string {
  const done = dryRun === true ? 'would be ' : '';
  return `${counted(created, 'device')} ${done}registered, ${pending} for approval, ${unchanged} unchanged, ${failed} not registered`;
}

function unregistered({ rows }: Fields): string {
  const cells = listOf(rows).map(({ devEui, name, reason }) => [devEui, name, reason]);
  return cells.length === 0 ? '' : table(['DEVEUI', 'NAME', 'REASON'], cells);
}

function gone({ gone: missing }: Fields): string {
  const cells = listOf(missing).map(({ device_id, devEui }) => [device_id, devEui]);
  return cells.length === 0 ? '' : `Not listed any more:\n${table(['DEVICE', 'DEVEUI'], cells)}`;
}
