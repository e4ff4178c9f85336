import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStores } from '../../../iot-agent/open-stores.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { storeUrl } from '../../../runtime/store-url.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { registryContract } from './contract.ts';

const folder = tempFolder();

registryContract('SQLite', async () => {
  const own = mkdtempSync(join(folder, 'registry-'));
  const open = () =>
    openStores(
      {
        storeUrl: storeUrl(`sqlite:${own}/agent.db`),
        brokerStoreUrl: storeUrl('sqlite:data/carillon.db'),
        spoolUrl: undefined,
      },
      systemClock(),
    );
  let stores = await open();
  return {
    registry: stores.registry,
    reopen: async () => {
      await stores.close();
      stores = await open();
      return stores.registry;
    },
    dispose: async () => {
      await stores.close();
      rmSync(own, { recursive: true });
    },
  };
});
