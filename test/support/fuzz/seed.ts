/**
 * The seed of all that is random in properties. It is the same in every run, so that a change is judged by what it changes and not by
 * luck; PROPERTY_SEED is another one, and PROPERTY_SEED=random one of its own for each run, to look for what no run has met yet.
 */
export const propertySeed = seedOf(process.env['PROPERTY_SEED'] ?? '1');

function seedOf(text: string): number {
  return text === 'random' ? Date.now() % 2 ** 31 : Number(text);
}
