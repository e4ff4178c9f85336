import type { LorawanServer } from '../measurement.ts';

/** Which devices a rule is for: all that is said must hold; names are patterns in which `*` and `?` stand for others. */
export interface RuleMatch {
  readonly server?: LorawanServer;
  readonly applicationId?: string;
  readonly connection?: string;
  readonly profile?: string;
  readonly tags?: { readonly [name: string]: string };
}

/** What becomes of LoRaWAN devices that send and are not registered. */
export interface ProvisioningRule {
  readonly name: string;
  readonly match: RuleMatch;
  /** `vendor/model` of the catalogue; the kind that the network server tells when model, codec and group are absent. */
  readonly model?: string;
  readonly codec?: string;
  /** Apikey of the group whose settings they get. */
  readonly group?: string;
  readonly entity_type?: string;
  /** Whom they belong to; the rule's own tenant when absent. */
  readonly tenant?: string;
  /** `auto`: they are registered at once. */
  readonly policy: 'approve' | 'auto';
  /** Template of their entity_name; see provisioning/naming.ts. */
  readonly naming?: string;
}

/** A rule, with the tenant that made it. */
export interface RuleRecord {
  readonly tenant: string;
  readonly servicePath: string;
  readonly rule: ProvisioningRule;
}
