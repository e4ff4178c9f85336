import { configurationSchema } from '../../../iot-agent/commands/configuration/schema.ts';
import { configurationSubscriptions } from '../../../iot-agent/commands/configuration/subscriptions.ts';
import { commandSchema, lateCommandSchema } from '../../../iot-agent/commands/schema.ts';
import { sqliteCommands } from '../../../iot-agent/commands/sqlite/sqlite-commands.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { openDatabase } from '../../../runtime/sqlite/open.ts';
import { configurationsContract } from './configurations-contract.ts';
import { commandStoreContract } from './store-contract.ts';

commandStoreContract('SQLite', async () => {
  const db = openDatabase('sqlite::memory:');
  db.exec(commandSchema + lateCommandSchema);
  const group = groupCommit(db);
  return {
    open: sqliteCommands({ db, group, clock: systemClock() }),
    transaction: (work) => group.run(work),
    dispose: async () => {
      group.close();
      db.close();
    },
  };
});

configurationsContract('SQLite', async () => {
  const db = openDatabase('sqlite::memory:');
  db.exec(configurationSchema);
  const group = groupCommit(db);
  return {
    subscriptions: configurationSubscriptions(db, group),
    dispose: async () => {
      group.close();
      db.close();
    },
  };
});
