/** A rule that cannot be: the message names the member, what is wrong with it, and the remedy. */
export class RuleFault extends Error {
  override readonly name = 'RuleFault';

  /** `member`: where it stands in the rule, such as `when.q`. */
  constructor(rule: string, member: string, problem: string) {
    super(`rule ${JSON.stringify(rule.slice(0, 80))}: ${member} ${problem}`);
  }
}
