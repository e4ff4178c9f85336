/** Events of downlinks, by which each agent knows those that it sent itself and nothing of the others'. */
const downlinkEvents = [
  'v3/+/devices/+/down/+',
  ...['', '+/'].flatMap((region) =>
    ['ack', 'txack'].map((event) => `${region}application/+/device/+/event/${event}`),
  ),
];

/** What agents of a group have in common. */
export interface ShareOptions {
  /** They know each other's commands, and so what is told of downlinks need not go to each. */
  readonly sharesCommands?: boolean;
}

/**
 * What to subscribe to so that agents of a group share the messages that fit the filters among them. What is told of downlinks goes to
 * each of them besides, unless they share their commands.
 */
export function sharedFilters(
  filters: readonly string[],
  group: string | undefined,
  { sharesCommands = false }: ShareOptions = {},
): readonly string[] {
  if (group === undefined) return filters;
  const shared = filters.map((filter) => `$share/${group}/${filter}`);
  if (sharesCommands) return shared;
  const events = filters.flatMap((filter) => downlinkEvents.flatMap((event) => common(filter, event) ?? []));
  return [...shared, ...new Set(events)];
}

/** The filter of what fits both, the second of which has no `#`: a login may be allowed no other topics. */
function common(filter: string, event: string): string | undefined {
  const theirs = event.split('/');
  const ours = filled(filter.split('/'), theirs);
  if (ours.length !== theirs.length) return undefined;
  const levels = ours.map((own, index) => meet(own, theirs[index] ?? ''));
  return levels.includes(undefined) ? undefined : levels.join('/');
}

/** A `#` stands for as many levels as are missing; behind it, what is a region's name cannot be told from the rest. */
function filled(levels: readonly string[], like: readonly string[]): readonly string[] {
  if (levels.at(-1) !== '#' || like[0] === '+') return levels;
  return [...levels.slice(0, -1), ...like.slice(levels.length - 1)];
}

function meet(own: string, theirs: string): string | undefined {
  if (own === '+' || own === theirs) return theirs;
  return theirs === '+' ? own : undefined;
}
