import { refuseGroupTopics } from '../connections/group-topics.ts';
import type { GroupRecord, Registry } from '../registry/registry.ts';
import { TemplateError } from '../registry/topic-template.ts';
import { Refusal } from './refusal.ts';

/**
 * Refuses groups with templates that cannot be used, or that fit the topics of others; `replaced`: the apikey of the group whose place the
 * one given takes.
 * @throws Refusal, RegistryError
 */
export async function refuseBadTopics(
  registry: Pick<Registry, 'everyGroup'>,
  groups: readonly GroupRecord[],
  replaced?: string,
): Promise<void> {
  try {
    await refuseGroupTopics(registry, groups, replaced);
  } catch (error) {
    throw error instanceof TemplateError ? new Refusal('WRONG_SYNTAX', error.message) : error;
  }
}
