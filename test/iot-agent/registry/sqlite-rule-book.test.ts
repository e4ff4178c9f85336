import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStores } from '../../../iot-agent/open-stores.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { storeUrl } from '../../../runtime/store-url.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ruleBookContract } from './rule-book-contract.ts';

const folder = tempFolder();

ruleBookContract('SQLite', async () => {
  const own = mkdtempSync(join(folder, 'rules-'));
  const places = {
    storeUrl: storeUrl(`sqlite:${own}/agent.db`),
    brokerStoreUrl: storeUrl('sqlite:other.db'),
  };
  const open = () => openStores({ ...places, spoolUrl: undefined }, systemClock());
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
