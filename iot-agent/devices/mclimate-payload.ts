import { downlink, numberCommand } from './command-table.ts';

/** Downlinks are taken on every port. */
export const PORT = 1;

/** The interval of keep-alives, command 0x02, the same for all of them. */
export const reportInterval = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two keep-alives, in whole minutes',
    minimum: 60,
    maximum: 15_300,
    multipleOf: 60,
    examples: [
      {
        value: 600,
        bytes: '020a',
        fPort: PORT,
        source: 'computed by hand from the communication protocol, command 0x02',
      },
    ],
  },
  (seconds) => downlink(PORT, 0x02, seconds / 60),
);

/**
 * The keep-alive of a payload: all of it, or its last `length` bytes behind the answers to commands. It begins with one of `commands`.
 * Undefined when the payload has answers alone.
 * @throws Error when the payload is empty.
 */
export function keepAliveOf(
  bytes: Uint8Array,
  length: number,
  commands: readonly number[],
): Uint8Array | undefined {
  const [first] = bytes;
  if (first === undefined) throw new Error('payload is empty: it has at least a command');
  if (commands.includes(first)) return bytes;
  const last = bytes.subarray(-length);
  return bytes.length > length && commands.includes(last[0] ?? 0) ? last : undefined;
}
