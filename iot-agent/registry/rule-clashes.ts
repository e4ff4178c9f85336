import { RegistryError } from './registry-error.ts';

/** The tenant has a rule of that name. `owner`: `group k1` where it stands there. */
export function deviceRuleClash(name: string, owner?: string): RegistryError {
  const place = owner === undefined ? '' : ` of ${owner}`;
  return new RegistryError(
    'DUPLICATE_RULE',
    `There is a rule ${name}${place}: change it by PUT /iot/rules/${encodeURIComponent(name)}, or choose another name`,
  );
}

/** The rule is not there (any more). */
export function deviceRuleNotFound(name: string): RegistryError {
  return new RegistryError(
    'RULE_NOT_FOUND',
    `No rule was found with the name: ${name}. GET /iot/rules lists those of this tenant`,
  );
}
