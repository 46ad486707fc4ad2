import { cpus, loadavg, totalmem } from 'node:os';

/** Where and with what something was measured. */
export const describeMachine = () => ({
  at: new Date().toISOString(),
  node: process.version,
  machine: `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  load: loadavg()[0]?.toFixed(2),
});
