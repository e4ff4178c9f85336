import type { Json } from '../../domain/entity.ts';
import { badRequest, NgsiLdError } from '../../domain/errors.ts';
import { shown } from '../../domain/names.ts';
import { type HistoryPolicy, parseHistoryPolicy } from '../../domain/retention/history-policy.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import type { Documents } from '../../store/documents.ts';

/** Under which policies are kept among the documents, by tenant and name. */
export const POLICY_KIND = 'historyPolicy';

export interface NamedPolicy extends HistoryPolicy {
  readonly name: string;
}

/** How long the history of a tenant is kept, by policies that operators name. */
export interface HistoryPolicyService {
  /** In order of creation. */
  list(tenant: string): Promise<readonly NamedPolicy[]>;
  /** @throws ResourceNotFound */
  retrieve(tenant: string, name: string): Promise<NamedPolicy>;
  /** True when there was none of this name. @throws BadRequestData */
  put(tenant: string, name: string, body: Json | undefined, vocabulary: Vocabulary): Promise<boolean>;
  /** @throws ResourceNotFound */
  remove(tenant: string, name: string): Promise<void>;
}

const NAME = /^[\w.-]{1,100}$/;

export function createHistoryPolicyService(
  documents: Pick<Documents, 'get' | 'put' | 'remove' | 'list'>,
): HistoryPolicyService {
  return {
    list: (tenant) => readPolicies(documents, tenant),
    retrieve: async (tenant, name) => {
      const policy = await documents.get(POLICY_KIND, tenant, name);
      if (policy === undefined) throw notFound(name);
      return toNamed(name, policy);
    },
    put: async (tenant, name, body, vocabulary) => {
      if (!NAME.test(name))
        throw badRequest(`The name ${shown(name)} has to be 1 to 100 letters, digits, or . _ -`);
      const policy = parseHistoryPolicy(body, vocabulary);
      const isNew = (await documents.get(POLICY_KIND, tenant, name)) === undefined;
      await documents.put(POLICY_KIND, tenant, name, { ...policy });
      return isNew;
    },
    remove: async (tenant, name) => {
      if (!(await documents.remove(POLICY_KIND, tenant, name))) throw notFound(name);
    },
  };
}

/** All policies of a tenant, in order of creation. */
export async function readPolicies(
  documents: Pick<Documents, 'list'>,
  tenant: string,
): Promise<readonly NamedPolicy[]> {
  return (await documents.list(POLICY_KIND, tenant)).map(({ id, body }) => toNamed(id, body));
}

function toNamed(name: string, body: Json): NamedPolicy {
  return { name, ...(body as HistoryPolicy) };
}

function notFound(name: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no history policy ${shown(name)}.`);
}
