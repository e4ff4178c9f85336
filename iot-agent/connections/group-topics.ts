import type { Logger } from '../../runtime/logger.ts';
import type { GroupRecord, Registry } from '../registry/registry.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import { type CompiledTemplate, compileTemplate } from '../transports/freeform/compile-template.ts';
import { templateTopics } from '../transports/freeform/template-topics.ts';
import { type TopicReader, topicFilters, topicForm } from '../transports/topics.ts';
import { type OwnedTopic, refuseSameTopics } from './topic-clashes.ts';

/** The topics of the agent's own MQTT broker, or of that of MQTT_URL: the usual ones, and those of the groups' templates. */
export interface GroupTopics {
  readonly readTopic: TopicReader;
  /** Filters of the templates. */
  filters(): readonly string[];
  /** To be called after every change of the registry. Never rejects: while the registry is away, the topics stay. */
  refresh(): Promise<void>;
  /** The one function to call with the filters when they have changed. */
  onChanged(listener: (filters: readonly string[]) => void): void;
}

/** Has no templates before the first `refresh`. */
export function groupTopics(
  registry: Pick<Registry, 'everyGroup'>,
  log: Pick<Logger, 'debug' | 'error'>,
): GroupTopics {
  let content = '';
  let templates: readonly CompiledTemplate[] = [];
  let read = templateTopics(templates);
  let listener = (_filters: readonly string[]): void => {};
  let turn = Promise.resolve();
  const filters = () => [...new Set(templates.map(({ filter }) => filter))];
  const update = async (): Promise<void> => {
    const configured = (await registry.everyGroup()).filter(({ settings }) => settings.topics !== undefined);
    const found = JSON.stringify(configured.map(({ settings: { apikey, topics } }) => [apikey, topics]));
    if (found === content) return;
    content = found;
    templates = configured.flatMap((group) => templatesOf(group));
    read = templateTopics(templates);
    listener(filters());
  };
  return {
    filters,
    readTopic: (topic) => topicForm(topic) ?? read(topic),
    refresh: () => {
      turn = turn.then(update).catch((error: unknown) => {
        if (error instanceof RegistryAway) log.debug({ reason: error.message }, 'the topics of groups stay');
        else log.error({ err: error }, 'reading the topics of groups failed');
      });
      return turn;
    },
    onChanged: (added) => {
      listener = added;
    },
  };
}

/** The templates of a group, compiled. @throws TemplateError */
export function templatesOf({ settings }: GroupRecord): readonly CompiledTemplate[] {
  return (settings.topics ?? []).map((topic) => compileTemplate(topic, settings.apikey));
}

const usual: readonly OwnedTopic[] = topicFilters.map((filter) => ({
  ...{ text: filter, filter },
  of: 'the usual devices and network servers',
}));

/**
 * Refuses groups whose templates fit topics of other templates or the usual ones: all are listened to at one MQTT broker. `replaced`:
 * the apikey of the group that the one given takes the place of.
 * @throws TemplateError, RegistryError AMBIGUOUS_TOPICS
 */
export async function refuseGroupTopics(
  registry: Pick<Registry, 'everyGroup'>,
  groups: readonly GroupRecord[],
  replaced?: string,
): Promise<void> {
  const topics = groups.flatMap((group) => ownedTopics(group, group.tenant));
  if (topics.length === 0) return;
  const [tenant = ''] = groups.map((group) => group.tenant);
  const others = (await registry.everyGroup())
    .filter(({ settings }) => settings.apikey !== replaced && settings.topics !== undefined)
    .flatMap((group) => ownedTopics(group, tenant));
  refuseSameTopics(topics, [...usual, ...others]);
}

/** As the tenant may see them: the apikey of another one's group is a secret. */
function ownedTopics(group: GroupRecord, tenant: string): readonly OwnedTopic[] {
  const of = group.tenant === tenant ? `group ${group.settings.apikey}` : 'a group of another tenant';
  return templatesOf(group).map(({ text, filter }) => ({ text, filter, of }));
}
