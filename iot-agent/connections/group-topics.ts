import type { Logger } from '../../runtime/logger.ts';
import type { GroupRecord, Registry } from '../registry/registry.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { type CompiledTemplate, compileTemplate } from '../transports/freeform/compile-template.ts';
import { templateTopics } from '../transports/freeform/template-topics.ts';
import { filterCovers } from '../transports/topic-levels.ts';
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
    templates = configured.flatMap((group) => usableTemplates(group, log));
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

/** What an earlier release took and this one refuses must not keep others from being heard. */
function usableTemplates(group: GroupRecord, log: Pick<Logger, 'error'>): readonly CompiledTemplate[] {
  try {
    return templatesOf(group);
  } catch (error) {
    const { tenant, settings } = group;
    const about = { tenant, entityType: settings.entity_type, reason: (error as Error).message };
    log.error(about, 'a group is not heard on its own topics: correct its templates (PATCH /iot/groups)');
    return [];
  }
}

/** The templates of a group, compiled. @throws TemplateError */
function templatesOf({ settings }: GroupRecord): readonly CompiledTemplate[] {
  return (settings.topics ?? []).map((topic) => compileTemplate(topic, settings.apikey));
}

/**
 * Refuses groups with a template that fits the topics of another template, or topics alone on which the usual devices and network servers
 * publish: all are listened to at one MQTT broker, and the usual ones come first. `replaced`: the apikey of the group that
 * the one given takes the place of.
 * @throws TemplateError, RegistryError AMBIGUOUS_TOPICS
 */
export async function refuseGroupTopics(
  registry: Pick<Registry, 'everyGroup'>,
  groups: readonly GroupRecord[],
  replaced?: string,
): Promise<void> {
  const topics = groups.flatMap((group) => ownedTopics(group, group.tenant));
  if (topics.length === 0) return;
  for (const topic of topics) refuseUsual(topic);
  const [tenant = ''] = groups.map((group) => group.tenant);
  const others = (await registry.everyGroup())
    .filter(({ settings }) => settings.apikey !== replaced && settings.topics !== undefined)
    .flatMap((group) => ownedTopics(group, tenant));
  refuseSameTopics(topics, others);
}

function refuseUsual({ text, filter, of }: OwnedTopic): void {
  const usual = topicFilters.find((one) => filterCovers(one, filter));
  if (usual !== undefined)
    throw new RegistryError(
      'AMBIGUOUS_TOPICS',
      `The template ${text} of ${of} fits topics of ${usual} alone, on which the usual devices and network servers publish: give it other topics, or a connection of its own by POST /iot/connections`,
    );
}

/** As the tenant may see them: the apikey of another one's group is a secret. */
function ownedTopics(group: GroupRecord, tenant: string): readonly OwnedTopic[] {
  const of = group.tenant === tenant ? `group ${group.settings.apikey}` : 'a group of another tenant';
  return templatesOf(group).map(({ text, filter }) => ({ text, filter, of }));
}
