import type { LorawanUplink } from '../measurement.ts';
import type { RuleMatch, RuleRecord } from '../registry/provisioning-rule.ts';
import { matchesGlob } from './glob.ts';

/** The first rule that an uplink fits, in the order in which they were made. */
export function ruleFor(rules: readonly RuleRecord[], uplink: LorawanUplink): RuleRecord | undefined {
  return rules.find(({ rule }) => fits(rule.match, uplink));
}

function fits({ server, tags = {}, ...patterns }: RuleMatch, uplink: LorawanUplink): boolean {
  if (server !== undefined && server !== uplink.server) return false;
  const hasNames = Object.entries(patterns).every(([name, pattern]) =>
    fitsPattern(pattern, uplink[name as keyof typeof patterns]),
  );
  return (
    hasNames && Object.entries(tags).every(([name, pattern]) => fitsPattern(pattern, tagOf(uplink, name)))
  );
}

function fitsPattern(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === undefined || (text !== undefined && matchesGlob(pattern, text));
}

/** A tag that the network server has for the device. */
export function tagOf({ tags }: LorawanUplink, name: string): string | undefined {
  return tags !== undefined && Object.hasOwn(tags, name) ? tags[name] : undefined;
}
