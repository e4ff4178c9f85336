import type { DeviceProtocol } from '../../registry/device-protocol.ts';

/** The protocols of plain devices that are FIWARE's: IoT-Agent-JSON and UltraLight 2.0. */
export type Protocol = DeviceProtocol;

/** Which of the two messages of several measures, or of results, look like; what looks like neither is JSON that is broken. */
export function protocolOfMessage(text: string): Protocol {
  const start = text.trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return 'iot-agent-json';
  return start.includes('|') ? 'ultralight' : 'iot-agent-json';
}

/** Which of the two a single value looks like: a text that is no JSON is one of UltraLight, anything else of JSON. */
export function protocolOfValue(payload: Uint8Array): Protocol {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  // What is no UTF-8 has the replacement character, and bytes that are no text have control characters.
  if (/[\p{Cc}\uFFFD]/u.test(text.trim())) return 'iot-agent-json';
  try {
    JSON.parse(text);
    return 'iot-agent-json';
  } catch {
    return text === '' ? 'iot-agent-json' : 'ultralight';
  }
}
