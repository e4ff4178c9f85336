import { join } from 'node:path';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { historySwitchContract } from './contract.ts';

const folder = tempFolder();
let files = 0;

historySwitchContract('SQLite', async (options) => {
  files += 1;
  const path = join(folder, `${files}.db`);
  const open = () => openSqliteStore({ ...options, path, coreContextVersion: '1.9', historyOf: toHistory });
  let store = open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
    dispose: () => store.close(),
  };
});
