import type { Command } from './command.ts';
import { DELIVERY_COMMANDS } from './commands/deliveries.ts';
import { EVENT_COMMANDS } from './commands/events.ts';
import { listen } from './commands/listen.ts';
import { OPERATOR_COMMANDS } from './commands/operations.ts';
import { PUBLIC_COMMANDS } from './commands/public.ts';
import { RECOVERY_COMMANDS } from './commands/recoveries.ts';
import { stats } from './commands/stats.ts';
import { WEBHOOK_COMMANDS } from './commands/webhooks.ts';

/** Every command, by its one or two words, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  ...WEBHOOK_COMMANDS,
  ...DELIVERY_COMMANDS,
  ...RECOVERY_COMMANDS,
  stats,
  listen,
  ...EVENT_COMMANDS,
  ...PUBLIC_COMMANDS,
  ...OPERATOR_COMMANDS,
};
