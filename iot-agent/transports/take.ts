import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Receive } from '../measurement.ts';
import type { LastContents } from '../spool/last-contents.ts';
import type { SessionFilters } from '../spool/session-filters.ts';
import type { Spool } from '../spool/spool.ts';
import { configurationAnswers } from './configuration-answers.ts';
import { EnvelopeError, type Parsed } from './envelope.ts';
import type { ConfigurationOutcome, PlainDevices } from './plain/plain-devices.ts';

/** What became of a message, as it is counted. `unmatched`: it came by a topic that no form and no template has. */
export type ReceivedResult =
  | 'spooled'
  | 'ignored'
  | 'malformed'
  | 'refused'
  | 'answered'
  | 'unanswered'
  | 'unmatched';

/** What every transport works with. */
export interface TransportParts {
  readonly receive: Receive;
  readonly addMalformed: Spool['addMalformed'];
  readonly metrics: {
    received(source: string, result: ReceivedResult): void;
  };
  readonly plain: PlainDevices;
  readonly lastContents: Pick<LastContents, 'isLast' | 'note'>;
  readonly sessionFilters: SessionFilters;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'child' | 'debug' | 'info' | 'warn' | 'error'>;
  /** Bytes of the largest message that is read. */
  readonly maxMessageSize: number;
  /** All agents of a share group know all commands; otherwise each knows those that it was told of. */
  readonly sharesCommands?: boolean;
}

/** A message as it arrived, whatever brought it. */
export interface Message {
  /** Names the kind of sender in metrics. */
  readonly source: string;
  /** Topic or path that it came by, without secrets. */
  readonly via: string;
  /** How it came, and so how it is answered. */
  readonly by: 'mqtt' | 'http';
  readonly correlationId: string;
  readonly payload: Uint8Array;
  parse(): Parsed;
}

/** What became of a message that is safe now. */
export type Taken =
  | { readonly kind: 'spooled' }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'answered'; readonly text: string }
  /** The device has to ask again, if the reason passes. */
  | { readonly kind: 'unanswered'; readonly reason: string; readonly passes: boolean };

/** As much of a malformed message is kept as people can look at. */
const keptBytes = 2000;

/**
 * Takes a message: what it holds goes to the spool, a malformed one to the problems. Resolves when that is on disk, so
 * that the sender may be told; rejects when the spool takes nothing, and the sender must keep the message.
 */
export type Take = (message: Message) => Promise<Taken>;

/** A `Take` that counts and logs what it does; a spool that takes nothing is logged once until it takes again. */
export function taker(parts: TransportParts): Take {
  const { metrics, log } = parts;
  const configure = configurationAnswers(parts.plain);
  let isRefusing = false;
  const refused = (error: unknown, { source, via, correlationId }: Message): void => {
    metrics.received(source, 'refused');
    const level = isRefusing ? 'debug' : 'error';
    isRefusing = true;
    log[level](
      { err: error, correlationId, source, via },
      'the spool takes nothing: senders keep their messages',
    );
  };
  const kept = (taken: Taken, { source, via, correlationId }: Message): void => {
    metrics.received(source, taken.kind);
    const level = taken.kind === 'malformed' || taken.kind === 'unanswered' ? 'warn' : 'debug';
    const why = 'reason' in taken ? { reason: taken.reason } : {};
    log[level]({ correlationId, source, via, kind: taken.kind, ...why }, 'message received');
    if (!isRefusing || (taken.kind !== 'spooled' && taken.kind !== 'malformed')) return;
    isRefusing = false;
    log.info('the spool takes messages again');
  };
  return async (message) => {
    const parsed = parse(parts, message);
    if (parsed.kind === 'configuration') {
      const answering = configure(parsed.request, message.by).then((outcome): Taken => {
        const answer = answerOf(outcome);
        kept(answer, message);
        return answer;
      });
      // By MQTT there is nothing to keep: measures of others must not wait for their acknowledgement meanwhile.
      return message.by === 'http' ? answering : { kind: 'ignored', reason: 'it is answered by itself' };
    }
    try {
      await keep(parts, message, parsed);
    } catch (error) {
      refused(error, message);
      throw error;
    }
    const taken: Taken = parsed.kind === 'incoming' ? { kind: 'spooled' } : parsed;
    kept(taken, message);
    return taken;
  };
}

function answerOf(outcome: ConfigurationOutcome): Taken {
  if (outcome.kind === 'answered') return outcome;
  return { kind: 'unanswered', reason: outcome.reason, passes: outcome.kind === 'away' };
}

type Outcome = Parsed | { readonly kind: 'malformed'; readonly reason: string };

function parse({ maxMessageSize, log }: TransportParts, { payload, via, ...message }: Message): Outcome {
  if (payload.length > maxMessageSize)
    return { kind: 'malformed', reason: `it has ${payload.length} bytes, more than ${maxMessageSize}` };
  try {
    const parsed = message.parse();
    return parsed.kind === 'incoming' && parsed.incoming.length === 0
      ? { kind: 'ignored', reason: 'no values' }
      : parsed;
  } catch (error) {
    if (error instanceof EnvelopeError) return { kind: 'malformed', reason: error.message };
    // A message that trips over a fault of ours must not come back for ever.
    log.error({ err: error, correlationId: message.correlationId, via }, 'reading a message failed');
    return { kind: 'malformed', reason: 'the agent failed to read it; its log tells why' };
  }
}

async function keep(
  parts: TransportParts,
  message: Message,
  outcome: Exclude<Outcome, { readonly kind: 'configuration' }>,
): Promise<void> {
  const { via, correlationId, payload } = message;
  if (outcome.kind === 'incoming') await parts.receive(outcome.incoming, correlationId);
  const reason = faultOf(outcome);
  if (reason === undefined) return;
  const text = withoutDownlinkUrl(Buffer.from(payload.subarray(0, keptBytes)).toString('utf8'));
  await parts.addMalformed({ source: via, reason, text, correlationId });
}

function faultOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'incoming') return outcome.rejected;
  return outcome.kind === 'malformed' ? outcome.reason : undefined;
}

/** Helium's way back to a device, which its messages hold, is a secret: people look at what is kept. */
function withoutDownlinkUrl(text: string): string {
  return text.replace(/("downlink_url"\s*:\s*")[^"]*/g, '$1***');
}
