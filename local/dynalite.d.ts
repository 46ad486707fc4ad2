/** dynalite has no types of its own; this is what of it is used. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  type Options = {
    /** The folder of its LevelDB; in memory where absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  };

  export default function dynalite(options?: Options): Server;
}
