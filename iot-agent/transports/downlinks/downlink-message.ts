import type { LorawanServer } from '../../measurement.ts';
import { actilityDownlink } from './actility.ts';
import { chirpstackDownlink } from './chirpstack.ts';
import type { DownlinkMessage, DownlinkRequest, MakeDownlink } from './downlink-request.ts';
import { heliumDownlink } from './helium.ts';
import { loriotDownlink } from './loriot.ts';
import { netmoreDownlink } from './netmore.ts';
import { thingsStackDownlink } from './things-stack.ts';

const makers: { readonly [Server in LorawanServer]: MakeDownlink } = {
  'things-stack': thingsStackDownlink,
  chirpstack: chirpstackDownlink,
  loriot: loriotDownlink,
  actility: actilityDownlink,
  netmore: netmoreDownlink,
  helium: heliumDownlink,
};

/**
 * The message that hands a downlink over to the network server of its device. Nothing is sent.
 * @throws DownlinkError when something that the server needs is not known, with what to do about it.
 */
export function downlinkMessage(server: LorawanServer, request: DownlinkRequest): DownlinkMessage {
  return makers[server](request);
}
