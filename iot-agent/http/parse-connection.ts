import { connectionTopics, templatesOf } from '../connections/connection-topics.ts';
import { refuseSameTopics } from '../connections/topic-clashes.ts';
import type { ConnectionSettings } from '../registry/connection.ts';
import { TemplateError } from '../registry/topic-template.ts';
import { checkSettings } from './check-settings.ts';
import { Refusal } from './refusal.ts';

type ConnectionBody = Omit<ConnectionSettings, 'enabled'> & Partial<Pick<ConnectionSettings, 'enabled'>>;

/** The settings of a connection as they come. @throws Refusal that names the member, the rule and the remedy */
export function parseConnection(value: unknown): ConnectionSettings {
  const body = checkSettings<ConnectionBody>('connection', value, 'the body');
  const settings: ConnectionSettings = { ...body, enabled: body.enabled ?? true };
  const { mqtt, api } = settings;
  if (mqtt === undefined && api === undefined)
    throw new Refusal('MISSING_ATTRIBUTES', `connection ${settings.name} must have mqtt or api, or both`);
  if (mqtt !== undefined) {
    refuseUrl('mqtt.url', mqtt.url, ['mqtt:', 'mqtts:', 'ws:', 'wss:']);
    if ((mqtt.cert === undefined) !== (mqtt.key === undefined))
      throw new Refusal('WRONG_SYNTAX', 'mqtt.cert and mqtt.key belong together: set both, or neither');
  }
  if (api !== undefined) refuseUrl('api.url', api.url, ['http:', 'https:']);
  refuseTopics(settings);
  return settings;
}

function refuseUrl(member: string, url: string, protocols: readonly string[]): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !protocols.includes(parsed.protocol))
    throw new Refusal(
      'WRONG_SYNTAX',
      `${member} must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  // The URL is shown, and would show them.
  if (parsed.username !== '' || parsed.password !== '')
    throw new Refusal(
      'WRONG_SYNTAX',
      `${member} must not hold a login: give mqtt.user and mqtt.password, or api.key`,
    );
}

function refuseTopics(settings: ConnectionSettings): void {
  for (const topic of settings.mqtt?.topics ?? [])
    if (typeof topic === 'string' && !isTopicFilter(topic))
      throw new Refusal(
        'WRONG_SYNTAX',
        `${JSON.stringify(topic)} in mqtt.topics is no topic filter: + is a whole level, # the last one, and $share comes from shareGroup`,
      );
  try {
    refuseSameTopics(
      templatesOf(settings).map(({ text, filter }) => ({ text, filter, of: 'this connection' })),
    );
    connectionTopics(settings);
  } catch (error) {
    if (error instanceof TemplateError) throw new Refusal('WRONG_SYNTAX', error.message);
    throw error;
  }
}

/** MQTT 3.1.1, section 4.7.1. */
function isTopicFilter(text: string): boolean {
  const levels = text.split('/');
  return (
    !text.startsWith('$share/') &&
    levels.every(
      (level, index) =>
        level === '+' || (level === '#' && index === levels.length - 1) || !/[+#\0]/.test(level),
    )
  );
}
