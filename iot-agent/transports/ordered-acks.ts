interface Ack {
  readonly messageId: number;
  isSafe: boolean;
}

/**
 * PUBACKs of one connection, in the order in which its messages came [MQTT-4.6.0-2]: call it with each message's
 * identifier, and call what it returns when the message is safe. What becomes safe together is written together.
 */
export function orderedAcks(write: (packets: Uint8Array) => void): (messageId: number) => () => void {
  let waiting: Ack[] = [];
  let isScheduled = false;
  const flush = (): void => {
    isScheduled = false;
    const firstUnsafe = waiting.findIndex(({ isSafe }) => !isSafe);
    const ready = firstUnsafe === -1 ? waiting : waiting.slice(0, firstUnsafe);
    if (ready.length === 0) return;
    waiting = waiting.slice(ready.length);
    write(Buffer.from(ready.flatMap(({ messageId }) => puback(messageId))));
  };
  return (messageId) => {
    const ack: Ack = { messageId, isSafe: false };
    waiting.push(ack);
    return () => {
      ack.isSafe = true;
      if (isScheduled) return;
      isScheduled = true;
      // After the promises that the same commit resolved.
      process.nextTick(flush);
    };
  };
}

/** The four bytes of a PUBACK: type, length, packet identifier (MQTT 3.1.1, section 3.4). */
function puback(messageId: number): readonly number[] {
  return [0x40, 2, messageId >> 8, messageId & 0xff];
}
